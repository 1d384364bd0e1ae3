"""How full the disks are that the desk keeps things on."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

GB = 1024**3
LITTLE, VERY_LITTLE = 50 * GB, GB
LITTLE_SHARE = 0.10


@dataclass(frozen=True)
class Disk:
    """`what` it holds, in words; sizes in bytes."""

    what: str
    free: int
    total: int

    @property
    def state(self) -> str:
        """ok, warn when nine tenths are used, bad when it will soon be full."""
        return judge(free=self.free, total=self.total)

    @property
    def used_percent(self) -> int:
        return 100 - round(100 * self.free / self.total) if self.total else 0


def judge(*, free: int, total: int) -> str:
    """How `free` of `total` bytes is: nine tenths used are too much, unless a large disk has plenty
    left all the same."""
    if total and free / total > LITTLE_SHARE:
        return "ok"
    return "bad" if free < VERY_LITTLE else "warn" if free < LITTLE else "ok"


def disks() -> list[Disk]:
    """Each disk once: that of the data folder first, then those of the database and of the files
    where they are others. Raises OSError when the data folder can't be read."""
    env = settings.ENV
    places: list[tuple[str, Path]] = [("data folder", env.data_dir)]
    if env.has_embedded_database:
        places.append(("database", env.data_dir / "postgres"))
    if not env.files.startswith("s3://"):
        places.append(("files", Path(env.files)))
    found: dict[int, Disk] = {}
    for what, place in places:
        if place != env.data_dir and not place.is_dir():
            continue
        device = place.stat().st_dev
        if device not in found:
            usage = shutil.disk_usage(place)
            found[device] = Disk(what, usage.free, usage.free + usage.used)
    return list(found.values())
