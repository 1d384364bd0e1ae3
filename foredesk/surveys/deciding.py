"""Whom to ask how it was, and whom never. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Case:
    """What is known of a solved ticket and of whoever would be asked.

    `held` is the key of what holds any automatic mail to them back: an address that came back or
    complained, a machine that wrote last. `was_imported`: it was solved on another desk.
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
    """Why the customer is not asked, a key of wording.HELD; "" when they are."""
    reasons = (
        (not case.is_solved, "not_solved"),
        (case.is_spam, "spam"),
        (case.is_merged, "merged"),
        (case.was_imported, "imported"),
        (case.channel not in channels, "channel"),
        (not case.has_wrote, "wrote_nothing"),
        (not case.is_answered, "not_answered"),
        (case.is_own_address, "own_address"),
        (not case.has_mailbox, "no_mailbox"),
        (bool(case.held), case.held),
        (not case.is_proven, "not_proven"),
        (case.is_opted_out, "opted_out"),
        (_is_too_soon(case.asked_at, every_days, at), "too_soon"),
    )
    return next((key for applies, key in reasons if applies), "")


def _is_too_soon(asked_at: datetime | None, every_days: int, at: datetime) -> bool:
    return asked_at is not None and at - asked_at < timedelta(days=every_days)
