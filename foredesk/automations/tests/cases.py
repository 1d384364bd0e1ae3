"""Rules and texts for tests, as people write them."""

from foredesk.automations import writing_rules, writing_texts
from foredesk.automations.models import Following, Macro, Rule, Run, Sequence, Template
from foredesk.logbook.actors import SYSTEM
from foredesk.plumbing.clock import now

__all__ = ["Following", "Macro", "Rule", "Run", "Sequence", "Template"]


def leaf(field, operator, value=None):
    return {"field": field, "is": operator, **({} if value is None else {"value": value})}


def trigger(name="Rule", *, on=("wrote",), conditions=(), steps=(), stops=False, channels=()):
    """A trigger in its plain form."""
    return {
        "name": name,
        "kind": "trigger",
        "when": {"occasions": list(on), "channels": list(channels)},
        "conditions": {"all": list(conditions)},
        "steps": list(steps) or [{"do": "priority", "to": "4"}],
        "stops": stops,
    }


def automation(name="Rule", *, since="activity", hours=72, conditions=(), steps=()):
    """An automation in its plain form."""
    return {
        "name": name,
        "kind": "automation",
        "when": {"since": since, "hours": hours},
        "conditions": {"all": list(conditions)},
        "steps": list(steps) or [{"do": "priority", "to": "4"}],
        "stops": False,
    }


def active(data, *, by=SYSTEM):
    """The rule, written and switched on."""
    rule = writing_rules.add(data, by=by, at=now())
    return writing_rules.switch(rule, is_active=True, by=by, at=now())


def template(name="Thanks", text="Hello {{ customer.first_name | there }}, thanks.", **more):
    texts = {"en": {"subject": "About {{ ticket.number }}", "text": text}, **more}
    return writing_texts.save_template(None, {"name": name, "texts": texts}, by=SYSTEM, at=now())


def macro(
    by, name="Refund", *, scope="all", text="Hello {{ customer.first_name | there }}", **more
):
    data = {"name": name, "scope": scope, "texts": {"en": {"text": text}}, **more}
    return writing_texts.save_macro(None, data, by=by, at=now())
