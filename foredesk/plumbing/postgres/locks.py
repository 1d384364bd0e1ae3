"""File locks that the kernel frees when their holders die, however they die.

start.lock   held (exclusive) by the one process that is starting the server
users.lock   held (shared) by every process that uses it, and by its forks
guard.lock   held (exclusive) by the one guard that stops the server after its last user
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def take(path: Path, *, is_shared: bool = False, can_wait: bool = True) -> int | None:
    """An open file that holds the lock until it is closed everywhere; None when it is taken."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    kind = fcntl.LOCK_SH if is_shared else fcntl.LOCK_EX
    try:
        fcntl.flock(handle, kind if can_wait else kind | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    except BaseException:
        os.close(handle)
        raise
    return handle


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold the lock for the length of a block."""
    handle = take(path)
    assert handle is not None
    try:
        yield
    finally:
        os.close(handle)


def is_free(path: Path) -> bool:
    """Whether nobody holds the lock at this moment, neither shared nor alone."""
    handle = take(path, can_wait=False)
    if handle is None:
        return False
    os.close(handle)
    return True
