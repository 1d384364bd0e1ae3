"""Bounces, automatic answers and complaints: found, and people never taken for machines."""

from __future__ import annotations

import json
from pathlib import Path

from score import adapters
from score.rows import MAIL, Row, at_least

KINDS = {
    "is_bounce": ("bounces found", 0.97),
    "is_auto_reply": ("vacation replies found", 1.0),
    "is_feedback_report": ("complaints found", 0.94),
}
PEOPLE = ("stalwart", "hunnysoft", "flanker")


def run(shared: Path) -> list[Row]:
    rows = []
    folder = shared / MAIL / "parse"
    for name, (words, bar) in KINDS.items():
        hits = total = 0
        for path in sorted((folder / "sisimai").glob("*.json")):
            if json.loads(path.read_text()).get(name):
                total += 1
                hits += adapters.parse(path.with_suffix(".eml").read_bytes())[name]
        rows.append(at_least(f"{words} ({hits} of {total})", hits / max(total, 1), bar))
    wrong = total = 0
    for corpus in PEOPLE:
        for path in sorted((folder / corpus).glob("*.eml")):
            raw = path.read_bytes()
            if (
                b"delivery-status" in raw
                or b"MAILER-DAEMON" in raw.upper()
                or "bounce" in path.name
            ):
                continue
            total += 1
            wrong += adapters.parse(raw)["is_bounce"]
    rows.append(
        Row(
            "human mail called a bounce",
            f"{wrong} of {total}",
            "≤ 1 in 1,000",
            wrong * 1000 <= total,
        )
    )
    return rows
