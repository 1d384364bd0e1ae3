"""Builds that break a promise on purpose: an experiment must notice each, or it proves nothing."""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType

from faults.counting import Outcome
from faults.experiments import a1_intake_dies, a2_fetch_dies, b0_worker_dies
from faults.rig import PATIENCE as USUAL
from faults.rig import Rig

SCALE = 0.4
PATIENCE = 12  # seconds without anything new; what a broken build has lost never comes


@dataclass(frozen=True)
class Sabotage:
    """`breaks` is the count of the experiment's outcome that must not stay 0."""

    says: str
    experiment: ModuleType
    breaks: str


BUILDS = {
    "answer-first": Sabotage("answers before it commits", a1_intake_dies, "lost"),
    "ledger-apart": Sabotage(
        "writes down what it did in another commit", b0_worker_dies, "doubled"
    ),
    "seen-first": Sabotage("marks mail as read before it is kept", a2_fetch_dies, "lost"),
}


def run(rig: Rig, name: str) -> Outcome:
    """The outcome of the experiment that is to notice what is broken meanwhile."""
    mark = rig.folder / f"sabotage-{name}"
    rig.serial, rig.patience = f"-{name}", PATIENCE
    mark.touch()
    try:
        return BUILDS[name].experiment.run(rig, SCALE)
    finally:
        mark.unlink()
        rig.serial, rig.patience = "", USUAL


def is_caught(name: str, outcome: Outcome) -> bool:
    return getattr(outcome, BUILDS[name].breaks) > 0
