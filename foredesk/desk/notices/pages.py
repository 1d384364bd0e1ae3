"""What somebody should know: the bell's count, the list, and what they want to hear of."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from foredesk.desk import navigation
from foredesk.desk.access import agents_only, me
from foredesk.notices import queries, reading
from foredesk.people import profiling
from foredesk.plumbing import numbers
from foredesk.plumbing.clock import now

ICONS = {
    "assigned": ("user", ""),
    "wrote": ("mail", ""),
    "promise": ("clock", "warn"),
    "rule": ("zap", ""),
    "rated": ("heart", ""),
}
MAILS = {"assigned": "mail_on_assignment", "wrote": "mail_on_message"}
"""The kinds that also a mail can tell of; of the others a mail always tells."""
WITHOUT_MAIL = ("rated",)
"""The kinds of which no mail tells."""


@require_GET
@agents_only
def bell(request: HttpRequest) -> HttpResponse:
    """The bell alone, for live screens."""
    frame = navigation.of(request, room="notices" if request.GET.get("here") else "")
    context = {"bell": frame.bell, "is_phone": "phone" in request.GET}
    return render(request, "desk/_bell.html", context)


@require_GET
@agents_only
def index(request: HttpRequest) -> HttpResponse:
    """The notices, newest first, and what they are about."""
    return render(
        request, "desk/notices/index.html", {**_listed(request), "wishes": _wishes(request)}
    )


@require_GET
@agents_only
def listing(request: HttpRequest) -> HttpResponse:
    """The list alone, for live screens."""
    return render(request, "desk/notices/_list.html", _listed(request))


def _listed(request: HttpRequest) -> dict[str, Any]:
    agent = me(request)
    show = "unread" if request.GET.get("show") == "unread" else ""
    before = numbers.whole(request.GET.get("before", ""))
    lines, following = queries.notices(agent, only_unread=bool(show), before=before)
    return {
        "lines": [(line, *ICONS[line.kind]) for line in lines],
        "show": show,
        "before": before,
        "following": following,
        "unread": queries.unread(agent),
        "topic": queries.topic(agent.pk),
    }


def _wishes(request: HttpRequest) -> list[dict[str, Any]]:
    agent, wishes = me(request), {str(kind): name for kind, name in queries.WISHES.items()}
    return [
        {
            "label": label,
            "bell": wishes[kind],
            "bell_on": getattr(agent, wishes[kind]),
            "mail": MAILS.get(kind, ""),
            "mail_on": getattr(agent, MAILS[kind]) if kind in MAILS else True,
            "has_mail": kind not in WITHOUT_MAIL,
        }
        for kind, label in queries.KINDS
    ]


@require_POST
@agents_only
def open_one(request: HttpRequest, pk: int) -> HttpResponse:
    """Read a notice and go to its ticket."""
    notice = _notice(request, pk)
    reading.read(me(request), notice_id=pk, at=now())
    return redirect("ticket", notice.ticket_id)


@require_POST
@agents_only
def mark(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark a notice as read, or as not read after all."""
    _notice(request, pk)
    if request.POST.get("read") == "0":
        reading.unread(me(request), notice_id=pk)
    else:
        reading.read(me(request), notice_id=pk, at=now())
    queries.forget()
    return redirect("notices")


@require_POST
@agents_only
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark all as read."""
    count = reading.read(me(request), at=now())
    queries.forget()
    said = ngettext("Marked %(n)d as read.", "Marked %(n)d as read.", count) % {"n": count}
    messages.success(request, said if count else _("There was nothing unread."))
    return redirect("notices")


@require_POST
@agents_only
def wish(request: HttpRequest) -> HttpResponse:
    """Save what the person wants to hear of, and how."""
    names = (*queries.WISHES.values(), *MAILS.values())
    profiling.change_own(me(request), at=now(), **{name: name in request.POST for name in names})
    messages.success(request, _("Saved."))
    return redirect("notices")


def _notice(request: HttpRequest, pk: int) -> Any:
    found = queries.notice(me(request), pk)
    if found is None:
        raise Http404("There is no such notice of yours.")
    return found
