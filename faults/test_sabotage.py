"""The experiments of `make faults` notice what they are for: three builds that break a promise."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from faults import mailboxes
from faults.experiments import a1_intake_dies, a2_fetch_dies, b0_worker_dies
from faults.rig import Rig
from tests.peers.mailserver import MailServer


@pytest.fixture(scope="module")
def mailserver() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


@pytest.mark.parametrize(
    ("sabotage", "experiment", "broken"),
    [
        ("answer-first", a1_intake_dies, "lost"),
        ("ledger-apart", b0_worker_dies, "doubled"),
        ("seen-first", a2_fetch_dies, "lost"),
    ],
)
def test_a_broken_promise_is_seen(
    mailserver: MailServer, monkeypatch: pytest.MonkeyPatch, sabotage, experiment, broken
) -> None:
    monkeypatch.setattr(mailboxes, "_server", [mailserver])
    authority = str(mailserver.authority)
    with Rig(sabotage=sabotage, patience=12, SSL_CERT_FILE=authority) as rig:
        outcome = experiment.run(rig, 0.4)
    assert getattr(outcome, broken) > 0, outcome.line()
