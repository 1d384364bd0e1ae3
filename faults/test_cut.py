"""The short cut of `make faults`: a tenth of the rounds on one desk, and one build that must be
caught."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType

import pytest

from faults import mailboxes, sabotage
from faults.experiments import (
    a1_intake_dies,
    a2_fetch_dies,
    a3_sending_dies,
    b0_worker_dies,
    d1_twice,
    f1_far_side_fails,
    f2_answer_lost,
)
from faults.rig import Rig

pytestmark = pytest.mark.fault

SCALE = 0.1
EXPERIMENTS = (
    a1_intake_dies,
    a2_fetch_dies,
    a3_sending_dies,
    b0_worker_dies,
    d1_twice,
    f1_far_side_fails,
    f2_answer_lost,
)


@pytest.fixture(scope="module")
def authority() -> Iterator[str]:
    """The mail servers run; whose certificates are to be trusted."""
    yield str(mailboxes.server().authority)
    mailboxes.close()


@pytest.fixture(scope="module")
def rig(authority: str) -> Iterator[Rig]:
    with Rig(SSL_CERT_FILE=authority) as running:
        yield running


@pytest.mark.parametrize("experiment", EXPERIMENTS, ids=lambda one: one.__name__[19:])
def test_no_promise_is_broken(rig: Rig, experiment: ModuleType) -> None:
    outcome = experiment.run(rig, SCALE)
    assert outcome.is_good, outcome.line()


def test_a_build_that_breaks_one_is_caught(rig: Rig) -> None:
    outcome = sabotage.run(rig, "answer-first")
    assert sabotage.is_caught("answer-first", outcome), outcome.line()
