"""How soon a desk that has been there before is ready: `make bench` asks, and so can you alone.

`python -m bench.starting` makes an empty desk and starts it five times more.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

from bench.desk import Desk

TIMES = 5


def again(desk: Desk, *, times: int = TIMES) -> list[float]:
    """Seconds from the command until /healthz answers, of `times` starts of a desk that has
    stopped; its database is started with it."""
    seconds = []
    for _ in range(times):
        begun = time.monotonic()
        desk.start(look_every=0.02)
        seconds.append(time.monotonic() - begun)
        desk.stop()
    return seconds


def sentence(seconds: list[float]) -> str:
    """For the page on performance."""
    return (
        f"Started again it is ready in {statistics.median(seconds):.1f} s, its database included "
        f"(median of {len(seconds)} starts, {min(seconds):.1f} to {max(seconds):.1f}; target ≤ 3)."
    )


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="foredesk-bench-") as folder:
        Path(folder).chmod(0o755)  # the database's account has to get through
        desk = Desk(Path(folder) / "data")
        desk.start()
        desk.stop()
        print(sentence(again(desk)))


if __name__ == "__main__":
    main()
