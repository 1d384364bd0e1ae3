"""HTML of mails: nothing acts, nothing loads, the text stays."""

from __future__ import annotations

import re
from pathlib import Path

from score.rows import MAIL, Row, at_least, none_of, scorer

_COUNTS = re.compile(
    r"n (\d+) crash (\d+) \{'dangerous': (\d+), 'remote': (\d+), 'clobber': (\d+)\} unstable (\d+)"
)
_KEPT = re.compile(r"kept F1 mean ([\d.]+)")


def run(shared: Path) -> list[Row]:
    said = scorer(
        shared,
        "score_html.py",
        "--fn",
        "score.adapters:sanitise",
        "--payloads",
        str(shared / MAIL / "html" / "payloads.jsonl"),
        "--benign",
        str(shared / MAIL / "parse" / "stalwart"),
    )
    match, kept = _COUNTS.search(said), _KEPT.search(said)
    if match is None or kept is None:
        raise ValueError("The scorer said nothing.")
    total, *counts = (int(one) for one in match.groups())
    words = ("crashed", "dangerous", "loads from afar", "clobbers", "not the same twice")
    rows = [
        none_of(f"HTML: {word}", count, of=total) for word, count in zip(words, counts, strict=True)
    ]
    return [*rows, at_least("HTML: text kept on real mails (F1)", float(kept[1]), 0.98)]
