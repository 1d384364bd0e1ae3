"""Bytes are kept once, whole or not at all, and nowhere else than in their store."""

import hashlib
import os
import stat
import subprocess

import pytest
from django.core.exceptions import SuspiciousFileOperation
from django.db import connection

from foredesk.files import reading, storing
from foredesk.files.models import Blob

pytestmark = pytest.mark.django_db


@pytest.fixture
def store(settings, tmp_path):
    """A store of the test's own; a function that moves it elsewhere."""

    def at(folder):
        settings.STORAGES = {
            **settings.STORAGES,
            "blobs": {
                "BACKEND": "django.core.files.storage.FileSystemStorage",
                "OPTIONS": {"location": str(folder)},
            },
        }
        return folder

    at(tmp_path / "blobs")
    return at


def _files(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("data", [b"", b"x", b"\x00\xff" * 100_000])
def test_bytes_come_back_as_they_were_under_their_own_hash(store, tmp_path, data):
    blob = storing.keep(data)
    assert (blob.pk, blob.size) == (hashlib.sha256(data).hexdigest(), len(data))
    assert reading.read(blob) == reading.read(blob.pk) == data
    (path,) = _files(tmp_path)
    assert path == tmp_path / "blobs" / blob.pk[:2] / blob.pk[2:4] / blob.pk


def test_the_same_bytes_are_stored_once(store, tmp_path):
    first, second = storing.keep(b"same"), storing.keep(b"same")
    assert first.pk == second.pk
    assert Blob.objects.count() == 1
    assert len(_files(tmp_path)) == 1


def test_bytes_that_were_lost_are_stored_anew_when_they_come_again(store, tmp_path):
    blob = storing.keep(b"precious")
    (path,) = _files(tmp_path)
    path.unlink()
    with pytest.raises(reading.Missing, match="gone from the file store"):
        reading.read(blob)
    storing.keep(b"precious")
    assert reading.read(blob) == b"precious"


def test_the_bytes_and_their_name_are_on_the_disk_before_the_row_is_written(
    store, monkeypatch, tmp_path
):
    happened = []
    real_fsync, real_replace = os.fsync, os.replace

    def fsync(handle):
        is_folder = stat.S_ISDIR(os.fstat(handle).st_mode)
        happened.append("folder" if is_folder else "bytes")
        return real_fsync(handle)

    def replace(source, target):
        happened.append("name")
        return real_replace(source, target)

    def statement(execute, sql, *more):
        happened.append("row")
        return execute(sql, *more)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "replace", replace)
    with connection.execute_wrapper(statement):
        storing.keep(b"durable")
    assert happened[0] == "bytes"
    assert happened[1] == "name"
    assert set(happened[2:-1]) == {"folder"}
    assert happened[-1] == "row"


def test_a_crash_while_writing_leaves_neither_a_file_nor_a_row(store, monkeypatch, tmp_path):
    def crash(handle):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", crash)
    with pytest.raises(KeyboardInterrupt):
        storing.keep(b"half")
    assert _files(tmp_path) == []
    assert not Blob.objects.exists()


def test_a_store_that_can_not_be_written_says_so(store, tmp_path):
    (tmp_path / "taken").write_text("a file where the folder should be")
    store(tmp_path / "taken")
    with pytest.raises(storing.UnableToStore, match="The file store can't take it"):
        storing.keep(b"x")
    assert not Blob.objects.exists()


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 64 KB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("Mounting a small disk needs root.")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_is_said_and_leaves_no_half_file(store, small_disk):
    store(small_disk)
    storing.keep(b"small")
    with pytest.raises(storing.UnableToStore, match="No space left"):
        storing.keep(b"x" * 200_000)
    assert len(_files(small_disk)) == 1
    assert Blob.objects.count() == 1


@pytest.mark.parametrize(
    "name",
    ["../../../etc/passwd", "/etc/passwd", "..", "aa/../../../../etc/passwd",
     "....//....//etc/passwd"],
)  # fmt: skip
def test_no_name_leads_out_of_the_store(store, name):
    with pytest.raises((SuspiciousFileOperation, reading.Missing, IsADirectoryError)):
        reading.read(name)
