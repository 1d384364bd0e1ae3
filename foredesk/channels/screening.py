"""The allow and block lists, as they are used on the way in."""

from __future__ import annotations

from foredesk.channels.models import Envelope, SenderRule
from foredesk.logbook.freshness import Kept
from foredesk.tickets.arrivals import Suspended

MOST_LABELS = 10
_are_there_any = Kept(SenderRule.objects.exists)
forget = _are_there_any.forget
"""Look again at the next mail; what changes the lists calls this."""


def screen(address: str, envelope: Envelope) -> None:
    """Raise Suspended for a sender who is blocked, unless a person let this mail in."""
    if envelope.recovered_at is not None:
        return
    rule = rule_for(address, envelope.mail_from)
    if rule is not None and not rule.is_allowed:
        raise Suspended(f"{rule.value} is blocked.")


def rule_for(address: str, mail_from: str = "") -> SenderRule | None:
    """The rule that holds for a sender: an address before its domain, a domain before its parent.

    `mail_from` (the envelope's sender) can only block: it is no one's proven address.
    """
    if not _are_there_any():
        return None
    own = _values(address)
    other = [one for one in _values(mail_from.strip("<>")) if one not in own]
    rules = {one.value: one for one in SenderRule.objects.filter(value__in=[*own, *other])}
    first = next((rules[one] for one in own if one in rules), None)
    if first is not None:
        return first
    return next((rules[one] for one in other if one in rules and not rules[one].is_allowed), None)


def _values(address: str) -> list[str]:
    """The address, its domain and the domains above it, in the order in which they count."""
    address = address.strip().lower()
    domain = address.rpartition("@")[2]
    labels = domain.split(".")[-MOST_LABELS:]
    domains = [".".join(labels[start:]) for start in range(len(labels) - 1)]
    return [one for one in (address, *domains) if one]
