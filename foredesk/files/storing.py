"""Keep bytes, once, under their own hash."""

import hashlib
import os
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import connection

from foredesk.files.models import Blob
from foredesk.plumbing.clock import now


class UnableToStore(Exception):
    """The bytes could not be kept: the disk is full or the store can't be reached."""


_INSERT = """
    insert into files_blob (sha256, size, created_at) values (%s, %s, %s) on conflict do nothing
"""


def path_of(sha256: str) -> str:
    """Where a blob lies in the store: two levels of folders, 65,536 of them."""
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"


def keep(data: bytes) -> Blob:
    """Store `data` and return its blob; the same bytes are stored once.

    The bytes are on the disk (fsync) before the row is written. Bytes that got lost are stored
    anew when they come again. Raises UnableToStore.
    """
    blob = write(data)
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [blob.sha256, blob.size, blob.created_at])
    blob._state.adding, blob._state.db = False, connection.alias
    return blob


def write(data: bytes) -> Blob:
    """Store the bytes alone (fsync): the row of the returned blob is the caller's to write.

    Raises UnableToStore.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    write_at(path_of(sha256), data)
    return Blob(sha256=sha256, size=len(data), created_at=now())


def write_at(name: str, data: bytes) -> None:
    """Store bytes under a path in the store, unless something is there. Raises UnableToStore."""
    store = storages["blobs"]
    is_local = bool(getattr(store, "location", None)) and hasattr(store, "base_location")
    try:
        if is_local:
            _write_local(Path(store.path(name)), data)
        elif not store.exists(name):
            store.save(name, ContentFile(data))
    except OSError as error:
        raise UnableToStore(f"The file store can't take it: {error.strerror or error}.") from error


def _write_local(target: Path, data: bytes) -> None:
    """Write beside the target, fsync, rename: a reader never sees half a file."""
    if target.exists():
        return
    made = [folder for folder in (target.parent, target.parent.parent) if not folder.exists()]
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(f"{target.name}.{os.getpid()}.{os.urandom(4).hex()}.part")
    try:
        with beside.open("wb") as handle:
            handle.write(data)
            handle.flush()
            os.fsync(handle.fileno())
        beside.replace(target)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    for folder in (target.parent, *(one.parent for one in made)):
        _settle(folder)


def _settle(folder: Path) -> None:
    """Names are only safe once their folder is on the disk too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
