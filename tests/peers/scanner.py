"""ClamAV's daemon on a socket of the tests' own, that knows one thing: the test string of EICAR.

    with Scanner() as scanner:
        scanner.where           # for FOREDESK_CLAMAV
        scanner.stop()          # and it is away

It is the Debian package clamav-daemon; its real signatures are not needed, and not asked for.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

CLAMD = "/usr/sbin/clamd"
EICAR = "X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + "EICAR-STANDARD-" + "ANTIVIRUS-TEST-FILE!$H+H*"
"""In two parts, so that no scanner takes this file for one."""
SETTINGS = """
DatabaseDirectory {home}/signatures
LocalSocket {home}/clamd.ctl
Foreground yes
StreamMaxLength 1M
LogFile {home}/clamd.log
"""


class Scanner:
    """A clamd that takes streams of 1 MB at most."""

    def __enter__(self) -> Scanner:
        self.home = Path(tempfile.mkdtemp(prefix="foredesk-clamd-"))
        self.where = str(self.home / "clamd.ctl")
        (self.home / "signatures").mkdir()
        line = f"Eicar-Test-Signature:0:*:{EICAR.encode().hex()}\n"
        (self.home / "signatures" / "tests.ndb").write_text(line)
        (self.home / "clamd.conf").write_text(SETTINGS.format(home=self.home))
        self.process: subprocess.Popen[bytes] | None = None
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self.home, ignore_errors=True)

    def start(self) -> None:
        """Come up, and wait until it answers."""
        command = [CLAMD, "--config-file", str(self.home / "clamd.conf")]
        self.process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        until = time.monotonic() + 30
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > until:
                raise RuntimeError((self.home / "clamd.log").read_text(errors="replace"))
            time.sleep(0.02)

    def stop(self) -> None:
        """Go away at once."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None
        Path(self.where).unlink(missing_ok=True)

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as line:
            try:
                line.connect(self.where)
                line.sendall(b"zPING\0")
                return line.recv(16).startswith(b"PONG")
            except OSError:
                return False
