"""The guard before every connection to the outside."""

from __future__ import annotations

import re
from pathlib import Path

from score.rows import Row, none_of, scorer

_COUNTS = re.compile(
    r"deny (\d+) wrongly allowed (\d+); allow (\d+) wrongly refused (\d+); raised (\d+)"
)


def run(shared: Path) -> list[Row]:
    counts = [0] * 5
    for seed in ("1", "2", "3"):
        said = scorer(shared, "score_ssrf.py", "--fn", "score.adapters:pin", "--seed", seed)
        match = _COUNTS.search(said)
        if match is None:
            raise ValueError("The scorer said nothing.")
        counts = [old + int(new) for old, new in zip(counts, match.groups(), strict=True)]
    denied, allowed_wrong, allowed, refused_wrong, raised = counts
    return [
        none_of("addresses: wrongly allowed", allowed_wrong, of=denied),
        none_of("addresses: wrongly refused", refused_wrong, of=allowed),
        none_of("addresses: raised", raised, of=denied + allowed),
    ]
