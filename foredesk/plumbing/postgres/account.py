"""Who runs the database. PostgreSQL refuses root, so root lends it a system account of its own."""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NAME = "foredesk-db"


@dataclass(frozen=True)
class Account:
    """The user and group that own the database's files and run its programs."""

    uid: int
    gid: int

    @property
    def is_own(self) -> bool:
        return self.uid == os.geteuid()

    def switch(self) -> dict[str, Any]:
        """Arguments for subprocess that become this account; none when we are it."""
        if self.is_own:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def closed_folder(self, path: Path) -> Path | None:
        """The topmost parent of `path` (or `path`) that this account may not pass, or None."""
        if self.is_own:
            return None
        for folder in [*reversed(path.parents), path]:
            if folder.is_dir() and not self._can_pass(folder.stat()):
                return folder
        return None

    def _can_pass(self, found: os.stat_result) -> bool:
        if found.st_uid == self.uid:
            return bool(found.st_mode & stat.S_IXUSR)
        if found.st_gid == self.gid:
            return bool(found.st_mode & stat.S_IXGRP)
        return bool(found.st_mode & stat.S_IXOTH)


class NoAccount(RuntimeError):
    """Root has no account to lend. Its text says what to do."""


def current() -> Account:
    """This process's own account; for root the system account, made when it is missing."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    try:
        found = pwd.getpwnam(NAME)
    except KeyError:
        found = _create()
    return Account(found.pw_uid, found.pw_gid)


def _create() -> pwd.struct_passwd:
    program = shutil.which("useradd") or shutil.which("useradd", path="/usr/sbin:/sbin")
    if program is None:
        raise NoAccount(
            f"PostgreSQL does not run as root, and the account {NAME} can't be made because "
            "useradd is missing. Make that account, or start Foredesk as an ordinary user."
        )
    flags = ["--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin"]
    made = subprocess.run([program, *flags, NAME], capture_output=True, text=True, check=False)
    try:
        return pwd.getpwnam(NAME)  # Another process may have made it at the same moment.
    except KeyError:
        raise NoAccount(
            f"PostgreSQL does not run as root, and the account {NAME} could not be made: "
            f"{made.stderr.strip()}. Make it, or start Foredesk as an ordinary user."
        ) from None
