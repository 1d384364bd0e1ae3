"""Mail of the desk itself to its own people, such as links that set a password."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from foredesk.channels import addressing, health, marking, outcomes, placing, smtp
from foredesk.channels.mail import composing
from foredesk.channels.models import SENDS, Dispatch, DispatchState, Mailbox
from foredesk.files import storing
from foredesk.people.queries import workspace
from foredesk.plumbing.clock import now

log = logging.getLogger(__name__)


class Backend(BaseEmailBackend):
    """Django's way to send: by the default mailbox's server, or kept when there is none.

    It never raises: what went wrong stands on the dispatch and on the mailbox. The text of a mail
    is kept only when the mail is, since it may hold a link that signs in.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        return sum(_send(message) for message in email_messages or ())


def _send(message: EmailMessage) -> int:
    mailbox = sending_mailbox()
    recipients = [_address(one) for one in message.recipients()]
    if not recipients:
        return 0
    at = now()
    dispatch = Dispatch(
        purpose="account",
        mailbox=mailbox,
        mail_from=addressing.sender_address(mailbox),
        to=recipients,
        subject=composing.clean(str(message.subject))[:500],
        at=at,
        started_at=at,
        attempts=1,
    )
    data = composing.compose(_letter(message, mailbox, recipients))
    if mailbox is None:
        dispatch.state, dispatch.note = DispatchState.KEPT, "No outgoing mail is set up."
        dispatch.blob = storing.keep(data)
        dispatch.save()
        return 1
    talk = outcomes.Talk()
    try:
        smtp.send(mailbox, data, mail_from="", recipients=recipients, talk=talk)
        dispatch.state = DispatchState.SENT
    except outcomes.LostAnswer as why:
        dispatch.state, dispatch.note = DispatchState.UNKNOWN, str(why)
    except (outcomes.TemporaryFailure, outcomes.PermanentFailure) as why:
        dispatch.state, dispatch.note = DispatchState.FAILED, str(why)
        log.error("Account mail to %s was not sent: %s", recipients, why)
        if isinstance(why, outcomes.TemporaryFailure) and why.is_mailbox:
            health.sending_failed(mailbox, str(why), at=now())
    dispatch.transcript = talk.text()
    dispatch.save()
    if dispatch.state == DispatchState.SENT:
        health.sending_worked(mailbox, at=now())
    return int(dispatch.state == DispatchState.SENT)


def sending_mailbox() -> Mailbox | None:
    """The default mailbox if it can send, else the first that can."""
    default = placing.default_mailbox()
    if default is not None and default.can_send:
        return default
    able = Mailbox.objects.filter(SENDS, is_active=True).order_by("pk")
    return able.first()


def _letter(
    message: EmailMessage, mailbox: Mailbox | None, recipients: list[str]
) -> composing.Letter:
    alternatives = getattr(message, "alternatives", [])
    html = next((one[0] for one in alternatives if one[1] == "text/html"), "")
    return composing.Letter(
        message_id=addressing.new_message_id(mailbox),
        at=now(),
        sender=composing.Person(addressing.sender_address(mailbox), workspace().name),
        to=tuple(composing.Person(one) for one in recipients),
        subject=str(message.subject),
        text=str(message.body),
        html=html,
        is_automatic=True,
        more=marking.of_a_machine(),
    )


def _address(text: str) -> str:
    return composing.clean(text.rpartition("<")[2].rstrip("> "))
