"""Who has how much, and how it went."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from foredesk.analytics import queries, saying
from foredesk.analytics.measures import MEASURES
from foredesk.design import wording
from foredesk.desk.insights.asked import Asked
from foredesk.desk.insights.cards.card import Card, behind
from foredesk.people import queries as people
from foredesk.routing import queries as routing


def card(spec: dict[str, Any], asked: Asked, targets: dict[str, float]) -> Card:
    """Who has how much, and how it went. In the order of names: people are not ranked."""
    replies = dict(asked.ask.by(asked.question("first_reply"), "agent"))
    solved = dict(asked.ask.by(asked.question("solved"), "agent"))
    answers = dict(asked.ask.by(asked.question("replies"), "agent"))
    ratings = dict(asked.ask.by(asked.question("satisfaction"), "agent"))
    loads, states = queries.open_by_agent(asked.viewer), routing.states()
    rows = [
        {
            "name": name,
            "initials": wording.initials(name),
            "hue": wording.hue(f"agent-{pk}"),
            "state": dict(routing.STATES).get(states.get(pk, ""), ""),
            "dot": {"online": "ok", "transfers": "ok", "away": "warn"}.get(
                states.get(pk, ""), "off"
            ),
            "open": f"{loads.get(pk, 0):,}",
            "solved": f"{solved[pk].n:,}" if pk in solved else "0",
            "answers": f"{answers[pk].n:,}" if pk in answers else "0",
            "first": saying.value(MEASURES["first_reply"], replies[pk].value).whole
            if pk in replies
            else "–",
            "is_thin": pk in replies and replies[pk].is_thin,
            "rated": saying.value(MEASURES["satisfaction"], ratings[pk].value).whole
            if pk in ratings
            else "–",
            "is_rated_thin": pk in ratings and ratings[pk].is_thin,
            "rated_url": behind("satisfaction", asked, agent=pk),
            "solved_url": behind("solved", asked, agent=pk),
            "first_url": behind("first_reply", asked, agent=pk),
            "answers_url": behind("replies", asked, agent=pk),
        }
        for pk, name in people.assignable_agents()
    ]
    return Card("people", 12, _("People"), {"rows": rows})
