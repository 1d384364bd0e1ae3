"""Stops the embedded server after its last user has gone, in whatever way that user went.

Runs as a process of its own (`python guard.py HOME BIN UID GID`) on the standard library alone,
so that it stays small. It holds guard.lock for its life and waits for users.lock.
"""

import fcntl
import os
import subprocess
import sys
from typing import Any


def main(home: str, programs: str, uid: int, gid: int) -> None:
    """Stop the server of `home` when nobody uses it any more; one guard watches at a time."""
    guard = os.open(f"{home}/guard.lock", os.O_RDWR)
    try:
        fcntl.flock(guard, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    users = os.open(f"{home}/users.lock", os.O_RDWR)
    fcntl.flock(users, fcntl.LOCK_EX)
    # Given up before users.lock, or a process that starts now would count on a guard that is
    # about to leave.
    fcntl.flock(guard, fcntl.LOCK_UN)
    switch: dict[str, Any] = (
        {} if uid == os.geteuid() else {"user": uid, "group": gid, "extra_groups": []}
    )
    subprocess.run(
        [f"{programs}/pg_ctl", "stop", "-D", f"{home}/data", "-m", "fast", "-w", "-t", "600"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"},
        check=False,
        **switch,
    )


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
