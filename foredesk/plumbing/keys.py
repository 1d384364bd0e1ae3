"""The keys of a desk that nobody gave: made once and kept in the data folder."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from pathlib import Path

from foredesk.plumbing.ids import public_id

SETUP_CODE = "setup_code"


def folder(data_dir: Path) -> Path:
    """Where keys are kept; only its owner may look into it."""
    return data_dir / "secrets"


def kept(data_dir: Path, name: str, *, make: Callable[[], str] | None = None) -> str:
    """The key called `name`, made at the first call: 256 random bits and more as text, or what
    `make` gives."""
    path = folder(data_dir) / name
    if not path.exists():
        _make(path, make() if make else secrets.token_urlsafe(48))
    return path.read_text().strip()


def setup_code(data_dir: Path) -> str:
    """The code that the first visitor from another machine must type: 59 random bits."""
    return kept(data_dir, SETUP_CODE, make=_typeable)


def drop_setup_code(data_dir: Path) -> None:
    """The desk has its first admin: the code opens nothing any more."""
    (folder(data_dir) / SETUP_CODE).unlink(missing_ok=True)


def _typeable() -> str:
    letters = public_id()
    return "-".join((letters[:4], letters[4:8], letters[8:12]))


def _make(path: Path, text: str) -> None:
    path.parent.parent.mkdir(parents=True, exist_ok=True)
    path.parent.mkdir(exist_ok=True, mode=0o700)
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        # A link, not a rename: of two processes at their first start one wins and both read it.
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
