"""The script is the same for the same seed, and always makes sense."""

from random import Random

import pytest

from foredesk.demo.scripting import Script

pytestmark = pytest.mark.django_db


def test_the_same_seed_tells_the_same_stories(world):
    once, again = (Script(world, Random(7)).acts() for _ in range(2))
    assert [(a.at, a.verb, a.thread, a.values) for a in again] == [
        (a.at, a.verb, a.thread, a.values) for a in once
    ]


def test_nothing_happens_before_the_first_mail_or_in_the_future(acts, until):
    opened = {}
    for act in acts:
        if act.verb == "receive":
            opened.setdefault(act.thread, act.at)
        if act.verb == "split":
            opened[act.values["into"]] = act.at
        assert opened[act.thread] <= act.at <= until


def test_no_gap_is_left_open_in_a_text(acts):
    for act in acts:
        for name in ("text", "html", "subject"):
            assert "{" not in act.values.get(name, ""), act
