"""There is room."""

from collections.abc import Iterator
from datetime import datetime

from foredesk.design import wording
from foredesk.operations import measuring_disks
from foredesk.operations.checks.finding import Finding

LABEL = "Disk"
ADVICE = "Make room, or move the data folder to a larger disk. Mail is refused when it is full."
RANK = 30
WITHOUT_DATABASE = True


def look(*, at: datetime) -> Iterator[Finding]:
    try:
        disks = measuring_disks.disks()
    except OSError as error:
        yield Finding("bad", f"The data folder can't be read: {error.strerror}.")
        return
    for disk in disks:
        free, total = wording.file_size(disk.free), wording.file_size(disk.total)
        subject = "" if disk is disks[0] else f"of the {disk.what}"
        yield Finding(disk.state, f"{free} free of {total} in the {disk.what}.", subject=subject)
