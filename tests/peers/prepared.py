"""A desk's database with all its tables, made once for a checkout and laid into new data folders.

What happens before, from an empty folder on, is tried by tests/journeys/test_up.py.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from checks.scratch import SHARED
from foredesk.plumbing.postgres import embedded, locks
from tests.peers.databases import ROOT, state

_PLACE = SHARED.with_name(f"{SHARED.name}-desk")


def lay(data_dir: Path) -> None:
    """Put a stopped server with all tables into a data folder that does not exist yet."""
    embedded.make_data_dir(_PLACE)
    with locks.held(_PLACE / "lock"):
        pattern = _PLACE / state()
        if not (pattern / "whole").exists():
            for old in _PLACE.glob("*/"):
                embedded.release(old)
                shutil.rmtree(old)
            _make(pattern)
    embedded.make_data_dir(data_dir)
    home = data_dir / "postgres"
    home.mkdir(mode=0o755)
    kept = (pattern / "postgres" / name for name in ("data", "ready"))
    subprocess.run(["cp", "-a", *kept, home], check=True)  # with the owners


def _make(pattern: Path) -> None:
    own = {k: v for k, v in os.environ.items() if not k.startswith("FOREDESK_")}
    own.pop("DATABASE_URL", None)
    done = subprocess.run(
        [sys.executable, "-m", "foredesk.cli.main", "migrate"],
        cwd=ROOT,
        env=own | {"FOREDESK_DATA_DIR": str(pattern), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    while embedded.is_running(pattern):
        time.sleep(0.02)
    with (pattern / "postgres" / "data" / "postgresql.conf").open("a") as settings:
        settings.write("\nfsync = off  # these desks are killed, but never lose their power\n")
    (pattern / "whole").touch()
