"""Quotes and signatures: exactly the own words stay."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from score.rows import MAIL, Row, at_least, none_of, scored

BARS = {"discourse": 0.80, "github": 0.94, "crisp": 0.85, "generated": 0.90}
SEEDS = (2, 3, 4, 5)


def run(shared: Path) -> list[Row]:
    folder = shared / MAIL / "reply"
    names = [*BARS, "mpr"]
    found = _figures(shared, [folder / name / "cases.jsonl" for name in names])
    rows = [
        at_least(f"cutting {name}: exact", found[name]["exact"], bar) for name, bar in BARS.items()
    ]
    with tempfile.TemporaryDirectory() as made:
        paths = []
        for seed in SEEDS:
            path = Path(made) / f"seed{seed}" / "cases.jsonl"
            path.parent.mkdir()
            maker = shared / MAIL / "tools" / "gen_replies.py"
            subprocess.run(
                [sys.executable, str(maker), str(path), "--n", "1000", "--seed", str(seed)],
                check=True,
                capture_output=True,
            )
            paths.append(path)
        fresh = _figures(shared, paths)
    exact = sum(one["exact"] for one in fresh.values()) / len(fresh)
    rows.append(at_least(f"cutting generated, {len(SEEDS)} other seeds: exact", exact, 0.90))
    every = [*found.values(), *fresh.values()]
    total = sum(one["n"] for one in every)
    lost = sum(one["lost"] for one in every)
    rows.append(
        Row(
            "cutting: mails with own words lost",
            f"{lost} of {total:,}",
            "≤ 0.5 %",
            lost <= total * 0.005,
        )
    )
    rows.append(none_of("cutting: crashed", sum(one["crash"] for one in every)))
    rows.append(none_of("cutting: over 1 s", sum(one["slow"] for one in every)))
    return rows


def _figures(shared: Path, paths: list[Path]) -> dict[str, dict]:
    given = map(str, paths)
    found = scored(shared, "score_reply.py", "--fn", "score.adapters:cut", *given)
    return {Path(path).parent.name: figures for path, figures in found.items()}
