"""Whom to ask how it was, and whom never. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Case:
    """What is known of a solved ticket and of whoever would be asked.

    `held` is what holds any automatic mail to them back, as a sentence: an address that came back
    or complained, a machine that wrote last. `was_imported`: it was solved on another desk.
    `asked_at` is when this customer was last asked in the name of the same brand.
    """

    channel: str = "email"
    is_solved: bool = True
    is_spam: bool = False
    is_merged: bool = False
    was_imported: bool = False
    has_wrote: bool = True
    is_answered: bool = True
    held: str = ""
    is_proven: bool = True
    is_own_address: bool = False
    has_mailbox: bool = True
    is_opted_out: bool = False
    asked_at: datetime | None = None


def why_not(case: Case, *, channels: list[str], every_days: int, at: datetime) -> str:
    """Why the customer is not asked, as a sentence; "" when they are."""
    reasons = (
        (not case.is_solved, "It is not solved any more."),
        (case.is_spam, "It is spam."),
        (case.is_merged, "It was merged into another ticket."),
        (case.was_imported, "It was solved on another desk."),
        (case.channel not in channels, "Nobody is asked by this channel."),
        (not case.has_wrote, "The customer wrote nothing in it."),
        (not case.is_answered, "Nobody answered the customer."),
        (case.is_own_address, "It is an address of our own."),
        (not case.has_mailbox, "Its brand has no mailbox to ask from."),
        (bool(case.held), case.held),
        (not case.is_proven, "Nothing proves that the address is theirs."),
        (case.is_opted_out, "They do not want to be asked."),
        (_is_too_soon(case.asked_at, every_days, at), "They were asked not long ago."),
    )
    return next((sentence for applies, sentence in reasons if applies), "")


def _is_too_soon(asked_at: datetime | None, every_days: int, at: datetime) -> bool:
    return asked_at is not None and at - asked_at < timedelta(days=every_days)
