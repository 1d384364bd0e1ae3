"""Mails made to break a parser: nothing crashes, is not storable, takes over 2 s or 256 MiB."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from score.rows import MAIL, Row, none_of, scorer

SEEDS = range(1001, 1001 + int(os.environ.get("SEEDS", "20")))
_LINE = re.compile(
    r"(\d+) mails, crashed/unstorable (\d+), slow (\d+), over the memory limit (\d+)"
)


def run(shared: Path) -> list[Row]:
    total = crashed = slow = fat = 0
    for seed in SEEDS:
        with tempfile.TemporaryDirectory() as folder:
            maker = shared / MAIL / "tools" / "gen_hostile.py"
            subprocess.run(
                [sys.executable, str(maker), folder, "--seed", str(seed)],
                check=True,
                capture_output=True,
            )
            said = scorer(
                shared, "score_parse.py", "--fn", "score.adapters:parse", "--isolate", folder
            )
        match = _LINE.search(said)
        if match is None:
            raise ValueError("The scorer said nothing.")
        counts = [int(one) for one in match.groups()]
        total, crashed = total + counts[0], crashed + counts[1]
        slow, fat = slow + counts[2], fat + counts[3]
    seeds = f"{len(SEEDS)} seeds"
    return [
        none_of(f"hostile mails ({seeds}): crashed or not storable", crashed, of=total),
        none_of(f"hostile mails ({seeds}): over 2 s", slow, of=total),
        none_of(f"hostile mails ({seeds}): over 256 MiB", fat, of=total),
    ]
