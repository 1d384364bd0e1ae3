"""There is room."""

import shutil
from collections.abc import Iterator
from datetime import datetime

from django.conf import settings

from foredesk.design import wording
from foredesk.operations.checks.finding import Finding

LABEL = "Disk"
ADVICE = "Make room, or move the data folder to a larger disk. Mail is refused when it is full."
RANK = 30
WITHOUT_DATABASE = True
GB = 1024**3
LITTLE, VERY_LITTLE = 5 * GB, GB
LITTLE_SHARE, VERY_LITTLE_SHARE = 0.10, 0.03


def judge(*, free: int, total: int) -> str:
    """How `free` of `total` bytes is: a small disk is judged by its share."""
    share = free / total if total else 0
    if free < VERY_LITTLE and share < VERY_LITTLE_SHARE * 4:
        return "bad"
    return "warn" if free < LITTLE and share < LITTLE_SHARE else "ok"


def look(*, at: datetime) -> Iterator[Finding]:
    try:
        usage = shutil.disk_usage(settings.ENV.data_dir)
    except OSError as error:
        yield Finding("bad", f"The data folder can't be read: {error.strerror}.")
        return
    free, total = wording.file_size(usage.free), wording.file_size(usage.total)
    state = judge(free=usage.free, total=usage.total)
    yield Finding(state, f"{free} free of {total} in the data folder.")
