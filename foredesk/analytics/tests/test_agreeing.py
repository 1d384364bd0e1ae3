"""What a meeting agrees on stays until it is done; what was tried gets a verdict."""

from datetime import date

import pytest

from foredesk.analytics import agreeing, noting
from foredesk.analytics.models import AgreedPoint
from foredesk.analytics.weeks import Week
from foredesk.logbook.models import Entry
from foredesk.people.permissions import NotAllowed
from foredesk.people.refusing import Refused
from foredesk.plumbing.clock import now

pytestmark = pytest.mark.django_db
WEEK = Week(date(2026, 11, 9))
NEXT, THEN = WEEK.moved(1), WEEK.moved(2)


def texts(week):
    return [one.text for one in agreeing.agreed_in(week)]


def tried(week):
    return [(one.point.text, one.verdict) for one in agreeing.tried_in(week)]


@pytest.fixture
def point(lea, ada):
    due = date(2026, 11, 18)
    return agreeing.agree(
        WEEK, " Noon  shift ", agent=ada, due=due, measure="first_reply", by=lea, at=now()
    )


def test_a_point_is_carried_over_until_it_is_done(point, lea):
    assert texts(WEEK.moved(-1)) == []
    assert texts(WEEK) == texts(NEXT) == texts(THEN) == ["Noon shift"]
    agreeing.finish(point.pk, NEXT, is_done=True, by=lea, at=now())
    assert texts(WEEK) == texts(NEXT) == ["Noon shift"]
    assert texts(THEN) == []
    agreeing.finish(point.pk, NEXT, is_done=True, by=lea, at=now())
    agreeing.finish(point.pk, NEXT, is_done=False, by=lea, at=now())
    assert texts(THEN) == ["Noon shift"]
    kinds = Entry.objects.filter(kind__startswith="analytics.Point").values_list("kind", flat=True)
    assert list(kinds) == ["analytics.PointAgreed", "analytics.PointDone", "analytics.PointDone"]


def test_what_was_tried_is_kept_tried_on_or_stopped(point, lea):
    assert (tried(WEEK), tried(NEXT), tried(THEN)) == ([], [("Noon shift", "")], [])
    agreeing.judge(point.pk, NEXT, "more", by=lea, at=now())
    assert tried(NEXT) == [("Noon shift", "more")]
    assert tried(THEN) == [("Noon shift", "")]
    assert texts(THEN) == ["Noon shift"]
    agreeing.judge(point.pk, THEN, "keep", by=lea, at=now())
    assert texts(THEN.moved(1)) == []
    agreeing.judge(point.pk, THEN, "more", by=lea, at=now())
    assert texts(THEN.moved(1)) == ["Noon shift"]
    with pytest.raises(Refused, match="not up for a verdict"):
        agreeing.judge(point.pk, WEEK, "keep", by=lea, at=now())
    with pytest.raises(Refused, match="one more week"):
        agreeing.judge(point.pk, NEXT, "dance", by=lea, at=now())


def test_a_point_can_be_taken_away(point, lea):
    agreeing.remove(point.pk, WEEK, by=lea, at=now())
    agreeing.remove(point.pk, WEEK, by=lea, at=now())
    assert texts(WEEK) == []
    with pytest.raises(Refused, match="not there any more"):
        agreeing.finish(point.pk, WEEK, is_done=True, by=lea, at=now())


@pytest.mark.parametrize(
    ("text", "more", "words"),
    [
        ("  ", {}, "Say what was agreed"),
        ("x" * 201, {}, "200 characters at most"),
        ("x", {"measure": "luck"}, "Nobody measures"),
        ("x", {"due": date(1, 1, 1)}, "no day"),
    ],
)
def test_what_is_no_point(lea, text, more, words):
    with pytest.raises(Refused, match=words):
        agreeing.agree(WEEK, text, by=lea, at=now(), **more)
    assert not AgreedPoint.objects.exists()


def test_who_works_here_no_longer_is_given_nothing(lea, ada):
    ada.is_active = False
    with pytest.raises(Refused, match="no longer"):
        agreeing.agree(WEEK, "x", agent=ada, by=lea, at=now())


def test_a_person_who_goes_leaves_the_point(point, ada):
    ada.delete()
    (left,) = agreeing.agreed_in(WEEK)
    assert (left.text, left.agent) == ("Noon shift", None)


def test_notes_are_kept_by_week(lea):
    noting.note(WEEK, "First\r\nsecond\x00\n", by=lea, at=now())
    noting.note(WEEK, "First\nsecond", by=lea, at=now())  # nothing new
    assert noting.notes_of(WEEK).notes == "First\nsecond"
    assert noting.notes_of(WEEK).noted_by == "Lea"
    assert noting.notes_of(NEXT).notes == ""
    assert Entry.objects.filter(kind="analytics.ReviewNoted").count() == 1
    with pytest.raises(Refused, match="20,000"):
        noting.note(WEEK, "x" * 20_001, by=lea, at=now())


def test_agents_and_light_agents_write_nothing(ada, lou, point):
    for by in (ada, lou):
        with pytest.raises(NotAllowed, match="Leads and admins write the review"):
            noting.note(WEEK, "x", by=by, at=now())
        for step in (agreeing.remove, lambda *a, **k: agreeing.judge(*a, "keep", **k)):
            with pytest.raises(NotAllowed):
                step(point.pk, WEEK, by=by, at=now())
        with pytest.raises(NotAllowed):
            agreeing.agree(WEEK, "x", by=by, at=now())
        with pytest.raises(NotAllowed):
            agreeing.finish(point.pk, WEEK, is_done=True, by=by, at=now())
