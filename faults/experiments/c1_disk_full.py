"""C1: the disk of the files is full, then has room again: 4xx meanwhile, nothing half."""

import smtplib
import subprocess

from faults.counting import Outcome
from faults.rig import HELP, Rig, letter

MAILS, MEGABYTES = 40, 8


def run(rig: Rig, scale: float) -> Outcome:
    outcome = Outcome("C1 disk full")
    files = rig.desk.data_dir / "files"
    files.mkdir(exist_ok=True)
    kept = files.with_name("files.kept")
    files.rename(kept)
    files.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m", "tmpfs", files], check=False
    )
    try:
        if mounted.returncode:
            outcome.troubles.append("it takes root to mount a small disk")
            return outcome
        promised = rig.hand_over("c1", range(round(MAILS * scale)), outcome)
        (files / "ballast").write_bytes(b"x" * 1024)
        with (files / "ballast").open("ab", buffering=0) as ballast:
            try:
                while ballast.write(b"x" * 4096):
                    pass
            except OSError:
                pass
        for number in range(1000, 1000 + round(10 * scale)):
            refused = _refused(rig, f"c1-{number}")
            if not refused.startswith("4"):
                outcome.troubles.append(f"a full disk was answered with {refused}")
                break
        outcome.rounds = 1
        (files / "ballast").unlink()
        promised |= rig.hand_over("c1", range(2000, 2010), outcome)
        rig.settle_in(outcome)
        outcome.count_in(promised, rig.stored("c1"))
        extra = set(rig.stored("c1")) - promised
        if extra:
            outcome.troubles.append(f"refused and kept all the same: {len(extra)}")
    finally:
        if not mounted.returncode:
            subprocess.run(["umount", "-l", files], check=True)
        files.rmdir()
        kept.rename(files)
    return outcome


def _refused(rig: Rig, mark: str) -> str:
    """The answer to one mail that must not be taken."""
    try:
        with smtplib.SMTP("127.0.0.1", rig.desk.smtp_port, timeout=20) as client:
            client.sendmail("x@customer.example", [HELP], letter(mark, 9000))
        return "250"
    except smtplib.SMTPResponseException as error:
        return f"{error.smtp_code} {error.smtp_error!r}"
