"""The real servers and the browser that journeys need, installed where that is allowed."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

NEEDED = {
    "chromium": ("/usr/bin/chromium",),
    "postfix": ("/usr/sbin/postfix",),
    "dovecot-imapd": ("/usr/lib/dovecot/imap", "/usr/libexec/dovecot/imap"),
    "dovecot-pop3d": ("/usr/lib/dovecot/pop3", "/usr/libexec/dovecot/pop3"),
    "dovecot-lmtpd": ("/usr/lib/dovecot/lmtp", "/usr/libexec/dovecot/lmtp"),
    "clamav-daemon": ("/usr/sbin/clamd",),
}
"""Debian's packages, each with the places of a program that shows it is there."""


def missing() -> list[str]:
    return [
        package
        for package, places in NEEDED.items()
        if not any(Path(place).exists() for place in places)
    ]


def provide() -> str:
    """Install what is missing. Returns "" or one sentence that says what to install by hand."""
    lacking = missing()
    if lacking and os.geteuid() == 0 and shutil.which("apt-get"):
        _install(lacking)
        lacking = missing()
    if not lacking:
        return ""
    names = " ".join(lacking)
    return f"Journeys need {names}: install them first (Debian: sudo apt-get install {names})."


def _install(packages: list[str]) -> None:
    # Without a configuration of its own postfix is not started by its package.
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    if shutil.which("debconf-set-selections"):
        subprocess.run(
            ["debconf-set-selections"],
            input="postfix postfix/main_mailer_type select No configuration\n",
            text=True,
            check=False,
        )
    for command in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        done = subprocess.run(
            ["apt-get", "-q", *command], env=quiet, capture_output=True, text=True, check=False
        )
        if done.returncode:
            print(done.stdout[-1500:] + done.stderr[-1500:])
            return
