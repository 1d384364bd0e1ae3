"""Look into a backup: what it says of itself, and its members, each checked by its sum."""

from __future__ import annotations

import hashlib
import json
import re
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import foredesk

FORMAT = 1
PIECE = 1024 * 1024
MEMBER = re.compile(
    r"manifest\.json|database\.dump|secrets/(secret|encryption)_key|files/[0-9a-f]{64}"
)


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


def unknown_migrations(backup: Backup, known: set[str]) -> list[str]:
    """Steps of the database that this Foredesk does not have, so that it must be an older one."""
    return sorted(set(backup.migrations) - known)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])


@contextmanager
def unpacked(file: Path, backup: Backup, near: Path) -> Iterator[Path]:
    """The members of the archive in a folder near their place, each checked by its sum.

    Raises UnableToRestore for a damaged backup, or when there is no room.
    """
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
