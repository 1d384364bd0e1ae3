"""How a mailbox does, from its row alone. Pure: the present is an argument."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from foredesk.channels.models import Mailbox
from foredesk.design import wording

PATIENCE = timedelta(minutes=2)
"""How long fetching or sending may fail before it counts as broken: servers restart."""
SILENCE = timedelta(minutes=10)
"""How long nobody may have looked: a mailbox is looked at every minute."""


@dataclass(frozen=True)
class Judgement:
    """`state` is ok, warn, bad or off; `word` fits a chip, `text` is a sentence."""

    state: str
    word: str
    text: str
    advice: str = ""


def receiving(mailbox: Mailbox, *, at: datetime) -> Judgement:
    """Whether what customers write to this mailbox arrives here."""
    if not mailbox.is_active:
        return Judgement("off", "Off", "It is switched off: its mail stays where it is.")
    if not mailbox.fetch_host:
        return Judgement("ok", "By intake", "Its mail comes in by the mail intake.")
    if mailbox.failing_since:
        since = at - mailbox.failing_since
        advice = "Open the mailbox, correct its connection and check both directions."
        why = mailbox.last_error or "It can't be fetched."
        if since < PATIENCE and mailbox.last_success_at:
            return Judgement("warn", "Trying", f"Fetching fails for {wording.span(since)}: {why}")
        return Judgement(
            "bad", "Deaf", f"Nothing comes in for {wording.span(since)}: {why}", advice
        )
    looked_at = mailbox.last_success_at or mailbox.changed_at
    quiet = at - looked_at
    if quiet > SILENCE:
        advice = "See that the pollers run: “foredesk up” starts them."
        return Judgement("bad", "Deaf", f"Nobody looked at it for {wording.span(quiet)}.", advice)
    if mailbox.last_success_at is None:
        return Judgement("warn", "New", "It has not been fetched yet.")
    return Judgement("ok", "Fine", f"Fetched {wording.ago(mailbox.last_success_at, now=at)}.")


def sending(mailbox: Mailbox, *, at: datetime) -> Judgement:
    """Whether answers from this mailbox leave the house."""
    if not mailbox.is_active:
        return Judgement("off", "Off", "It is switched off: answers are kept here.")
    if not mailbox.smtp_host:
        return Judgement("off", "Kept here", "No outgoing server: answers are kept here.")
    if mailbox.send_failing_since:
        since = at - mailbox.send_failing_since
        advice = "Open the mailbox, correct its outgoing server and check both directions."
        why = mailbox.send_error or "The server does not take it."
        if since < PATIENCE:
            return Judgement("warn", "Trying", f"Sending fails for {wording.span(since)}: {why}")
        return Judgement(
            "bad", "Mute", f"Nothing goes out for {wording.span(since)}: {why}", advice
        )
    if mailbox.last_sent_at is None:
        return Judgement("ok", "Unused", "Nothing was sent yet.")
    return Judgement("ok", "Fine", f"Last sent {wording.ago(mailbox.last_sent_at, now=at)}.")
