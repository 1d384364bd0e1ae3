"""Hand one mail to whoever takes a mailbox's mail out: its SMTP server, or its provider's API."""

from __future__ import annotations

from collections.abc import Callable

from foredesk.channels import outcomes, smtp
from foredesk.channels.models import Mailbox


def send(
    mailbox: Mailbox,
    data: bytes,
    *,
    mail_from: str,
    recipients: list[str],
    talk: outcomes.Talk,
    hand_over: Callable[[], None] = lambda: None,
    takes_partly: bool = True,
) -> outcomes.Receipt:
    """Send `data`; the promises and the exceptions are those of smtp.send."""
    road = smtp.send
    if mailbox.provider_out:
        from foredesk.channels import providing  # with what it brings, 20 MB

        road = providing.send
    return road(
        mailbox,
        data,
        mail_from=mail_from,
        recipients=recipients,
        talk=talk,
        hand_over=hand_over,
        takes_partly=takes_partly,
    )
