"""Who is reading or typing, for as long as they say so."""

from datetime import timedelta

import pytest

from foredesk.plumbing.clock import now
from foredesk.realtime import presence
from foredesk.realtime.models import Presence

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


@pytest.fixture
def pokes(monkeypatch):
    heard = []
    monkeypatch.setattr(presence, "poke", lambda topics: heard.append(set(topics)))
    return heard


def _there(at, topic="ticket-1"):
    return [(one.agent_id, one.state) for one in presence.present_on([topic], at=at)]


def _appear(agent_id, state, at, topic="ticket-1"):
    presence.appear(topic=topic, agent_id=agent_id, state=state, at=at)


def test_a_presence_lasts_as_long_as_its_lease():
    at = now()
    _appear(1, "reading", at)
    assert _there(at + presence.LEASE) == [(1, "reading")]
    assert _there(at + presence.LEASE + SECOND) == []
    assert _there(at, "ticket-2") == []


def test_only_what_changed_pokes_the_screens(pokes):
    at = now()
    for seconds, state in ((0, "reading"), (10, "reading"), (20, "typing"), (30, "typing")):
        _appear(1, state, at + seconds * SECOND)
    assert pokes == [{"ticket-1", "presence"}] * 2
    _appear(1, "typing", at + 30 * SECOND + presence.LEASE + SECOND)
    assert len(pokes) == 3


def test_since_when_counts_from_the_first_sign_without_a_gap():
    at = now()
    for seconds in (0, 20, 40):
        _appear(1, "typing" if seconds == 40 else "reading", at + seconds * SECOND)
    assert presence.present_on(["ticket-1"], at=at + 40 * SECOND)[0].since_at == at
    later = at + timedelta(minutes=5)
    _appear(1, "reading", later)
    assert presence.present_on(["ticket-1"], at=later)[0].since_at == later


def test_longest_there_first_and_one_row_each():
    at = now()
    for agent_id in (3, 1, 2):
        _appear(agent_id, "reading", at)
        at += SECOND
    _appear(3, "typing", at)
    assert _there(at) == [(3, "typing"), (1, "reading"), (2, "reading")]
    assert Presence.objects.count() == 3


@pytest.mark.parametrize("state", ["", "gone", "asleep", "reading\x00"])
def test_there_are_two_states(state):
    with pytest.raises(ValueError, match="Say reading or typing"):
        _appear(1, state, now())


def test_leaving_is_heard_once(pokes):
    at = now()
    _appear(1, "reading", at)
    for _ in range(2):
        presence.leave(topic="ticket-1", agent_id=1)
    assert _there(at) == []
    assert len(pokes) == 2


def test_those_who_left_without_a_word_are_swept_and_their_screens_and_lists_look_again(pokes):
    at = now()
    _appear(1, "reading", at)
    _appear(2, "reading", at + 20 * SECOND, "ticket-2")
    pokes.clear()
    assert presence.sweep(at=at + presence.LEASE + SECOND) == 1
    assert pokes == [{"ticket-1", "presence"}]
    assert _there(at + 20 * SECOND, "ticket-2") == [(2, "reading")]
