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
        """What a process has used that ends while /proc is read may be in nobody's count: so until
        the same processes are seen twice."""
        seen: set[int] = set()
        while True:
            found = _tree(root)
            if found.keys() == seen:
                return sum(sum(map(int, fields[11:15])) for fields in found.values()) / _TICK
            seen = set(found)


def _tree(root: int) -> dict[int, list[str]]:
    """A process and all below it, each with what its `stat` says from the state on (proc(5))."""
    read: dict[int, list[str]] = {}
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            read[int(entry.name)] = fields
            children.setdefault(int(fields[1]), []).append(int(entry.name))
    found, waiting = {}, [root]
    while waiting:
        pid = waiting.pop()
        if pid in read:
            found[pid] = read[pid]
            waiting.extend(children.get(pid, ()))
    return found


def memory_of(root: int) -> float:
    """Megabytes (PSS) of a process tree."""
    return sum(memory_by_name(root).values())


def memory_by_name(root: int) -> dict[str, float]:
    """Megabytes (PSS) of the processes of a tree, by the names that they gave themselves."""
    found: dict[str, float] = {}
    for pid in _tree(root):
        try:
            name = Path(f"/proc/{pid}/comm").read_text().strip()
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        except OSError:
            continue
        pss = next(int(line.split()[1]) for line in rollup.splitlines() if "Pss:" in line)
        found[name] = found.get(name, 0.0) + pss / 1024
    return found
