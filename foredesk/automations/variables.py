"""Variables in texts: `{{ customer.first_name | there }}` is the name, or "there" without one.

Filling is pure and knows nothing of HTML: whoever makes HTML of the result escapes it whole.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from foredesk.people import queries as people
from foredesk.tickets.models import Ticket

_VARIABLE = re.compile(r"\{\{ {0,9}([a-z_.]{1,60}) {0,9}(?:\|([^{}|]{0,200}))?\}\}")
LONGEST_VALUE = 200

KNOWN: dict[str, str] = {
    "customer.first_name": "the customer’s first name",
    "customer.name": "the customer’s name",
    "customer.company": "the customer’s company",
    "ticket.number": "the ticket’s number",
    "ticket.subject": "the ticket’s subject",
    "agent.first_name": "the assignee’s first name",
    "agent.name": "the assignee’s name",
    "team.name": "the team",
    "brand.name": "the brand that the ticket belongs to",
    "desk.name": "the name of this desk",
    "closing.days": "in how many days the ticket closes, in a warning of that",
}
"""Every variable and what it stands for."""
OUTSIDE = ("customer.", "ticket.subject")
"""Variables whose values somebody outside wrote."""


def offered() -> dict[str, str]:
    """The variables that are worth choosing on this desk."""
    has_brands = bool(people.brands_in_use())
    return {key: words for key, words in KNOWN.items() if has_brands or key != "brand.name"}


def check(text: str) -> None:
    """Raise ValueError with a sentence for variables that there are not."""
    rest = text
    for match in _VARIABLE.finditer(text):
        if match[1] not in KNOWN:
            raise ValueError(
                f"There is no variable {match[1]}. There are {', '.join(sorted(offered()))}."
            )
        rest = rest.replace(match[0], "", 1)
    if "{{" in rest or "}}" in rest:
        raise ValueError("Write a variable as {{ customer.first_name | there }}.")


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with every variable replaced by its value, by its fallback, or by nothing."""

    def value(match: re.Match[str]) -> str:
        return values.get(match[1], "") or (match[2] or "").strip()

    return _VARIABLE.sub(value, text)


def values_of(ticket: Ticket, *, is_proven: bool = True) -> dict[str, str]:
    """What the variables stand for on this ticket.

    Unless it `is_proven` that the reader is the one who wrote, nothing of what they wrote about
    themselves is among it: a forged mail must carry nobody's words to a stranger.
    """
    requester, assignee = ticket.requester, ticket.assignee
    company = requester.organisation.name if requester.organisation else ""
    found = {
        "customer.first_name": first_name(requester.name),
        "customer.name": requester.name,
        "customer.company": company,
        "ticket.number": f"#{ticket.pk}",
        "ticket.subject": ticket.subject,
        "agent.first_name": first_name(assignee.name) if assignee else "",
        "agent.name": assignee.name if assignee else "",
        "team.name": ticket.team.name if ticket.team else "",
        "brand.name": people.brand_card(ticket.brand_id).name,
        "desk.name": people.workspace().name,
    }
    if not is_proven:
        found = {key: value for key, value in found.items() if not key.startswith(OUTSIDE)}
    return {key: " ".join(value.split())[:LONGEST_VALUE] for key, value in found.items()}


def first_name(name: str) -> str:
    """The first word of a name as people are greeted; "" for what looks like an address."""
    words = name.replace(",", " ").split()
    if not words or "@" in name:
        return ""
    return words[0] if "," not in name else (words[1] if len(words) > 1 else "")
