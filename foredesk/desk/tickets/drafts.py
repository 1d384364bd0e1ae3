"""What an agent is writing, saved as they type, and its files."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from foredesk.design import wording
from foredesk.desk import parameters
from foredesk.desk.access import agents_only, me, ticket_or_404
from foredesk.files import storing
from foredesk.plumbing.clock import now
from foredesk.tickets import drafting, naming, queries, writing
from foredesk.tickets.conflicts import Conflict, UnableToChange


@require_GET
@agents_only
def state(request: HttpRequest, number: int) -> HttpResponse:
    """The viewer's drafts of a ticket, for their other devices."""
    ticket = ticket_or_404(request, number)
    agent = me(request)
    context = {
        "ticket": ticket,
        "drafts": queries.drafts_of(agent, ticket),
        "draft_topic": f"draft-{ticket.pk}-{agent.pk}",
    }
    return render(request, "desk/_draft_state.html", context)


@require_POST
@agents_only
def save(request: HttpRequest, number: int) -> HttpResponse:
    """Save the draft; 409 with the other version when another device saved since."""
    ticket = ticket_or_404(request, number)
    try:
        draft = drafting.save(
            ticket,
            kind=request.POST.get("kind", "reply"),
            by=me(request),
            at=now(),
            body_html=parameters.text(request, "body", longest=writing.LONGEST_BODY),
            cc=parameters.text(request, "cc"),
            bcc=parameters.text(request, "bcc"),
            seen=parameters.whole(request, "revision"),
        )
    except Conflict as conflict:
        return JsonResponse({"error": str(conflict), "body": conflict.now}, status=409)
    return JsonResponse({"id": draft.pk, "revision": draft.revision})


@require_POST
@agents_only
def discard(request: HttpRequest, number: int) -> HttpResponse:
    """Throw a draft away."""
    ticket = ticket_or_404(request, number)
    drafting.discard(ticket, kind=request.POST.get("kind", "reply"), by=me(request))
    return HttpResponse(status=204)


@require_POST
@agents_only
def attach(request: HttpRequest, number: int) -> HttpResponse:
    """Add the posted files to the draft, all or none; answers with their ids, names and sizes."""
    ticket = ticket_or_404(request, number)
    uploads = request.FILES.getlist("file")
    if not uploads:
        raise UnableToChange("Choose a file first.")
    drafting.must_fit(sum(upload.size or 0 for upload in uploads))
    added = drafting.attach_all(
        ticket,
        kind=request.POST.get("kind", "reply"),
        by=me(request),
        at=now(),
        files=[
            (
                storing.keep(upload.read()),
                naming.clean(upload.name or "file"),
                (upload.content_type or "application/octet-stream")[:100],
            )
            for upload in uploads
        ],
    )
    draft = added[0].draft
    assert draft is not None
    shown = [_shown(file) for file in added]
    return JsonResponse({"draft": draft.pk, "revision": draft.revision, "files": shown})


def _shown(file: Any) -> dict[str, Any]:
    return {
        "id": file.public_id,
        "name": file.name,
        "size": wording.file_size(file.size),
        "url": f"/files/{file.public_id}/",
        "image": file.content_type in ("image/png", "image/jpeg", "image/gif", "image/webp"),
    }


@require_POST
@agents_only
def detach(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take a file off the viewer's own draft."""
    file = queries.attachment(me(request), public_id)
    if file is None or file.draft is None:
        raise Http404("There is no such file in a draft of yours.")
    drafting.detach(file.draft, public_id)
    return HttpResponse(status=204)
