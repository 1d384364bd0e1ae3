"""Backup and restore by their commands, on real desks in scratch data folders."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from foredesk.operations import examining
from foredesk.plumbing.postgres import embedded
from tests.peers import prepared

ROOT = Path(__file__).resolve().parents[3]

FILL = """
from foredesk.files.storing import keep
from foredesk.people import queries
keep(b"a picture of a tent")
keep(b"")
"""
LOOK = """
import json
from django.apps import apps
from foredesk.files.models import Blob
from foredesk.files.reading import read
from foredesk.logbook.replaying import entries_after
rows = {m._meta.label: m.objects.count() for m in apps.get_models() if m._meta.managed}
files = sorted(read(blob).decode() for blob in Blob.objects.all())
print(json.dumps([rows, files, [position for position, _ in entries_after()]]))
"""


def foredesk(data_dir: Path, *arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("FOREDESK_")}
    environment.pop("DATABASE_URL", None)
    return subprocess.run(
        [sys.executable, "-m", "foredesk.cli.main", *arguments],
        cwd=ROOT,
        env=environment | {"FOREDESK_DATA_DIR": str(data_dir)},
        input=text,
        capture_output=True,
        text=True,
        check=False,
    )


def well(data_dir: Path, *arguments: str, text: str = "") -> str:
    done = foredesk(data_dir, *arguments, text=text)
    assert done.returncode == 0, done.stderr
    return done.stdout


def refusal(data_dir: Path, *arguments: str) -> str:
    done = foredesk(data_dir, *arguments)
    assert done.returncode == 1, done.stdout
    assert "Traceback" not in done.stderr
    return done.stderr


@pytest.fixture(scope="module")
def scratch() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="foredesk-backup-"))
    folder.chmod(0o755)
    yield folder
    for data_dir in folder.iterdir():
        if (data_dir / "postgres").is_dir():
            embedded.release(data_dir)
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def desk(scratch: Path) -> Path:
    """A desk with an agent and two files; its server runs on, which spares every command that."""
    data_dir = scratch / "desk"
    prepared.lay(data_dir)
    embedded.attach(data_dir)
    person = ("--email", "ada@halden.example", "--name", "Ada", "--role", "admin")
    well(data_dir, "user", "add", *person, "--password-stdin", text="correct horse battery\n")
    well(data_dir, "shell", "-c", FILL)
    return data_dir


@pytest.fixture(scope="module")
def backup(scratch: Path, desk: Path) -> Path:
    file = scratch / "desk.tar"
    said = well(desk, "backup", str(file), "--with-keys")
    assert "2 files and the database" in said
    return file


@pytest.fixture(scope="module")
def restored(scratch: Path, backup: Path) -> Path:
    target = scratch / "restored"
    assert "with 2 files" in well(target, "restore", str(backup))
    return target


def altered(backup: Path, scratch: Path, name: str, content: bytes) -> Path:
    """A copy of the backup in which one member has other content, or is new."""
    target = scratch / f"altered-{len(list(scratch.iterdir()))}.tar"
    with tarfile.open(backup) as old, tarfile.open(target, "w") as new:
        for member in old:
            if member.name != name:
                new.addfile(member, old.extractfile(member))
        fresh = tarfile.TarInfo(name)
        fresh.size = len(content)
        new.addfile(fresh, io.BytesIO(content))
    return target


def manifest(backup: Path) -> dict:
    with tarfile.open(backup) as archive:
        return json.load(archive.extractfile("manifest.json"))


def test_a_restored_desk_has_the_same_rows_files_and_keys(desk: Path, restored: Path) -> None:
    rows, files, positions = json.loads(well(restored, "shell", "-c", LOOK))
    assert [rows, files] == json.loads(well(desk, "shell", "-c", LOOK))[:2]
    assert rows["people.Agent"] == 1
    assert len(positions) == rows["logbook.Entry"] > 0
    assert {transaction for transaction, _ in positions} == {0}  # before all that comes
    assert files == ["", "a picture of a tent"]
    for name in ("secret_key", "encryption_key"):
        assert (restored / "secrets" / name).read_text() == (desk / "secrets" / name).read_text()
    assert not list(restored.glob(".restoring-*"))


def test_a_backup_is_for_its_owner_alone_and_never_overwritten(desk: Path, backup: Path) -> None:
    assert backup.stat().st_mode & 0o777 == 0o600
    assert "exists already" in refusal(desk, "backup", str(backup))


def test_a_kept_desk_is_overwritten_only_by_force_and_without_keys_it_keeps_its_own(
    scratch: Path, desk: Path, backup: Path, restored: Path
) -> None:
    file = scratch / "without-keys.tar"
    assert "It holds no keys" in well(desk, "backup", str(file))
    with tarfile.open(file) as archive:
        assert not [name for name in archive.getnames() if name.startswith("secrets/")]
    person = ("--email", "ben@halden.example", "--name", "Ben", "--role", "admin")
    well(restored, "user", "add", *person, "--password-stdin", text="correct horse battery\n")
    (restored / "secrets" / "secret_key").write_text("k" * 40)
    assert "--force" in refusal(restored, "restore", str(backup))
    assert "ben@halden.example" in well(restored, "user", "list")
    well(restored, "restore", str(file), "--force")
    listed = well(restored, "user", "list")
    assert "ada@halden.example" in listed
    assert "ben@halden.example" not in listed
    assert (restored / "secrets" / "secret_key").read_text() == "k" * 40


def test_a_running_desk_is_not_overwritten(desk: Path, backup: Path) -> None:
    assert "is running. Stop it first" in refusal(desk, "restore", str(backup), "--force")


def test_damage_is_found_before_anything_changes(
    scratch: Path, backup: Path, restored: Path
) -> None:
    before = well(restored, "shell", "-c", LOOK)
    with tarfile.open(backup) as archive:
        name = next(one for one in archive.getnames() if one.startswith("files/"))
    for file, sentence in (
        (altered(backup, scratch, name, b"something else"), f"damaged: {name} has changed"),
        (altered(backup, scratch, "database.dump", b"PGDMP"), "database.dump has changed"),
        (altered(backup, scratch, "files/../../evil", b"x"), "which is not ours"),
    ):
        assert sentence in refusal(restored, "restore", str(file), "--force")
    assert not list(scratch.rglob("evil"))
    assert well(restored, "shell", "-c", LOOK) == before


def test_a_cut_backup_is_refused(scratch: Path, backup: Path) -> None:
    cut = scratch / "cut.tar"
    cut.write_bytes(backup.read_bytes()[: backup.stat().st_size // 2])
    with pytest.raises(examining.UnableToRestore, match="not a whole backup"):
        examining.examine(cut)


def test_a_backup_of_a_newer_version_is_refused(scratch: Path, backup: Path) -> None:
    newer = json.dumps(manifest(backup) | {"version": "999.0.0"}).encode()
    file = altered(backup, scratch, "manifest.json", newer)
    with pytest.raises(examining.UnableToRestore, match=r"999\.0\.0, which is newer"):
        examining.examine(file)


def test_a_backup_with_unknown_steps_of_the_database_is_refused(
    scratch: Path, backup: Path, restored: Path
) -> None:
    said = manifest(backup)
    said["migrations"].append("tickets.9999_from_the_future")
    file = altered(backup, scratch, "manifest.json", json.dumps(said).encode())
    assert "newer Foredesk" in refusal(restored, "restore", str(file), "--force")


def test_a_file_that_is_no_backup_is_refused(scratch: Path) -> None:
    file = scratch / "holiday.jpg"
    file.write_bytes(b"\xff\xd8")
    assert "is not a whole backup" in refusal(scratch / "none", "restore", str(file))
    assert "There is no file" in refusal(scratch / "none", "restore", str(scratch / "nowhere"))


def test_a_missing_file_is_told_and_does_not_stop_the_backup(scratch: Path, desk: Path) -> None:
    kept = next(path for path in (desk / "files").rglob("*") if path.is_file())
    data = kept.read_bytes()
    kept.unlink()
    file = scratch / "lacking.tar"
    done = foredesk(desk, "backup", str(file))
    kept.write_bytes(data)
    assert done.returncode == 0
    assert "1 files that the database names are missing" in done.stderr
    assert len(manifest(file)["missing"]) == 1
