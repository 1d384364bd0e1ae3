"""The sentence on top of a review says what the figures bear out, and nothing more."""

import pytest

from foredesk.analytics import headlining, noticing
from foredesk.analytics.comparing import Change
from foredesk.analytics.measures import MEASURES
from foredesk.analytics.questions import Figure

MANY, FEW = 40, 8


def change(name, now, before, *, n=MANY, before_n=None, course=(), target=None):
    found = Figure(now, n), Figure(before, n if before_n is None else before_n)
    return Change(MEASURES[name], *found, course, target)


def count(name, now, before):
    return Change(MEASURES[name], Figure(now, now), Figure(before, before))


FASTER = change("first_reply", 1080, 1260)
SLOWER = change("first_reply", 1500, 1260)
KEPT = change("promises_kept", 0.95, 0.92)
BROKEN = change("promises_kept", 0.85, 0.92)
MORE_OPEN = count("backlog", 83, 32)
CAME = count("created", 863, 918)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ([FASTER, CAME], "A good week: first answers came faster."),
        ([FASTER, KEPT], "A good week: first answers came faster and more promises were kept."),
        ([SLOWER, CAME], "A hard week: first answers took longer."),
        (
            [FASTER, BROKEN],
            "A mixed week: first answers came faster, but fewer promises were kept.",
        ),
        (
            [SLOWER, BROKEN, change("one_touch", 0.6, 0.5)],
            "Mostly a hard week: first answers took longer and fewer promises were kept, "
            "but more was solved with one answer.",
        ),
        (
            [FASTER, KEPT, MORE_OPEN],
            "Mostly a good week: first answers came faster and more promises were kept, "
            "but more tickets are open.",
        ),
        ([CAME, change("first_reply", 1200, 1260)], "A week like the four before it."),
        ([change("promises_kept", 0.935, 0.92), CAME], "A week like the four before it."),
        # That little came in is no merit, and that little was solved no fault.
        ([count("created", 40, 90), count("solved", 40, 90)], "A week like the four before it."),
        # Of few tickets nothing can be told, however large the change.
        (
            [change("first_reply", 60, 6000, n=FEW), count("created", FEW, 9)],
            "A quiet week: of so few tickets nothing can be told.",
        ),
        ([change("first_reply", 60, 6000, n=19), CAME], "A week like the four before it."),
        ([change("first_reply", 60, 6000, n=20), CAME], "A good week: first answers came faster."),
        ([change("first_reply", 60, 6000, before_n=19), CAME], "A week like the four before it."),
        ([count("backlog", 12, 4), CAME], "A week like the four before it."),
        ([], "Nothing came in this week."),
        ([count("created", 0, 50)], "Nothing came in this week."),
    ],
)
def test_the_headline(changes, words):
    assert headlining.headline(changes) == words


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            [CAME, count("solved", 870, 900)],
            "863 tickets came in, 6% fewer than in a week before; 870 were solved.",
        ),
        ([count("created", 50, 50)], "50 tickets came in, as many as in the weeks before."),
        (
            [count("created", 120, 50)],
            "120 tickets came in, 2.4 times as many as in a week before.",
        ),
        ([count("created", 1, 0)], "1 ticket came in."),
        ([SLOWER], "First response went from 21 min to 25 min."),
        ([FASTER], ""),
        ([], ""),
    ],
)
def test_the_summary(changes, words):
    assert headlining.summary(changes) == words


COURSE = (1300, 1250, 1280, 1270, 1260, 1255, 1265, None, 1290, 1260, 1240, 1080)


@pytest.mark.parametrize(
    ("one", "win"),
    [
        (FASTER, ("First response: 18 min", "21 min in the four weeks before", "trend-up")),
        (
            change("first_reply", 1080, 1260, course=COURSE),
            (
                "First response: 18 min",
                "21 min in the four weeks before, the best of 12 weeks",
                "trophy",
            ),
        ),
        (
            change("first_reply", 1190, 1260, target=1200),
            (
                "First response: 20 min",
                "21 min in the four weeks before, target 20 min reached",
                "target",
            ),
        ),
        (change("promises_kept", 1.0, 1.0), ("Every promise was kept", "all 40 of them", "trophy")),
        (change("promises_kept", 1.0, 1.0, n=FEW), None),
        (change("first_reply", 1190, 1260), None),
        (change("first_reply", 1180, 1190, target=1200), None),
        (SLOWER, None),
    ],
)
def test_wins(one, win):
    found = [(w.title, w.detail, w.icon) for w in noticing.wins([one])]
    assert found == ([win] if win else [])


@pytest.mark.parametrize(
    ("one", "loss"),
    [
        (SLOWER, ("First response: 25 min", "21 min in the four weeks before")),
        (
            change("first_reply", 1210, 1190, target=1200),
            ("First response: 20 min", "20 min in the four weeks before, target 20 min missed"),
        ),
        (
            change("promises_kept", 0.91, 0.92, course=(*[0.93] * 11, 0.91)),
            ("Promises kept: 91%", "92% in the four weeks before, the worst of 12 weeks"),
        ),
        (change("promises_kept", 0.91, 0.92, course=(0.93, 0.91)), None),  # too short a course
        (change("first_reply", 6000, 60, n=FEW, target=100), None),
        (FASTER, None),
        (count("created", 90, 20), None),
    ],
)
def test_what_got_worse(one, loss):
    assert [(w.title, w.detail) for w in noticing.losses([one])] == ([loss] if loss else [])


def test_what_came_in_and_what_was_solved():
    many, few = count("created", 100, 90), count("solved", 80, 90)
    assert noticing.wins([many, few]) == []
    (said,) = noticing.losses([many, few])
    assert (said.title, said.detail) == ("More came in than was solved", "100 against 80")
    (won,) = noticing.wins([count("created", 80, 90), count("solved", 100, 90)])
    assert (won.title, won.measure) == ("More was solved than came in", "solved")
    even = [count("created", 100, 90), count("solved", 104, 90)]
    assert noticing.wins(even) == noticing.losses(even) == []
