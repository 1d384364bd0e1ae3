"""The bulk player leaves the same rows and facts as the abilities, field by field."""

import itertools
from random import Random

import pytest
from django.db import connection

from foredesk.channels.models import Dispatch
from foredesk.demo import copying
from foredesk.demo.playing import Player
from foredesk.demo.rows import TABLES
from foredesk.demo.tests.abilities import Desk
from foredesk.logbook.models import Entry
from foredesk.people.models import Customer
from foredesk.tickets.models import Message, Ticket

pytestmark = pytest.mark.django_db

COMPARED = [table for table in TABLES if table is not Dispatch]
APART = {"public_id", "xact", "is_demo"}
OF_THE_SCRIPT_ALONE = {Customer: {"language", "time_zone", "organisation_id"}}
IDS_IN_FACTS = {
    "ticket_id": Ticket,
    "into": Ticket,
    "other": Ticket,
    "follow_up_of": Ticket,
    "split_from": Ticket,
    "message_id": Message,
    "customer_id": Customer,
}
NOUNS = {"ticket": Ticket, "customer": Customer}
VERBS = {
    "receive", "reply", "deliver", "note", "assign", "hand_to", "set_status", "prioritise", "tag",
    "rename", "snooze", "wake", "spam", "restore", "merge", "split", "close", "see",
}  # fmt: skip
EACH = 2


def sample(acts):
    """The acts of some stories: of each verb, of each outcome of sending, and of what is rare."""
    stories, wanted = {}, {}
    for act in acts:
        stories.setdefault(act.thread.split("/")[0], []).append(act)
    for name, story in stories.items():
        for trait in traits(story):
            found = wanted.setdefault(trait, set())
            if len(found) < EACH:
                found.add(name)
    assert wanted.keys() >= {*VERBS, "failed", "unknown", "kept", "copied", "follows", "stranger"}
    chosen = set().union(*wanted.values())
    return [act for act in acts if act.thread.split("/")[0] in chosen]


def traits(story):
    yield from (act.verb for act in story)
    spoken = [act.verb for act in story if act.verb in ("receive", "reply")]
    yield from (f"{one}, then {other}" for one, other in itertools.pairwise(spoken))
    yield f"left after {story[-1].verb}"
    authors = set()
    for act in story:
        if act.verb == "deliver":
            yield act.values["outcome"]
        if act.verb == "reply":
            yield f"then {act.values['then']}"
            if act.values["files"]:
                yield "files out"
        if act.verb == "receive":
            yield from (name for name in ("files", "copied", "follows") if act.values.get(name))
            authors.add(act.by)
    if len(authors) > 1:
        yield "stranger"
    if story[0].by.startswith("amara"):
        yield "featured"


def snapshot():
    """Every compared row, ids replaced by the place in their table."""
    places = {
        table: {
            pk: n for n, pk in enumerate(table.objects.order_by("pk").values_list("pk", flat=True))
        }
        for table in COMPARED
    }
    return {table: [plain(row, table, places) for row in rows_of(table)] for table in COMPARED}


def rows_of(table):
    rows = table.objects.order_by("pk")
    return rows.filter(about_kind__in=NOUNS) if table is Entry else rows


def plain(row, table, places):
    values = {}
    for field in table._meta.concrete_fields:
        name = field.attname
        if name in APART or name in OF_THE_SCRIPT_ALONE.get(table, ()):
            continue
        value = getattr(row, name)
        if field.primary_key:
            if table is Entry:
                continue
            value = places[table][value]
        elif field.is_relation and field.related_model in places and value is not None:
            value = places[field.related_model].get(value, value)
        values[name] = value
    if table is Entry:
        values["about_id"] = places[NOUNS[row.about_kind]][row.about_id]
        if row.actor_kind == "customer":
            values["actor_id"] = places[Customer][row.actor_id]
        values["data"] = {
            key: places[IDS_IN_FACTS[key]][value] if key in IDS_IN_FACTS and value else value
            for key, value in row.data.items()
        }
    return values


def test_every_row_and_fact_is_what_the_abilities_write(cast, acts):
    some = sample(acts)
    with connection.cursor() as cursor:
        cursor.execute("delete from logbook_entry")
    Desk(cast).play(some)
    by_abilities = snapshot()
    empty()
    stage = Player(cast, first_ids={t: copying.first_id(t) for t in TABLES}, rng=Random(1))
    stage.play(some)
    for table, rows in stage.rows.filled():
        copying.copy(table, rows)
    in_bulk = snapshot()
    for table in COMPARED:
        assert len(by_abilities[table]) == len(in_bulk[table]), table
        for ours, theirs in zip(in_bulk[table], by_abilities[table], strict=True):
            assert ours == theirs, table
    assert len(by_abilities[Ticket]) > 30


def empty():
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        for table in reversed(TABLES):
            cursor.execute(f"delete from {table._meta.db_table}")
