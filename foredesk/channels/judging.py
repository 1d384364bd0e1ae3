"""How a mailbox does, from its row alone. Pure: the present is an argument."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from foredesk.channels.models import Consent, Mailbox
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


ENDS_SOON = timedelta(days=14)
"""How long before its end a consent or a client secret is spoken of."""


def consent(mailbox: Mailbox, *, at: datetime) -> Judgement | None:
    """How the consent at Google or Microsoft stands; None when the mailbox needs none.

    It speaks before anything breaks: half an hour before a withdrawn consent stops the mail, and
    two weeks before an end that the provider tells.
    """
    if not (mailbox.is_active and mailbox.uses_oauth):
        return None
    name = mailbox.oauth_provider.title()
    again = f"Open the mailbox and sign in at {name}."
    found: Consent | None = getattr(mailbox, "consent", None)
    if found is None:
        return Judgement("bad", "No consent", f"Nobody has signed in at {name} yet.", again)
    works_until = found.access_until
    if found.is_lost and works_until <= at:
        return Judgement("bad", "Consent lost", found.error, again)
    if found.is_lost:
        left = wording.span(works_until - at)
        text = f"{found.error} Mail still flows for {left}."
        return Judgement("warn", "Consent lost", text, again)
    if found.failing_since and at - found.failing_since > PATIENCE:
        return Judgement("warn", "Not renewed", found.error, again)
    if found.until is not None and found.until - at < ENDS_SOON:
        ended = found.until <= at
        text = f"The consent at {name} {'ended' if ended else 'ends'} {found.until:%-d %B %Y}."
        return Judgement("bad" if ended else "warn", "Consent ends", text, again)
    last = mailbox.oauth_secret_until
    if last is not None and (last - at.date()) < ENDS_SOON:
        ended = last < at.date()
        text = f"The client secret at {name} {'ended' if ended else 'ends'} {last:%-d %B %Y}."
        advice = f"Make a new client secret at {name} and enter it in the mailbox."
        return Judgement("bad" if ended else "warn", "Secret ends", text, advice)
    who = f" as {found.account}" if found.account else ""
    return Judgement("ok", "Consent given", f"Signed in at {name}{who}.")


def import_left(mailbox: Mailbox, *, at: datetime) -> timedelta | None:
    """How long the first import may still take, by its pace so far; None before that is known."""
    if not mailbox.is_importing or not mailbox.import_done or mailbox.import_began_at is None:
        return None
    left = (mailbox.import_total or 0) - mailbox.import_done
    return (at - mailbox.import_began_at) / mailbox.import_done * max(left, 0)


def receiving(mailbox: Mailbox, *, at: datetime) -> Judgement:
    """Whether what customers write to this mailbox arrives here."""
    if not mailbox.is_active:
        return Judgement("off", "Off", "It is switched off: its mail stays where it is.")
    if mailbox.provider_in:
        if mailbox.last_hook_at is None:
            return Judgement("ok", "By webhook", "Its provider has not called yet.")
        heard = wording.ago(mailbox.last_hook_at, now=at)
        return Judgement("ok", "By webhook", f"Its provider last called {heard}.")
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
    if mailbox.is_importing:
        share = f"{mailbox.import_done:,} of {mailbox.import_total:,} mails"
        return Judgement("ok", "Importing", f"It takes in what lay there: {share}.")
    if mailbox.last_success_at is None:
        return Judgement("warn", "New", "It has not been fetched yet.")
    return Judgement("ok", "Fine", f"Fetched {wording.ago(mailbox.last_success_at, now=at)}.")


def sending(mailbox: Mailbox, *, at: datetime) -> Judgement:
    """Whether answers from this mailbox leave the house."""
    if not mailbox.is_active:
        return Judgement("off", "Off", "It is switched off: answers are kept here.")
    if not mailbox.can_send:
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
