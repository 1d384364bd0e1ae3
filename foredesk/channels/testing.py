"""Really check a mailbox: sign in on both sides, send a mail to itself, and see it come back."""

from __future__ import annotations

import poplib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from imapclient.exceptions import IMAPClientError

from foredesk.channels import (
    fingerprinting,
    handing_over,
    health,
    imap,
    marking,
    outcomes,
    pop3,
    providers,
    smtp_session,
)
from foredesk.channels.mail import composing
from foredesk.channels.models import Envelope, Heartbeat, Mailbox
from foredesk.people.queries import workspace
from foredesk.plumbing.clock import now
from foredesk.plumbing.ids import public_id

PATIENCE = 60.0  # seconds for the test mail to come back
FETCH_PATIENCE = 90.0  # the pollers look once a minute at least
PAUSE = 0.5
SILENT = timedelta(seconds=90)
FIELD = "X-Foredesk-Test"


@dataclass(frozen=True)
class Step:
    """What was tried, whether it went well, and a sentence about it."""

    name: str
    is_well: bool
    text: str


def check(mailbox: Mailbox, *, to: str = "") -> Iterator[Step]:
    """Check both directions, step by step; each step is given out as soon as it is done.

    `to` gets the test mail too. Nothing of the mailbox is changed, except for the test mail in it.
    """
    hears = speaks = True
    if mailbox.fetch_host:
        step = _sign_in_pop3(mailbox) if mailbox.pop3_host else _sign_in_imap(mailbox)
        hears = step.is_well
        yield step
    elif mailbox.provider_in:
        name = providers.provider(mailbox.provider).label
        yield Step("Receiving", True, f"Its mail comes by the webhook of {name}.")
    else:
        yield Step("Receiving", True, "Its mail comes by the built-in intake (SMTP).")
    if not (mailbox.smtp_host or mailbox.provider_out):
        yield Step("Sending", True, "No outgoing server is set up: replies are kept here.")
        return
    step = _look_at_provider(mailbox) if mailbox.provider_out else _sign_in_smtp(mailbox)
    speaks = step.is_well
    yield step
    if not (hears and speaks):
        return
    token = public_id()
    recipients = [mailbox.address, *([to] if to else [])]
    data = _test_mail(mailbox, token, recipients)
    step = _send(mailbox, data, recipients)
    yield step
    if step.is_well:
        yield from _come_back(mailbox, data, token)


def _sign_in_imap(mailbox: Mailbox) -> Step:
    try:
        client = imap.connect(mailbox)
    except imap.Trouble as why:
        return Step("Receiving", False, str(why))
    try:
        folder = mailbox.imap_folder or "INBOX"
        found = client.select_folder(folder, readonly=True)
    except (IMAPClientError, OSError) as error:
        return Step("Receiving", False, f"The folder {folder} can't be opened: {error}")
    finally:
        imap.close(client)
    count = int(found.get(b"EXISTS", 0))
    holds = "1 mail" if count == 1 else f"{count} mails"
    return Step("Receiving", True, f"Signed in at {mailbox.imap_host}; {folder} holds {holds}.")


def _sign_in_pop3(mailbox: Mailbox) -> Step:
    try:
        client = pop3.connect(mailbox)
    except imap.Trouble as why:
        return Step("Receiving", False, str(why))
    try:
        count = len(client.uidls())
    except imap.Trouble as why:
        return Step("Receiving", False, str(why))
    except (OSError, EOFError, poplib.error_proto) as error:
        return Step("Receiving", False, str(imap.trouble(mailbox.pop3_host, error)))
    finally:
        pop3.drop(client)
    holds = "1 mail" if count == 1 else f"{count} mails"
    return Step("Receiving", True, f"Signed in at {mailbox.pop3_host}; it holds {holds}.")


def _sign_in_smtp(mailbox: Mailbox) -> Step:
    try:
        server = smtp_session.connect(mailbox, talk=outcomes.Talk())
    except outcomes.TemporaryFailure as why:
        return Step("Sending", False, str(why))
    smtp_session.leave(server)
    return Step("Sending", True, f"Signed in at {mailbox.smtp_host}.")


def _look_at_provider(mailbox: Mailbox) -> Step:
    try:
        from foredesk.channels import providing  # heavy, see handing_over.py

        providing.check(mailbox)
    except outcomes.TemporaryFailure as why:
        return Step("Sending", False, str(why))
    return Step("Sending", True, f"{_taker(mailbox)} has its keys; the test mail will try them.")


def _taker(mailbox: Mailbox) -> str:
    """Who takes the mail out."""
    if mailbox.provider_out:
        return providers.provider(mailbox.provider).label
    return mailbox.smtp_host


def _test_mail(mailbox: Mailbox, token: str, recipients: list[str]) -> bytes:
    name = workspace().name
    domain = mailbox.address.rpartition("@")[2]
    return composing.compose(
        composing.Letter(
            message_id=f"{token}@{composing.ascii_address(f'x@{domain}')[2:]}",
            at=now(),
            sender=composing.Person(mailbox.address, name),
            to=tuple(composing.Person(one) for one in recipients),
            subject="Test of your mailbox",
            text=(
                f"{name} sent this mail to see whether mail to and from {mailbox.address} "
                "arrives. You can delete it."
            ),
            is_automatic=True,
            more={FIELD: token, **marking.of_a_machine()},
        )
    )


def _send(mailbox: Mailbox, data: bytes, recipients: list[str]) -> Step:
    try:
        receipt = handing_over.send(
            mailbox,
            data,
            mail_from=mailbox.address,
            recipients=recipients,
            talk=outcomes.Talk(),
            takes_partly=False,
        )
    except (outcomes.TemporaryFailure, outcomes.PermanentFailure, outcomes.LostAnswer) as why:
        return Step("Test mail", False, str(why))
    if receipt.refused:
        return Step("Test mail", False, "; ".join(receipt.refused.values()))
    if mailbox.pk:
        health.sending_worked(mailbox, at=now())
    where = " and ".join(recipients)
    return Step("Test mail", True, f"{_taker(mailbox)} took a test mail to {where}.")


def _come_back(mailbox: Mailbox, data: bytes, token: str) -> Iterator[Step]:
    begin = time.monotonic()
    if mailbox.fetch_host:
        # a POP3 server keeps the mailbox locked while one reads: looking would stop the pollers
        if mailbox.imap_host or not (mailbox.pk and mailbox.is_active):
            step = _seen_on_server(mailbox, token, begin)
            yield step
            if not step.is_well:
                return
        if not (mailbox.pk and mailbox.is_active):
            return
        beat = Heartbeat.objects.filter(name="pollers").first()
        if beat is None or now() - beat.at > SILENT:
            text = "The mail lies in the mailbox, but nothing fetches it: the pollers do not run."
            yield Step("Fetched", False, text)
            return
    yield _arrived_here(mailbox, data, token, begin)


def _seen_on_server(mailbox: Mailbox, token: str, begin: float) -> Step:
    if not mailbox.imap_host:
        return _seen_by_pop3(mailbox, token, begin)
    try:
        client = imap.connect(mailbox)
    except imap.Trouble as why:
        return Step("Came back", False, str(why))
    try:
        while time.monotonic() - begin < PATIENCE:
            client.select_folder(mailbox.imap_folder or "INBOX", readonly=True)
            if client.search(["HEADER", FIELD, token]):
                took = time.monotonic() - begin
                text = f"The test mail lay in the mailbox after {took:.1f} seconds."
                return Step("Came back", True, text)
            time.sleep(PAUSE)
    except (IMAPClientError, OSError) as error:
        return Step("Came back", False, str(imap.trouble(mailbox.imap_host, error)))
    finally:
        imap.close(client)
    return _never_came(mailbox, mailbox.imap_user)


def _seen_by_pop3(mailbox: Mailbox, token: str, begin: float) -> Step:
    """The same for POP3, which shows what there is once per session."""
    while time.monotonic() - begin < PATIENCE:
        client = None
        try:
            client = pop3.connect(mailbox)
            for number in sorted(client.uidls(), reverse=True)[:20]:
                if token.encode() in client.head_of(number):
                    took = time.monotonic() - begin
                    text = f"The test mail lay in the mailbox after {took:.1f} seconds."
                    return Step("Came back", True, text)
        except imap.Trouble as why:
            return Step("Came back", False, str(why))
        except (OSError, EOFError, poplib.error_proto) as error:
            return Step("Came back", False, str(imap.trouble(mailbox.pop3_host, error)))
        finally:
            pop3.drop(client)
        time.sleep(PAUSE)
    return _never_came(mailbox, mailbox.pop3_user)


def _never_came(mailbox: Mailbox, user: str) -> Step:
    return Step(
        "Came back",
        False,
        f"The test mail did not come within {PATIENCE:.0f} seconds. See whether {mailbox.address} "
        f"leads to the mailbox of {user}, and look into its spam folder.",
    )


def _arrived_here(mailbox: Mailbox, data: bytes, token: str, begin: float) -> Step:
    """Whether the desk itself has it, by whatever road."""
    print_of_it = fingerprinting.fingerprint(data)
    limit = begin + (FETCH_PATIENCE if mailbox.fetch_host else PATIENCE)
    while time.monotonic() < limit:
        by_bytes = Envelope.objects.filter(kind="email", fingerprint=print_of_it)
        by_token = Envelope.objects.filter(state="ignored", reason__contains=token)
        if by_bytes.exists() or by_token.exists():
            took = time.monotonic() - begin
            return Step("Arrived here", True, f"It arrived here after {took:.1f} seconds.")
        time.sleep(PAUSE)
    if mailbox.imap_host:
        text = "The mail lies in the mailbox, but the pollers did not fetch it in time."
    elif mailbox.pop3_host:
        text = (
            f"The pollers did not find the test mail at {mailbox.pop3_host} in time. See whether "
            f"{mailbox.address} leads to the mailbox of {mailbox.pop3_user}."
        )
    elif mailbox.provider_in:
        name = providers.provider(mailbox.provider).label
        text = f"{name} did not post the test mail here. See its route and the webhook address."
    else:
        text = (
            f"The test mail did not arrive here. Mail to {mailbox.address} must be handed to the "
            "intake of this desk, or be fetched from a mail server."
        )
    return Step("Arrived here", False, text)
