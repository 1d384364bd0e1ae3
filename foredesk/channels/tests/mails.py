"""Rows for the tests of those who show mail."""

from foredesk.channels import accepting, opening
from foredesk.channels.mail import composing
from foredesk.channels.models import Dispatch, Mailbox
from foredesk.files import storing
from foredesk.plumbing.clock import now
from foredesk.tickets import receiving
from foredesk.tickets.arrivals import Address, InboundMessage
from foredesk.tickets.models import Message

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


def a_mailbox(**fields):
    at = now()
    values = {"name": "Help", "address": "help@halden.example", "created_at": at, "changed_at": at}
    return Mailbox.objects.create(**values | fields)


def a_ticket(number=1):
    arrival = InboundMessage(
        channel="email",
        account="help@halden.example",
        external_id=f"{number}@mail.example",
        author=Address("cleo@mail.example", "Cleo"),
        at=now(),
        subject="Tent pole broke",
        text="It snapped.",
        html="<p>It snapped.</p>",
    )
    return receiving.receive(arrival, at=now()).ticket


def a_mail(ticket=None, **fields):
    letter = composing.Letter(
        message_id="x@halden.example",
        at=now(),
        sender=composing.Person("help@halden.example", "Halden"),
        to=(composing.Person("cleo@mail.example", "Cleo"),),
        subject="Re: Tent pole broke",
        text="A new pole is on its way.",
        html='<p onclick="x()">A new <b>pole</b> <img src="cid:pic@h"></p>',
        files=(composing.Part("pole.png", "image/png", PNG, "pic@h"),),
    )
    values = {
        "state": "kept",
        "subject": letter.subject,
        "to": ["cleo@mail.example"],
        "mail_from": "help@halden.example",
        "blob": storing.keep(composing.compose(letter)),
        "ticket_id": ticket.pk if ticket else None,
        "purpose": "reply" if ticket else "account",
        "at": now(),
        "started_at": now(),
    }
    return Dispatch.objects.create(**values | fields)


def arrived(mail):
    """The message that these bytes became, taken by the intake and opened."""
    envelope = accepting.accept(mail, mailbox=None, road="smtp", at=now())
    opening.open_envelope(envelope.pk)
    return Message.objects.get(envelope_id=envelope.pk)
