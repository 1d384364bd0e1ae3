"""How much slower than at its best the machine was while something was measured.

A shared machine runs everything at half its speed for seconds or minutes, most of all when all of
its cores work, and counts that as processor time. A fixed piece of Python, timed again and again
beside the load, says by how much.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from html.parser import HTMLParser

EVERY = 0.25  # seconds
_ROW = '<div class="row" data-n="{n}"><a href="/tickets/{n}/?view=open">Hello &amp; bye</a></div>\n'
_TEXT = "".join(_ROW.format(n=n) for n in range(100))


class _Counting(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, int] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found[tag] = self.found.get(tag, 0) + len(attrs)


def once() -> float:
    """Processor milliseconds of the piece of work now."""
    begun = time.thread_time()
    parser = _Counting()
    parser.feed(_TEXT)
    parser.close()
    return (time.thread_time() - begun) * 1000


class Yardstick:
    """The machine's best, and what it took while something ran."""

    def __init__(self) -> None:
        self.best = min(once() for _ in range(400))

    @contextlib.contextmanager
    def beside(self, taken: list[float]) -> Iterator[None]:
        """Take it four times a second until the block ends; adds the milliseconds to `taken`."""
        ended = threading.Event()

        def work() -> None:
            while not ended.wait(EVERY):
                once()  # the first one finds cold caches
                taken.append(once())

        thread = threading.Thread(target=work)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()
            self.best = min([self.best, *taken])
