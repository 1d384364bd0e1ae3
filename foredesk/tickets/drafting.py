"""Keep what an agent is writing, as they type."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from foredesk.files import scanning
from foredesk.files.models import Blob
from foredesk.logbook.recording import poke
from foredesk.people.models import Agent
from foredesk.tickets import cleaning
from foredesk.tickets.conflicts import Conflict, UnableToChange
from foredesk.tickets.models import Attachment, Draft, Ticket
from foredesk.tickets.writing import LONGEST_BODY, MOST_COPIES

LONGEST_COPIES = 20_000  # characters, more than so many addresses have
KINDS = ("reply", "note")
MOST_BYTES = 25 * 1024 * 1024  # of all files of one draft: what most mail servers still take


def save(
    ticket: Ticket,
    *,
    kind: str,
    by: Agent,
    at: datetime,
    body_html: str,
    cc: str = "",
    bcc: str = "",
    seen: int | None = None,
) -> Draft:
    """Save a draft. `seen` is the revision that the writer's page holds.

    Raises Conflict when another of the writer's devices saved since, UnableToChange for bad input.
    Pokes the writer's other devices; nobody else sees drafts.
    """
    if kind not in KINDS:
        raise UnableToChange("A draft is a reply or a note.")
    if len(body_html) > LONGEST_BODY:
        raise UnableToChange("This is too long for one message. Attach it as a file.")
    if max(len(cc), len(bcc)) > LONGEST_COPIES:
        raise UnableToChange(f"A message goes to {MOST_COPIES} people at most.")
    with transaction.atomic():
        draft, is_new = Draft.objects.select_for_update().get_or_create(
            ticket=ticket, agent=by, kind=kind, defaults={"updated_at": at}
        )
        if seen is not None and not is_new and draft.revision != seen:
            raise Conflict("draft", now=draft.body_html, wanted=body_html)
        draft.body_html, draft.cc, draft.bcc = cleaning.clean(body_html), cc, bcc
        draft.revision, draft.updated_at = draft.revision + 1, at
        draft.save()
        poke((f"draft-{ticket.pk}-{by.pk}",))
    return draft


def open_draft(ticket: Ticket, *, kind: str, by: Agent, at: datetime) -> Draft:
    """The writer's draft of this kind, made when there is none."""
    if kind not in KINDS:
        raise UnableToChange("A draft is a reply or a note.")
    return Draft.objects.get_or_create(
        ticket=ticket, agent=by, kind=kind, defaults={"updated_at": at}
    )[0]


def discard(ticket: Ticket, *, kind: str, by: Agent) -> None:
    """Throw a draft and its files away. Raises UnableToChange for a kind that there is not."""
    if kind not in KINDS:
        raise UnableToChange("A draft is a reply or a note.")
    Draft.objects.filter(ticket=ticket, agent=by, kind=kind).delete()


def attach(draft: Draft, blob: Blob, *, name: str, content_type: str) -> Attachment:
    """Add a stored file to a draft. Raises UnableToChange past 25 MB, or without the draft."""
    with transaction.atomic():
        if not Draft.objects.select_for_update().filter(pk=draft.pk).exists():
            raise UnableToChange("This draft was sent or thrown away. Attach the file again.")
        must_fit(sum(draft.attachments.values_list("size", flat=True)) + blob.size)
        scanning.ask([blob.pk], topic=f"ticket-{draft.ticket_id}")
        return Attachment.objects.create(
            draft=draft, blob=blob, name=name, content_type=content_type, size=blob.size
        )


def attach_all(
    ticket: Ticket,
    *,
    kind: str,
    by: Agent,
    at: datetime,
    files: Sequence[tuple[Blob, str, str]],
) -> list[Attachment]:
    """Add stored files (blob, name, type) to the writer's draft, all or none.

    Raises UnableToChange.
    """
    with transaction.atomic():
        draft = open_draft(ticket, kind=kind, by=by, at=at)
        return [
            attach(draft, blob, name=name, content_type=content_type)
            for blob, name, content_type in files
        ]


def must_fit(size: int) -> None:
    """Raise UnableToChange when so many bytes are too many for one message."""
    if size > MOST_BYTES:
        raise UnableToChange("Files of one message may have 25 MB in all. Send a link instead.")


def detach(draft: Draft, attachment_public_id: str) -> None:
    """Take a file off a draft."""
    draft.attachments.filter(public_id=attachment_public_id).delete()
