"""Processor time of process trees, from /proc (Linux)."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Spent:
    """Seconds of the processor: what the server and the database used, and how long it took."""

    server: float
    database: float
    wall: float

    def less(self, idle: Spent) -> Spent:
        """Without what the same time would have cost with nothing to do."""
        share = self.wall / idle.wall
        return Spent(
            max(self.server - idle.server * share, 0.0),
            max(self.database - idle.database * share, 0.0),
            self.wall,
        )

    def each(self, count: int) -> Spent:
        """The same for each of `count` operations."""
        return Spent(self.server / count, self.database / count, self.wall / count)

    @property
    def processor(self) -> float:
        """Server and database together."""
        return self.server + self.database


class Meter:
    """Reads what two process trees have used so far; children that ended are in their parents."""

    def __init__(self, *, server: int, database: int) -> None:
        self._server, self._database = server, database

    def start(self) -> None:
        self._begun = (self._used(self._server), self._used(self._database), time.monotonic())

    def stop(self) -> Spent:
        """What was used since `start`."""
        server, database, at = self._begun
        return Spent(
            self._used(self._server) - server,
            self._used(self._database) - database,
            time.monotonic() - at,
        )

    def database_alone(self) -> float:
        """Seconds that the database has used since it began."""
        return self._used(self._database)

    @staticmethod
    def _used(root: int) -> float:
        """What a process that ends while /proc is read has used may be in nobody's count: read on
        until the same processes are seen twice."""
        seen, used = _tree(root)
        while True:
            again, used = _tree(root)
            if again == seen:
                return used
            seen = again


def _tree(root: int) -> tuple[set[int], float]:
    """A process with all below it, and the seconds that they and those that ended have used."""
    children: dict[int, list[int]] = {}
    ticks: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        children.setdefault(int(fields[1]), []).append(int(entry.name))
        ticks[int(entry.name)] = sum(int(value) for value in fields[11:15])
    total, waiting, seen = 0, [root], set[int]()
    while waiting:
        pid = waiting.pop()
        seen.add(pid)
        total += ticks.get(pid, 0)
        waiting.extend(children.get(pid, ()))
    return seen, total / _TICK


def memory_of(root: int) -> float:
    """Megabytes (PSS) of a process tree."""
    return sum(memory_by_name(root).values())


def memory_by_name(root: int) -> dict[str, float]:
    """Megabytes (PSS) of the processes of a tree, by the names that they gave themselves."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
            children.setdefault(parent, []).append(int(entry.name))
    found: dict[str, float] = {}
    waiting = [root]
    while waiting:
        pid = waiting.pop()
        waiting.extend(children.get(pid, ()))
        try:
            name = Path(f"/proc/{pid}/comm").read_text().strip()
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        except OSError:
            continue
        pss = next(int(line.split()[1]) for line in rollup.splitlines() if "Pss:" in line)
        found[name] = found.get(name, 0.0) + pss / 1024
    return found
