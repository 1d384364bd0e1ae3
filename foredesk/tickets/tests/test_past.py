"""The past of tickets as other desks write it down: read, or refused in a sentence."""

import json
from datetime import UTC, datetime

import pytest

from foredesk.tickets import past
from foredesk.tickets.past import UnreadablePast

USUAL = {
    "id": "INC45",
    "subject": "Printer",
    "requester": {"address": "ada@x.example", "name": "Ada"},
    "opened_at": "2016-02-29T01:16:00Z",
}
AT = "2016-02-29T02:00:00Z"


def read(**changed):
    return past.read(json.dumps({**USUAL, **changed}))


def test_a_whole_past():
    found = read(
        channel="chat",
        priority="high",
        team="IT",
        assignee="ben@desk.example",
        tags=["printer", " printer ", ""],
        events=[
            {"at": "2016-02-29T01:23:00", "message": "It is broken."},
            {"at": "2016-02-29T03:23:00+02:00", "by": "ben@desk.example", "reply": "Tray 2.",
             "note": "Again", "status": "solved", "team": None, "priority": 1},
        ],
    )  # fmt: skip
    assert (found.key, found.channel, found.priority, found.tags) == (
        "INC45", "chat", 3, ("printer",),
    )  # fmt: skip
    first, last = found.events
    assert first.at == last.at == datetime(2016, 2, 29, 1, 23, tzinfo=UTC)
    assert last.said == (("reply", "Tray 2."), ("note", "Again"))
    assert last.changed == (("team", None), ("priority", 1), ("status", "solved"))


def test_the_least_that_is_needed():
    found = read()
    assert (found.status, found.priority, found.events, found.opened_by) == ("new", 2, (), "")
    assert read(id=45).key == "45"


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"id": None}, '"id" needs a text.'),
        ({"id": ""}, '"id" needs a text.'),
        ({"id": True}, '"id" needs a text.'),
        ({"id": "x" * 201}, '"id" has more than 200 characters.'),
        ({"opened_at": None}, '"opened_at" needs a time such as'),
        ({"opened_at": "yesterday"}, '"opened_at" needs a time such as'),
        ({"opened_at": 1456708560}, '"opened_at" needs a time such as'),
        ({"opened_at": "0001-01-01T00:00:00Z"}, "is in the year 1."),
        ({"opened_at": "9999-12-31T23:59:59Z"}, "is in the year 9999."),
        ({"requester": "ada@x.example"}, '"requester" needs an object'),
        ({"requester": {"name": "Ada"}}, '"address" needs a text.'),
        ({"requester": {"address": "Ada"}}, "mail address"),
        ({"channel": "pigeon"}, '"channel" needs one of email'),
        ({"status": "lost"}, '"status" needs one of new'),
        ({"priority": "max"}, '"priority" needs one of'),
        ({"priority": True}, '"priority" needs one of'),
        ({"priority": 7}, '"priority" needs one of'),
        ({"priority": [1]}, '"priority" needs one of'),
        ({"tags": "printer"}, '"tags" needs a list of texts.'),
        ({"tags": [1]}, '"tags" needs a list of texts.'),
        ({"team": ["IT"]}, '"team" needs a text.'),
        ({"events": {}}, '"events" needs a list'),
        ({"events": [{}] * 10_001}, "10,000 at most"),
        ({"events": ["solved"]}, "Event 1 is not an object."),
        ({"events": [{"status": "solved"}]}, '"at" needs a time'),
        ({"events": [{"at": "2016-02-28T00:00:00Z"}]}, "Event 1 is earlier"),
        ({"events": [{"at": AT}, {"at": "2016-02-29T01:59:59Z"}]}, "Event 2 is earlier"),
        ({"events": [{"at": AT, "reply": 4.5}]}, '"reply" needs a text.'),
        ({"events": [{"at": AT, "status": "lost"}]}, '"status" needs one of'),
        ({"events": [{"at": AT, "by": {}}]}, '"by" needs a text.'),
    ],
    ids=lambda value: None if isinstance(value, str) else repr(value)[:60],
)
def test_what_is_wrong_is_named(changed, says):
    with pytest.raises(UnreadablePast) as why:
        read(**changed)
    assert says in str(why.value)
    assert str(why.value).endswith(".")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ('{"id": ' + "9" * 10_000 + "}", "not JSON"),
        ("[]", "not a JSON object"),
        ("null", "not a JSON object"),
        ('"' + "x" * 1_000_000 + '"', "longer than 1,000,000"),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_lines_that_are_no_object(line, says):
    with pytest.raises(UnreadablePast, match=says):
        past.read(line)


def test_what_no_database_takes_is_left_out():
    found = read(subject="Prin\x00ter \ud83d", tags=["a\x00b"])
    assert (found.subject, found.tags) == ("Printer ?", ("ab",))


def test_the_future_is_no_past():
    line = json.dumps({**USUAL, "events": [{"at": AT, "status": "solved"}]})
    assert past.read(line, until=datetime(2016, 3, 1, tzinfo=UTC)).events
    with pytest.raises(UnreadablePast, match="future"):
        past.read(line, until=datetime(2016, 2, 29, 1, 30, tzinfo=UTC))
