"""Answer an invitation that came by mail: accept, perhaps, decline (RFC 6047)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from foredesk.channels import addressing, our_addresses
from foredesk.channels.mail import invitations
from foredesk.files import storing
from foredesk.people.models import Agent
from foredesk.tickets import replying
from foredesk.tickets.arrivals import InboundFile
from foredesk.tickets.conflicts import UnableToChange
from foredesk.tickets.models import Message

WORDS = {"accepted": "Accepted", "tentative": "Tentatively accepted", "declined": "Declined"}


def is_answerable(message: Message) -> bool:
    """Whether an answer can be given: it is a request, and its writer is who organises it.

    An organiser elsewhere is not written to: anybody can put any address into an invitation.
    """
    invitation = message.invitation or {}
    organiser = invitation.get("organiser", {}).get("address", "").lower()
    return (
        invitation.get("method") == "REQUEST"
        and bool(organiser)
        and organiser == message.author_address.lower()
        and not message.is_unknown_sender
    )


def answer(
    message: Message, *, choice: str, by: Agent, at: datetime, undo_seconds: int = 0
) -> Message:
    """Answer the invitation in `message` with a reply that calendars understand.

    Raises UnableToChange when `choice` is not one of WORDS or there is nothing to answer, and what
    replying.reply raises.
    """
    if choice not in WORDS:
        raise UnableToChange("Accept, decline, or say perhaps.")
    if not is_answerable(message):
        raise UnableToChange("This invitation can't be answered from here.")
    with transaction.atomic():
        row = Message.objects.select_for_update(of=("self",)).get(pk=message.pk)
        invitation = row.invitation or {}
        words = f"{WORDS[choice]}: {invitation['summary'] or 'your invitation'}"
        data = invitations.answer(
            invitation,
            attendee=_attendee(row, invitation),
            name=by.name,
            choice=choice,
            at=at,
        )
        blob = storing.keep(data)
        file = InboundFile(blob.pk, len(data), "answer.ics", invitations.ANSWER_TYPE)
        reply = replying.reply(
            row.ticket,
            by=by,
            at=at,
            body_html="",
            body_text=words,
            files=(file,),
            undo_seconds=undo_seconds,
        )
        row.invitation = {**invitation, "answer": choice, "answered_by": by.name}
        row.save(update_fields=["invitation"])
    return reply


def _attendee(message: Message, invitation: dict) -> str:
    """The address of ours that was invited, else the one that the answer comes from."""
    own = our_addresses.ours()
    for one in invitation.get("attendees", []):
        if one["address"].lower() in own:
            return one["address"]
    return addressing.sender_address(addressing.mailbox_of(message.ticket))
