"""What to look at before a rule is switched on: rules that contradict it, loops, things that went.

Found by reading the rules alone. Pure, but for the names that the sentences use.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from foredesk.automations import actions, stepping
from foredesk.automations.fields import fields_for
from foredesk.automations.triggering import DEEPEST
from foredesk.tickets.conditions.checking import problems

FIELD_WORDS = {
    "priority": "the priority",
    "status": "the status",
    "team": "the team",
    "assignee": "the assignee",
    "brand": "the brand",
    "snooze": "the snooze",
}


@dataclass(frozen=True)
class Other:
    """Another active rule as it is compared; `number` is its place in the list."""

    number: int
    data: Mapping[str, Any]


def cautions(data: Mapping[str, Any], *, number: int, others: Iterable[Other]) -> list[str]:
    """Sentences about the rule `data` at the place `number`, what is worst first."""
    others = list(others)
    return [
        *problems(data["conditions"], fields=fields_for(data["kind"])),
        *stepping.problems(data["steps"]),
        *_loops(data, others),
        *_contradictions(data, number, others),
    ]


def sets_off(data: Mapping[str, Any]) -> set[str]:
    """The occasions that the steps of a rule may bring about."""
    known = actions.all_actions()
    found: set[str] = set()
    for step in data["steps"]:
        action = known.get(step.get("do", ""))
        found |= set(action.sets_off) if action else set()
    return found


def _listens_to_rules(data: Mapping[str, Any]) -> set[str]:
    """The occasions on which a rule reacts to what rules do."""
    for leaf in data["conditions"].get("all", ()):
        if leaf.get("field") == "actor":
            names_rules = "rule" in leaf.get("value", ())
            if names_rules == (leaf.get("is") == "none_of"):
                return set()
    return set(data["when"].get("occasions", ()))


def _loops(data: Mapping[str, Any], others: list[Other]) -> list[str]:
    said = []
    if sets_off(data) & _listens_to_rules(data):
        said.append("Its own steps can set it off again. It acts once in a chain, then it stops.")
    for other in others:
        there = sets_off(data) & _listens_to_rules(other.data)
        back = sets_off(other.data) & _listens_to_rules(data)
        if there and back:
            said.append(
                f"Rule {other.number} and this rule can set each other off. A chain stops after "
                f"{DEEPEST} rules, and none acts twice in it."
            )
    return said


def _contradictions(data: Mapping[str, Any], number: int, others: list[Other]) -> list[str]:
    said = []
    mine = _settings(data)
    for other in others:
        if not _can_meet(data, other.data):
            continue
        theirs = _settings(other.data)
        for field in [one for one in mine if one in theirs and mine[one] != theirs[one]]:
            word = FIELD_WORDS.get(field, field)
            first, later = (data, other.data) if number < other.number else (other.data, data)
            winner = first if first["stops"] else later
            name = "This rule" if winner is data else "It"
            why = (
                "runs first and no later rule touches the ticket"
                if first["stops"]
                else "runs later"
            )
            said.append(f"Rule {other.number} also sets {word}. {name} wins, because it {why}.")
    return said


def _settings(data: Mapping[str, Any]) -> dict[str, Any]:
    """What the steps set in the end, by the field."""
    known = actions.all_actions()
    found = {}
    for step in data["steps"]:
        action = known.get(step.get("do", ""))
        if action is not None and action.sets:
            found[action.sets] = {key: value for key, value in step.items() if key != "do"}
    return found


def _can_meet(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether both may act on the same happening, as far as that is plain to see."""
    if one["kind"] != other["kind"]:
        return False
    if one["kind"] == "trigger":
        mine, theirs = set(one["when"]["occasions"]), set(other["when"]["occasions"])
        wrote = {"wrote", "wrote_first", "wrote_again"}
        kin = "wrote" in (mine | theirs) and mine & wrote and theirs & wrote
        if not (mine & theirs or kin):
            return False
    wants, rivals = _wanted(one), _wanted(other)
    return all(not (field in rivals and wants[field].isdisjoint(rivals[field])) for field in wants)


def _wanted(data: Mapping[str, Any]) -> dict[str, set[str]]:
    """The values that a rule plainly demands of fields that hold one."""
    return {
        leaf["field"]: set(leaf["value"])
        for leaf in data["conditions"].get("all", ())
        if leaf.get("is") == "any_of" and leaf["field"] not in ("tags", "added_tags")
    }
