"""`make faults`: every experiment, one line each, then three builds that must be caught.

Ends with 1 when a promise was broken, or when a broken one was not noticed.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import subprocess
import sys
import time
from types import ModuleType

from faults import experiments, mailboxes
from faults.counting import Outcome
from faults.rig import Rig


def main() -> int:
    """Run what FAULTS names, or everything, with rounds times FAULTS_SCALE."""
    scale = float(os.environ.get("FAULTS_SCALE", "1"))
    wanted = os.environ.get("FAULTS", "").split()
    chosen = [one for one in names() if not wanted or one.split("_")[0] in wanted]
    if not chosen:
        print(f"There is no such experiment. There are: {', '.join(names())}.", file=sys.stderr)
        return 2
    outcomes: list[Outcome] = []
    try:
        os.environ["SSL_CERT_FILE"] = str(mailboxes.server().authority)
        with Rig(SSL_CERT_FILE=str(mailboxes.server().authority)) as rig:
            for name in chosen:
                outcomes.append(_run(module(name), rig, scale))
                print(outcomes[-1].line(), flush=True)
    finally:
        mailboxes.close()
    is_good = all(one.is_good for one in outcomes)
    if not wanted:
        print("\nThree builds that break a promise on purpose:", flush=True)
        command = [sys.executable, "-m", "pytest", "-q", "faults/test_sabotage.py"]
        is_good = subprocess.run(command, check=False).returncode == 0 and is_good
    return 0 if is_good else 1


def names() -> list[str]:
    """Every experiment, in order."""
    return sorted(one.name for one in pkgutil.iter_modules(experiments.__path__))


def module(name: str) -> ModuleType:
    return importlib.import_module(f"faults.experiments.{name}")


def _run(experiment: ModuleType, rig: Rig, scale: float) -> Outcome:
    began = time.monotonic()
    try:
        outcome: Outcome = experiment.run(rig, scale)
    except AssertionError as error:
        outcome = Outcome(experiment.__name__.rpartition(".")[2], troubles=[str(error)])
    if not outcome.is_good:
        print(f"    after {time.monotonic() - began:.0f} s; log: {rig.desk.log}", flush=True)
    return outcome


if __name__ == "__main__":
    sys.exit(main())
