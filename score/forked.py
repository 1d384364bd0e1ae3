"""One mail in a process of its own: what it costs in CPU and memory, and whether it breaks.

The clock on the wall says nothing on a machine that does other things too; the processor's does.
"""

from __future__ import annotations

import os
import resource
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

CPU_LIMIT = 30  # seconds, after which the system ends the process
MEMORY_LIMIT = 3 << 30


@dataclass(frozen=True)
class Cost:
    """What one call took. `error` is empty when it returned what the database can store."""

    error: str
    seconds: float
    mebibytes: float


def judged(function: Callable[[bytes], Any], raw: bytes) -> Cost:
    """Call `function` with `raw` in a fork: CPU seconds, MiB above the start, what went wrong."""
    reading, writing = os.pipe()
    sys.stdout.flush()
    pid = os.fork()
    if not pid:
        os.close(reading)
        try:
            _inside(function, raw, writing)
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read().decode()
    _, status, used = os.wait4(pid, 0)
    seconds = used.ru_utime + used.ru_stime
    if not said:
        return Cost(f"the process died ({status})", seconds, 0.0)
    grown, _, error = said.partition(" ")
    return Cost(error, seconds, float(grown))


def _inside(function: Callable[[bytes], Any], raw: bytes, writing: int) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_LIMIT, CPU_LIMIT))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    start = _peak()
    error = ""
    try:
        error = next(_unstorable(function(raw)), "")
    except BaseException as broken:  # whatever it is, it is what is looked for
        error = f"{type(broken).__name__}: {broken}"[:200]
    os.write(writing, f"{_peak() - start:.1f} {error}".encode("utf-8", "replace"))


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _unstorable(value: Any, name: str = "the answer") -> Iterator[str]:
    """A sentence for each text that PostgreSQL refuses: NUL, half of a surrogate pair."""
    if isinstance(value, str):
        if "\0" in value:
            yield f"NUL in {name}"
        elif any("\ud800" <= sign <= "\udfff" for sign in value):
            yield f"a lone surrogate in {name}"
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _unstorable(inner, str(key))
    elif isinstance(value, list):
        for inner in value:
            yield from _unstorable(inner, name)
