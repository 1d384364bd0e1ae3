"""One file that holds the desk: the database, every stored file and, if asked, the keys.

A tar archive of `database.dump` (pg_dump's custom format), `files/<sha256>`, `secrets/<name>` and,
last, `manifest.json`. A stored file is named by its own hash, so that each can be checked alone.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from django.core.files.storage import storages
from django.db import connection

import foredesk
from foredesk.files.models import Blob
from foredesk.files.storing import path_of
from foredesk.plumbing import keys
from foredesk.plumbing.env import Env
from foredesk.plumbing.postgres import clients, embedded
from foredesk.plumbing.postgres.binaries import DatabaseTrouble

FORMAT = 1
NOTE = "last_backup"
PIECE = 1024 * 1024
FORGETTABLE = "plumbing_cache"
EXTENSIONS = ("pg_trgm", "unaccent")


class UnableToBackUp(Exception):
    """The backup was not written. Its text says why; no half-written file is left."""


@dataclass
class Written:
    """What a backup holds."""

    files: int = 0
    bytes: int = 0
    missing: list[str] = field(default_factory=list)

    @property
    def megabytes(self) -> float:
        return self.bytes / 1_000_000


def back_up(file: Path, *, env: Env, at: datetime, with_keys: bool = False) -> Written:
    """Write the desk to `file`, which must not exist; the desk may go on working meanwhile.

    The file appears whole or not at all, readable by its owner alone. Files that the database names
    and the store no longer has (or has damaged) are listed in `missing`. Raises UnableToBackUp.
    """
    file = file.resolve()
    if file.exists():
        raise UnableToBackUp(f"{file} exists already. Choose another name.")
    if not file.parent.is_dir():
        raise UnableToBackUp(f"There is no folder {file.parent}.")
    url = address(env)
    partial = file.with_name(f"{file.name}.partial")
    try:
        with tempfile.TemporaryDirectory(prefix=".foredesk-backup-", dir=file.parent) as folder:
            dump = Path(folder) / "database.dump"
            version = _dump(dump, url)
            written = _write(partial, dump, env, at=at, with_keys=with_keys, pg_dump=version)
        partial.rename(file)
    except OSError as why:
        raise UnableToBackUp(f"The backup can't be written to {file.parent}: {why}.") from None
    finally:
        partial.unlink(missing_ok=True)
    written.bytes = file.stat().st_size
    _note(env.data_dir, at=at)
    return written


def last_at(data_dir: Path) -> datetime | None:
    """When the last backup was made from this data folder; None when none is known of."""
    try:
        return datetime.fromisoformat((data_dir / NOTE).read_text().strip())
    except (OSError, ValueError):
        return None


def _note(data_dir: Path, *, at: datetime) -> None:
    """Leave the time of the backup where the health check looks; the backup is whole without."""
    with contextlib.suppress(OSError):
        (data_dir / NOTE).write_text(at.isoformat())


def address(env: Env) -> str:
    """The address of the desk's database."""
    return env.database_url or embedded.dsn(env.data_dir)


def _dump(target: Path, url: str) -> int:
    try:
        pg_dump = clients.program("pg_dump", url, at_least=clients.server_version(url))
    except DatabaseTrouble as why:
        raise UnableToBackUp(str(why)) from None
    place, environment = clients.address(url)
    wanted = [*EXTENSIONS, "vector"] if _has_vectors() else EXTENSIONS
    done = subprocess.run(
        [
            *(pg_dump, "-Fc", "--no-owner", "--no-privileges", "--no-comments", "-f", target),
            *(f"--extension={name}" for name in wanted),
            *(f"--exclude-table-data={FORGETTABLE}", "-d", place),
        ],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise UnableToBackUp(f"The database could not be read: {done.stderr.strip()}")
    return clients.version(pg_dump)


def _has_vectors() -> bool:
    """Whether any column needs the extension `vector`, which not every server can have."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select exists (select 1 from pg_attribute a join pg_type t on t.oid = a.atttypid"
            " join pg_class c on c.oid = a.attrelid and c.relkind in ('r', 'p')"
            " where t.typname in ('vector', 'halfvec', 'sparsevec'))"
        )
        return bool(cursor.fetchone()[0])


def _write(
    target: Path, dump: Path, env: Env, *, at: datetime, with_keys: bool, pg_dump: int
) -> Written:
    written = Written()
    with target.open("xb") as raw:
        target.chmod(0o600)
        with tarfile.open(fileobj=raw, mode="w", format=tarfile.PAX_FORMAT) as archive:
            sums = {"database.dump": _add_path(archive, "database.dump", dump, at)}
            for name in ("secret_key", "encryption_key") if with_keys else ():
                path = keys.folder(env.data_dir) / name
                if path.exists():
                    sums[f"secrets/{name}"] = _add_path(archive, f"secrets/{name}", path, at)
            for blob in Blob.objects.order_by("pk").iterator(chunk_size=1000):
                _add_blob(archive, blob, at, written)
            manifest = {
                "format": FORMAT,
                "version": foredesk.__version__,
                "at": at.isoformat(),
                "pg_dump": pg_dump,
                "migrations": _migrations(),
                "sha256": sums,
                "files": written.files,
                "missing": written.missing,
            }
            text = json.dumps(manifest, indent=1).encode()
            _add(archive, "manifest.json", io.BytesIO(text), len(text), at)
        raw.flush()
    return written


def _migrations() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("select app || '.' || name from django_migrations order by 1")
        return [row[0] for row in cursor.fetchall()]


def _add_blob(archive: tarfile.TarFile, blob: Blob, at: datetime, written: Written) -> None:
    """Read a file once to check it, then again to write it: a damaged one must not go in."""
    store = storages["blobs"]
    try:
        with store.open(path_of(blob.pk), "rb") as file:
            digest = hashlib.sha256()
            size = 0
            while piece := file.read(PIECE):
                digest.update(piece)
                size += len(piece)
            if digest.hexdigest() != blob.pk:
                written.missing.append(blob.pk)
                return
            file.seek(0)
            _add(archive, f"files/{blob.pk}", file, size, at)
            written.files += 1
    except FileNotFoundError:
        written.missing.append(blob.pk)


def _add_path(archive: tarfile.TarFile, name: str, path: Path, at: datetime) -> str:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        _add(archive, name, file, path.stat().st_size, at)
    return digest


def _add(
    archive: tarfile.TarFile, name: str, file: IO[bytes] | Any, size: int, at: datetime
) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode, member.mtime = size, 0o600, int(at.timestamp())
    archive.addfile(member, file)
