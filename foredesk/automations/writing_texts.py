"""Write macros, templates and follow-ups, and remove them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from foredesk.automations import languages, stepping, variables
from foredesk.automations.events import WordingRemoved, WordingSaved
from foredesk.automations.following_up import CALL, MAIL
from foredesk.automations.models import Macro, Scope, Sequence, Template
from foredesk.logbook import recording
from foredesk.logbook.actors import Actor, Doer, actor_of
from foredesk.people.models import Agent, Team
from foredesk.people.permissions import NotAllowed, can_reply, can_write_rules, must_write_rules
from foredesk.people.refusing import Refused
from foredesk.plumbing import numbers

LONGEST_NAME = 80
LONGEST_TEXT = 10_000
THEN = ("", "open", "pending", "on_hold", "solved")
MOST_STEPS = 10
MOST_HOURS = 24 * 366


def checked_texts(texts: Mapping[str, Any], *, is_needed: bool) -> dict[str, dict[str, str]]:
    """Versions by language, without those that are empty. Raises Refused."""
    known = languages.names()
    plain: dict[str, dict[str, str]] = {}
    for code, version in texts.items():
        if code not in known:
            raise Refused(f"“{str(code)[:20]}” is not a language to write in.")
        text = str(version.get("text", "")).replace("\r\n", "\n").replace("\x00", "").strip()
        subject = " ".join(str(version.get("subject", "")).replace("\x00", "").split())
        if not text:
            continue
        if len(text) > LONGEST_TEXT or len(subject) > 200:
            raise Refused(f"A text has {LONGEST_TEXT:,} characters at most, its subject 200.")
        try:
            variables.check(text)
            variables.check(subject)
        except ValueError as why:
            raise Refused(f"{known[code]}: {why}") from None
        plain[code] = {"subject": subject, "text": text} if subject else {"text": text}
    if is_needed and not plain:
        raise Refused("Write a text in one language at least.")
    if len(plain) > languages.MOST:
        raise Refused(f"A text has {languages.MOST} versions at most.")
    return plain


def save_macro(
    macro: Macro | None, data: Mapping[str, Any], *, by: Actor | Doer, at: datetime,
    is_demo: bool = False,
) -> Macro:  # fmt: skip
    """A new macro, or another one in its place. Records WordingSaved.

    Everybody's and teams' are for leads and admins. Raises NotAllowed, Refused.
    """
    agent = by if isinstance(by, Agent) else None
    scope = str(data.get("scope", Scope.PERSONAL))
    if scope not in Scope.values:
        raise Refused("A macro is for you, for a team or for everybody.")
    _may_write(agent, scope, macro)
    steps, then = _checked_steps(data), str(data.get("then", ""))
    if then not in THEN:
        raise Refused(f"“{then[:40]}” is not a status to leave a ticket in.")
    texts = checked_texts(data.get("texts", {}), is_needed=False)
    if not texts and not steps:
        raise Refused("Write a text or add a step: the macro does nothing yet.")
    team = _team(data.get("team")) if scope == Scope.TEAM else None
    with transaction.atomic():
        row = macro or Macro()
        row.is_demo = is_demo
        row.name = _name(data)
        row.scope, row.team = scope, team
        row.owner = (row.owner or agent) if scope == Scope.PERSONAL else None
        row.texts, row.steps, row.then, row.changed_at = texts, steps, then if texts else "", at
        row.save()
        _record("macro", row, is_new=macro is None, by=by, at=at)
    return row


def _checked_steps(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    try:
        return stepping.check(data.get("steps", []), for_macro=True)
    except stepping.BadStep as why:
        raise Refused(str(why)) from None


def _may_write(agent: Agent | None, scope: str, macro: Macro | None) -> None:
    if agent is None or can_write_rules(agent):
        if agent is not None and macro is not None and _is_anothers(agent, macro):
            raise NotAllowed("This macro is somebody else’s own.")
        return
    if not can_reply(agent):
        raise NotAllowed("Light agents write notes. Ask an agent to write a macro.")
    if scope != Scope.PERSONAL or (macro is not None and macro.scope != Scope.PERSONAL):
        raise NotAllowed("Leads and admins write macros for others. Yours is for you.")
    if macro is not None and _is_anothers(agent, macro):
        raise NotAllowed("This macro is somebody else’s own.")


def _is_anothers(agent: Agent, macro: Macro) -> bool:
    return macro.scope == Scope.PERSONAL and macro.owner_id != agent.pk


def _team(value: Any) -> Team:
    found = Team.objects.filter(pk=numbers.whole(str(value or "")) or 0).first()
    if found is None:
        raise Refused("Choose the team that uses it.")
    return found


def remove_macro(macro: Macro, *, by: Actor | Doer, at: datetime) -> None:
    """Records WordingRemoved. Raises NotAllowed."""
    _may_write(by if isinstance(by, Agent) else None, macro.scope, macro)
    _remove("macro", macro, by=by, at=at)


def save_template(
    template: Template | None, data: Mapping[str, Any], *, by: Actor | Doer, at: datetime,
    is_demo: bool = False,
) -> Template:  # fmt: skip
    """A new template, or another one in its place. Records WordingSaved.

    Raises NotAllowed, Refused.
    """
    must_write_rules(by)
    name, texts = _name(data), checked_texts(data.get("texts", {}), is_needed=True)
    try:
        with transaction.atomic():
            row = template or Template()
            row.is_demo = is_demo
            row.name, row.texts = name, texts
            row.changed_at, row.changed_by = at, actor_of(by).name
            row.save()
            _record("template", row, is_new=template is None, by=by, at=at)
    except IntegrityError:
        raise Refused(f"There is already a template called {name}.") from None
    return row


def remove_template(template: Template, *, by: Actor | Doer, at: datetime) -> None:
    """Records WordingRemoved; rules that write with it say so. Raises NotAllowed."""
    must_write_rules(by)
    _remove("template", template, by=by, at=at)


def save_sequence(
    sequence: Sequence | None, data: Mapping[str, Any], *, by: Actor | Doer, at: datetime,
    is_demo: bool = False,
) -> Sequence:  # fmt: skip
    """A new follow-up, or another one in its place. Records WordingSaved.

    Raises NotAllowed, Refused.
    """
    must_write_rules(by)
    name, steps = _name(data), checked_sequence(data.get("steps", []))
    try:
        with transaction.atomic():
            row = sequence or Sequence()
            row.is_demo = is_demo
            row.name, row.steps, row.changed_at = name, steps, at
            row.save()
            _record("sequence", row, is_new=sequence is None, by=by, at=at)
    except IntegrityError:
        raise Refused(f"There is already a follow-up called {name}.") from None
    return row


def checked_sequence(steps: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The steps of a follow-up in their plain form. Raises Refused."""
    if not steps:
        raise Refused("Add a step: the follow-up does nothing yet.")
    if len(steps) > MOST_STEPS:
        raise Refused(f"A follow-up has {MOST_STEPS} steps at most.")
    return [_sequence_step(step) for step in steps]


def _sequence_step(step: Mapping[str, Any]) -> dict[str, Any]:
    try:
        hours = float(str(step.get("hours", "")).replace(",", "."))
    except ValueError:
        hours = -1.0
    if not 0 <= hours <= MOST_HOURS:
        raise Refused("Let a step wait for a year at most.")
    if step.get("do") == MAIL:
        key = str(step.get("template") or "")
        if not Template.objects.filter(pk=numbers.whole(key) or 0).exists():
            raise Refused("Choose the template of each mail.")
        return {"do": MAIL, "hours": hours, "template": key}
    if step.get("do") == CALL:
        text = str(step.get("text", "")).replace("\x00", "").strip()
        if not 0 < len(text) <= 2000:
            raise Refused("Say what the agent has to do, in 2,000 characters at most.")
        return {"do": CALL, "hours": hours, "text": text}
    raise Refused("A step of a follow-up is a mail or a task.")


def remove_sequence(sequence: Sequence, *, by: Actor | Doer, at: datetime) -> None:
    """Where it runs it ends. Records WordingRemoved. Raises NotAllowed."""
    must_write_rules(by)
    _remove("sequence", sequence, by=by, at=at)


def _name(data: Mapping[str, Any]) -> str:
    name = " ".join(str(data.get("name", "")).replace("\x00", "").split())
    if not name:
        raise Refused("Give it a name.")
    if len(name) > LONGEST_NAME:
        raise Refused(f"The name has {LONGEST_NAME} characters at most.")
    return name


def _record(noun: str, row: Any, *, is_new: bool, by: Actor | Doer, at: datetime) -> None:
    fact = WordingSaved(noun=noun, item_id=row.pk, name=row.name, is_new=is_new)
    recording.record(fact, by=by, at=at)


def _remove(noun: str, row: Any, *, by: Actor | Doer, at: datetime) -> None:
    with transaction.atomic():
        fact = WordingRemoved(noun=noun, item_id=row.pk, name=row.name)
        row.delete()
        recording.record(fact, by=by, at=at)
