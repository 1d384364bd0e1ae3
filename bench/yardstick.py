"""How fast the machine is now: a fixed piece of Python, timed beside every measurement.

Neighbours on a shared machine slow it by half for minutes. The figures of two runs compare when the
yardstick does.
"""

from __future__ import annotations

import statistics
import time
from html.parser import HTMLParser

_ROW = '<div class="row" data-n="{n}"><a href="/tickets/{n}/?view=open">Hello &amp; bye</a></div>\n'
_TEXT = "".join(_ROW.format(n=n) for n in range(250))
_taken: list[float] = []


class _Counting(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, int] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found[tag] = self.found.get(tag, 0) + len(attrs)


def take() -> float:
    """Processor milliseconds of the work now (the best of 20), kept for `sentence`."""
    best = min(_once() for _ in range(20))
    _taken.append(best)
    return best


def _once() -> float:
    begun = time.thread_time()
    parser = _Counting()
    parser.feed(_TEXT)
    parser.close()
    return (time.thread_time() - begun) * 1000


def sentence() -> str:
    """What was taken so far; "" when nothing was."""
    if not _taken:
        return ""
    return (
        f"The yardstick, 250 rows of HTML read by Python's parser, took {min(_taken):.1f} ms of "
        f"the processor at best, {statistics.median(_taken):.1f} in the median and "
        f"{max(_taken):.1f} at worst between the measurements: so fast or slow was the machine."
    )
