"""What the shop's desk does by itself: three rules, some macros, a template, a follow-up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from foredesk.automations import writing_rules, writing_texts
from foredesk.demo import company
from foredesk.demo.stage import Cast
from foredesk.logbook.actors import SYSTEM
from foredesk.people import directory

REMINDER = {
    "en": {
        "subject": "Do you still need us?",
        "text": (
            "Hello {{ customer.first_name | there }},\n\nwe asked you something about "
            "{{ ticket.number }} and have not heard from you. If it is still open, just reply."
            "\n\n{{ desk.name }}"
        ),
    },
    "de": {
        "subject": "Brauchst du uns noch?",
        "text": (
            "Hallo {{ customer.first_name | zusammen }},\n\nwir haben dich zu {{ ticket.number }} "
            "etwas gefragt und nichts gehört. Wenn es noch offen ist, antworte einfach."
            "\n\n{{ desk.name }}"
        ),
    },
}
THANKS = {
    "en": {
        "subject": "Is everything as it should be?",
        "text": (
            "Hello {{ customer.first_name | there }},\n\nsome days ago we solved "
            "{{ ticket.number }}. If anything is not as it should be, reply to this mail and we "
            "look at it again."
            "\n\n{{ desk.name }}"
        ),
    }
}  # fmt: skip
MACROS: tuple[dict[str, Any], ...] = (
    {
        "name": "Refund is on its way",
        "texts": {
            "en": {
                "text": "Hello {{ customer.first_name | there }},\n\nyour refund left us today. It "
                "takes three to five working days until your bank shows it.\n\nBest wishes,\n"
                "{{ agent.first_name }}"
            },
            "de": {
                "text": "Hallo {{ customer.first_name | zusammen }},\n\ndeine Erstattung ist heute "
                "raus. Bis deine Bank sie zeigt, dauert es drei bis fünf Werktage.\n\nViele Grüße\n"
                "{{ agent.first_name }}"
            },
        },
        "steps": [{"do": "add_tags", "tags": "refund"}],
        "then": "solved",
    },
    {
        "name": "Ask for the order number",
        "texts": {
            "en": {
                "text": "Hello {{ customer.first_name | there }},\n\nwhich order is it about? The "
                "number stands in the subject of our confirmation.\n\nBest wishes,\n"
                "{{ agent.first_name }}"
            }
        },
        "steps": [],
        "then": "pending",
    },
    {
        "name": "Urgent, to Payments",
        "texts": {},
        "steps": [{"do": "priority", "to": "4"}, {"do": "team", "to": company.PAYMENTS}],
        "then": "",
    },
)


def write_down(cast: Cast, *, at: datetime) -> None:
    """Templates, macros, a follow-up and rules of the demo.

    What writes to customers is switched off: it would write to two years of them.
    """
    directory.forget()  # the teams are new
    team = str(cast.teams[company.PAYMENTS].pk)
    keep: dict[str, Any] = {"by": SYSTEM, "at": at, "is_demo": True}
    reminder = writing_texts.save_template(
        None, {"name": "Do you still need us", "texts": REMINDER}, **keep
    )
    thanks = writing_texts.save_template(
        None, {"name": "Is everything as it should be", "texts": THANKS}, **keep
    )
    for macro in MACROS:
        steps = [_with_team(step, team) for step in macro["steps"]]
        writing_texts.save_macro(None, {**macro, "scope": "all", "steps": steps}, **keep)
    after = writing_texts.save_sequence(
        None,
        {
            "name": "After a repair",
            "steps": [
                {"do": "mail", "hours": 72, "template": thanks.pk},
                {"do": "call", "hours": 168, "text": "Call, and ask whether it still holds."},
            ],
        },
        **keep,
    )
    for data, is_active in _rules(team, reminder.pk, after.pk):
        rule = writing_rules.add(data, **keep)
        if is_active:
            writing_rules.switch(rule, is_active=True, by=SYSTEM, at=at)


def _with_team(step: Mapping[str, Any], team: str) -> dict[str, Any]:
    return {**step, "to": team} if step["do"] == "team" else dict(step)


def _rules(team: str, reminder: int, after: int) -> list[tuple[dict[str, Any], bool]]:
    """Each rule, and whether it is on."""
    words = ["card", "charged twice", "payment", "declined"]
    payments = {
        "name": "Payment trouble to Payments",
        "kind": "trigger",
        "when": {"occasions": ["wrote_first"], "channels": []},
        "conditions": {
            "all": [
                {
                    "any": [
                        {"field": "subject", "is": "contains", "value": words},
                        {"field": "message", "is": "contains", "value": words[1:2]},
                    ]
                },
                {"field": "team", "is": "empty"},
            ]
        },
        "steps": [{"do": "team", "to": team}, {"do": "priority", "to": "3"}],
        "stops": False,
    }
    remind = {
        "name": "Remind after 3 quiet days",
        "kind": "automation",
        "when": {"since": "activity", "hours": 72},
        "conditions": {"all": [{"field": "status", "is": "any_of", "value": ["pending"]}]},
        "steps": [{"do": "reply", "template": str(reminder)}],
        "stops": False,
    }
    repairs = {
        "name": "Follow up on repairs",
        "kind": "trigger",
        "when": {"occasions": ["solved"], "channels": []},
        "conditions": {"all": [{"field": "tags", "is": "any_of", "value": ["repair", "warranty"]}]},
        "steps": [{"do": "follow_up", "sequence": str(after)}],
        "stops": False,
    }
    return [(payments, True), (remind, False), (repairs, False)]
