"""The scenarios of thousands of mails, in full, over the SMTP intake of a running desk."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

from score import trust
from score.rows import Row
from tests.peers.desk import Desk


def run(shared: Path) -> Iterator[Row]:
    cases: list[trust.Case] = json.loads((shared / trust.CASES).read_text())
    with Desk(FOREDESK_UNDO_SECONDS="0") as desk:
        trust.build(desk)
        for case in filter(trust.is_storm, cases):
            count = case["mail"].get("storm") or case["mail"]["from_many"]
            began = time.monotonic()
            why = trust.play_storm(desk, case).get(case["id"], "")
            took = f"as stated, in {time.monotonic() - began:.0f} s"
            yield Row(f"trust: {case['id']}, {count:,} mails", why or took, "as stated", not why)
