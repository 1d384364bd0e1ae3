"""`make faults`: every experiment, one line each, then three builds that must be caught; the table
of docs/faults.md is written anew.

Ends with 1 when a promise was broken, or when a broken one was not noticed.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import signal
import sys
import time
from types import ModuleType

from faults import experiments, mailboxes, reporting, sabotage
from faults.counting import Outcome
from faults.rig import Rig


def main() -> int:
    """Run what FAULTS names, or everything, with rounds times FAULTS_SCALE."""
    scale = float(os.environ.get("FAULTS_SCALE", "1"))
    wanted = os.environ.get("FAULTS", "").split()
    known = {one.split("_")[0]: one for one in names()}
    unknown = set(wanted) - set(known) - set(sabotage.BUILDS)
    if unknown:
        there_are = ", ".join([*known, *sabotage.BUILDS])
        print(f"There is no {', '.join(sorted(unknown))}. There are: {there_are}.", file=sys.stderr)
        return 2
    # whoever ends this from outside ends its desks and servers too
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    is_good = True
    try:
        os.environ["SSL_CERT_FILE"] = str(mailboxes.server().authority)
        with Rig(SSL_CERT_FILE=os.environ["SSL_CERT_FILE"]) as rig:
            for short, name in known.items():
                if not wanted or short in wanted:
                    is_good = _try(short, module(name), rig, scale) and is_good
            for build in sabotage.BUILDS:
                if not wanted or build in wanted:
                    is_good = _sabotage(build, rig) and is_good
    finally:
        mailboxes.close()
    return 0 if is_good else 1


def names() -> list[str]:
    """Every experiment, in order."""
    return sorted(one.name for one in pkgutil.iter_modules(experiments.__path__))


def module(name: str) -> ModuleType:
    return importlib.import_module(f"faults.experiments.{name}")


def _try(short: str, experiment: ModuleType, rig: Rig, scale: float) -> bool:
    """Run, print and write down one experiment; whether all promises held."""
    began = time.monotonic()
    try:
        outcome: Outcome = experiment.run(rig, scale)
    except AssertionError as error:
        outcome = Outcome(experiment.__name__.rpartition(".")[2], troubles=[str(error)])
    took = time.monotonic() - began
    print(f"{outcome.line()}  took {took:.0f} s", flush=True)
    reporting.write([reporting.row(short, outcome, scale=scale, seconds=took)])
    return outcome.is_good


def _sabotage(build: str, rig: Rig) -> bool:
    began = time.monotonic()
    outcome = sabotage.run(rig, build)
    took = time.monotonic() - began
    is_caught = sabotage.is_caught(build, outcome)
    said = "caught" if is_caught else "**not noticed**"
    what = sabotage.BUILDS[build].says
    print(f"A build that {what}: {said}. {outcome.line()}  took {took:.0f} s", flush=True)
    reporting.write([reporting.row(build, outcome, scale=sabotage.SCALE, seconds=took, said=said)])
    return is_caught


if __name__ == "__main__":
    sys.exit(main())
