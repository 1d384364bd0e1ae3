"""Make a desk from a backup: checked first, then the database and the files, all or nothing."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import foredesk
from foredesk.plumbing import keys
from foredesk.plumbing.env import Env
from foredesk.plumbing.postgres import clients, embedded
from foredesk.plumbing.postgres.binaries import DatabaseTrouble

FORMAT = 1
PIECE = 1024 * 1024
MEMBER = re.compile(
    r"manifest\.json|database\.dump|secrets/(secret|encryption)_key|files/[0-9a-f]{64}"
)

WIPE = """
do $wipe$
declare statement text; statements text[];
begin
  select array_agg(format('drop %s if exists %I.%I cascade', case c.relkind
           when 'v' then 'view' when 'm' then 'materialized view' when 'S' then 'sequence'
           else 'table' end, n.nspname, c.relname))
    into statements
    from pg_class c join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'
   where c.relkind in ('r', 'p', 'v', 'm', 'S') and not exists (
     select 1 from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid
        and d.deptype in ('e', 'i', 'a'));
  foreach statement in array coalesce(statements, '{}') loop execute statement; end loop;
  select array_agg(format('drop routine if exists %I.%I(%s) cascade', n.nspname, p.proname,
           pg_get_function_identity_arguments(p.oid)))
    into statements
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace and n.nspname = 'public'
   where not exists (select 1 from pg_depend d where d.classid = 'pg_proc'::regclass
        and d.objid = p.oid and d.deptype = 'e');
  foreach statement in array coalesce(statements, '{}') loop execute statement; end loop;
  select array_agg(format('drop type if exists %I.%I cascade', n.nspname, t.typname))
    into statements
    from pg_type t join pg_namespace n on n.oid = t.typnamespace and n.nspname = 'public'
    left join pg_class c on c.oid = t.typrelid
   where (t.typtype in ('e', 'd') or c.relkind = 'c') and not exists (
     select 1 from pg_depend d where d.classid = 'pg_type'::regclass and d.objid = t.oid
        and d.deptype = 'e');
  foreach statement in array coalesce(statements, '{}') loop execute statement; end loop;
end $wipe$;
"""
"""Drops all that is ours in the schema. What belongs to a table (deptype i, a) goes with it;
extensions (e) are left alone, which we may not be able to create again on a server that
others run."""


class UnableToRestore(Exception):
    """Nothing was changed. Its text says why."""


@dataclass(frozen=True)
class Backup:
    """What the manifest of a backup says."""

    version: str
    at: datetime
    pg_dump: int
    migrations: tuple[str, ...]
    sha256: dict[str, str]
    files: int

    @property
    def has_keys(self) -> bool:
        return any(name.startswith("secrets/") for name in self.sha256)


def examine(file: Path) -> Backup:
    """Read the manifest. Raises UnableToRestore for a file that is no backup or a newer one."""
    try:
        with tarfile.open(file, "r:") as archive:
            found = archive.extractfile("manifest.json")
            said: dict[str, Any] = json.load(found) if found else {}
        backup = Backup(
            version=str(said["version"]),
            at=datetime.fromisoformat(said["at"]),
            pg_dump=int(said["pg_dump"]),
            migrations=tuple(map(str, said["migrations"])),
            sha256={str(name): str(digest) for name, digest in said["sha256"].items()},
            files=int(said["files"]),
        )
        is_newer = int(said["format"]) > FORMAT or _numbers(backup.version) > _numbers(
            foredesk.__version__
        )
    except FileNotFoundError:
        raise UnableToRestore(f"There is no file {file}.") from None
    except (OSError, tarfile.TarError, KeyError, TypeError, ValueError, AttributeError):
        raise UnableToRestore(f"{file} is not a whole backup of Foredesk.") from None
    if is_newer:
        raise UnableToRestore(
            f"{file} was written by Foredesk {backup.version}, which is newer than this one "
            f"({foredesk.__version__}). Install that version or a later one first."
        )
    return backup


def must_be_stopped(env: Env) -> None:
    """Raises UnableToRestore while a desk works on the target.

    Ask before anything connects: a connection of our own would look like a working desk.
    """
    if env.has_embedded_database:
        if embedded.is_used(env.data_dir):
            raise UnableToRestore(f"The desk in {env.data_dir} is running. Stop it first.")
    elif _others(env.database_url):
        raise UnableToRestore(
            "Others are connected to the database of DATABASE_URL. Stop every Foredesk that uses "
            "it first."
        )


def must_be_empty(env: Env) -> None:
    """Raises UnableToRestore when the target holds a desk already."""
    import psycopg

    url = env.database_url or embedded.dsn(env.data_dir)
    with psycopg.connect(url, autocommit=True) as connection:
        found = connection.execute("select to_regclass('public.django_migrations')").fetchone()
    if found and found[0]:
        where = env.data_dir if env.has_embedded_database else "the database of DATABASE_URL"
        raise UnableToRestore(
            f"There is a desk in {where} already. Choose another place, or overwrite it with "
            "--force."
        )


def restore(file: Path, backup: Backup, *, env: Env) -> None:
    """Bring the desk of `file` to the place that `env` names, over what is there.

    Every sum is checked before anything changes; the database changes in one transaction. The
    caller has asked `must_be_stopped` and started the database. Raises UnableToRestore.
    """
    url = env.database_url or embedded.dsn(env.data_dir)
    env.data_dir.mkdir(parents=True, exist_ok=True)
    with _unpacked(file, backup, env.data_dir) as folder:
        _pour(folder / "database.dump", backup, url)
        _put_files(folder / "files")
        _put_keys(folder / "secrets", env)


def unknown_migrations(backup: Backup, known: set[str]) -> list[str]:
    """Steps of the database that this Foredesk does not have, so that it must be an older one."""
    return sorted(set(backup.migrations) - known)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])


def _others(url: str) -> bool:
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        found = connection.execute(
            "select count(*) from pg_stat_activity where datname = current_database()"
            " and pid <> pg_backend_pid() and backend_type = 'client backend'"
        ).fetchone()
    return bool(found and found[0])


@contextmanager
def _unpacked(file: Path, backup: Backup, near: Path) -> Iterator[Path]:
    """The members of the archive in a folder beside their place, each checked by its sum."""
    count = 0
    with tempfile.TemporaryDirectory(prefix=".restoring-", dir=near) as made:
        folder = Path(made)
        (folder / "files").mkdir()
        (folder / "secrets").mkdir()
        try:
            with tarfile.open(file, "r:") as archive:
                for member in archive:
                    if not member.isreg() or not MEMBER.fullmatch(member.name):
                        raise UnableToRestore(f"{file} holds {member.name}, which is not ours.")
                    if member.name == "manifest.json":
                        continue
                    digest = _copy(archive.extractfile(member), folder / member.name)
                    kind, _, name = member.name.partition("/")
                    wanted = name if kind == "files" else backup.sha256.get(member.name)
                    if digest != wanted:
                        raise UnableToRestore(f"{file} is damaged: {member.name} has changed.")
                    count += kind == "files"
        except (tarfile.TarError, EOFError) as why:
            raise UnableToRestore(f"{file} is damaged: {why}.") from None
        except OSError as why:
            raise UnableToRestore(f"The backup can't be unpacked in {near}: {why}.") from None
        lacking = [name for name in backup.sha256 if not (folder / name).exists()]
        if lacking or count != backup.files:
            raise UnableToRestore(f"{file} is damaged: it lacks {len(lacking) or 'some'} parts.")
        yield folder


def _copy(source: IO[bytes] | None, target: Path) -> str:
    digest = hashlib.sha256()
    if source is None:
        return ""
    with target.open("xb") as out:
        target.chmod(0o600)
        while piece := source.read(PIECE):
            digest.update(piece)
            out.write(piece)
    return digest.hexdigest()


def _pour(dump: Path, backup: Backup, url: str) -> None:
    """Wipe and fill the database in one transaction."""
    try:
        newest = max(backup.pg_dump, clients.server_version(url))
        pg_restore = clients.program("pg_restore", url, at_least=newest)
        psql = clients.program("psql", url, at_least=newest)
    except DatabaseTrouble as why:
        raise UnableToRestore(str(why)) from None
    place, environment = clients.address(url)
    reading: list[str | Path] = [
        pg_restore,
        "--no-owner",
        "--no-privileges",
        "--no-comments",
        "-f",
        "-",
        dump,
    ]
    writing: list[str | Path] = [
        psql,
        "-X",
        "-q",
        "-v",
        "ON_ERROR_STOP=1",
        "--single-transaction",
        "-d",
        place,
    ]
    with tempfile.TemporaryFile() as said:
        script = subprocess.Popen(
            reading, stdout=subprocess.PIPE, stderr=said, stdin=subprocess.DEVNULL
        )
        taker = subprocess.Popen(
            writing, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=said, env=environment
        )
        assert script.stdout is not None
        assert taker.stdin is not None
        is_whole = False
        try:
            taker.stdin.write(WIPE.encode())
            _pass_on(script.stdout, taker.stdin)
            is_whole = script.wait() == 0
            if not is_whole:
                taker.kill()  # Its transaction dies with it.
            taker.stdin.close()
        except BrokenPipeError:
            script.kill()
        script.stdout.close()
        script.wait()
        if taker.wait() or not is_whole:
            said.seek(0)
            raise UnableToRestore(
                f"The database refused the backup and is as it was: "
                f"{said.read().decode(errors='replace').strip()}"
            )


def _pass_on(script: IO[bytes], taker: IO[bytes]) -> None:
    """Copy SQL, without the settings that servers before PostgreSQL 17 don't know."""
    for line in script:
        if line.startswith(b"SET transaction_timeout"):
            continue
        taker.write(line)
        if line.startswith(b"COPY "):
            break
    shutil.copyfileobj(script, taker, PIECE)


def _put_files(folder: Path) -> None:
    from django.core.files import File
    from django.core.files.storage import storages

    from foredesk.files.storing import path_of

    store = storages["blobs"]
    for path in sorted(folder.iterdir()):
        name = path_of(path.name)
        if store.exists(name):
            store.delete(name)  # It may be damaged; ours was just checked.
        try:
            target = Path(store.path(name))
        except NotImplementedError:
            with path.open("rb") as file:
                store.save(name, File(file))
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(path, target)


def _put_keys(folder: Path, env: Env) -> None:
    place = keys.folder(env.data_dir)
    for path in folder.iterdir():
        place.mkdir(mode=0o700, exist_ok=True)
        shutil.move(path, place / path.name)
