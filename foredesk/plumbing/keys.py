"""The keys of a desk that nobody gave: made once and kept in the data folder."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def folder(data_dir: Path) -> Path:
    """Where keys are kept; only its owner may look into it."""
    return data_dir / "secrets"


def kept(data_dir: Path, name: str) -> str:
    """The key called `name`: 256 random bits and more as text, made at the first call."""
    path = folder(data_dir) / name
    if not path.exists():
        _make(path)
    return path.read_text().strip()


def _make(path: Path) -> None:
    path.parent.parent.mkdir(parents=True, exist_ok=True)
    path.parent.mkdir(exist_ok=True, mode=0o700)
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(48) + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        # A link, not a rename: of two processes at their first start one wins and both read it.
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
