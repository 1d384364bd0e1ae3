"""Topics are signed for one viewer."""

import pytest
from django.core import signing

from foredesk.realtime import topics


def test_a_token_says_whose_it_is_and_what_for():
    token = topics.sign(["team-0", "agent-1", "team-0"], viewer_id=1)
    assert topics.unsign(token) == (1, ["agent-1", "team-0"])


FORGED = [
    "",
    "x",
    "a:b:c",
    "\x00",
    "²" * 10,
    topics.sign(["a"], viewer_id=1)[:-1],
    topics.sign(["a"], viewer_id=1) + "x",
    signing.dumps([1, ["a"]], salt="another purpose", compress=True),
    signing.dumps([1, ["a"]], key="another key", salt="realtime.topics"),
    "x" * 100_000,
]


@pytest.mark.parametrize("token", FORGED, ids=range(len(FORGED)))
def test_what_was_not_signed_here_is_nothing(token):
    assert topics.unsign(token) is None


def test_a_token_dies_of_age(monkeypatch):
    token = topics.sign(["a"], viewer_id=1)
    monkeypatch.setattr(topics, "LIVES", -1)
    assert topics.unsign(token) is None
