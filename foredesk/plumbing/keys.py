"""The two keys of a desk: given by the environment, or made once and kept in the data folder."""

from __future__ import annotations

import base64
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from foredesk.plumbing.env import Env


def secret_key(env: Env) -> str:
    """The key that signs sessions and links."""
    return env.secret_key or _kept(folder(env) / "secret_key", lambda: secrets.token_urlsafe(48))


def encryption_key(env: Env) -> str:
    """32 bytes in URL-safe base64, for secrets at rest."""
    return env.encryption_key or _kept(
        folder(env) / "encryption_key",
        lambda: base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
    )


def folder(env: Env) -> Path:
    """Where keys are kept that were not given; only its owner may look into it."""
    return env.data_dir / "secrets"


def _kept(path: Path, make: Callable[[], str]) -> str:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o711)
        path.parent.chmod(0o700)
        fresh = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(handle, "w") as file:
            file.write(make() + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            # A link, not a rename: of two processes at their first start one wins and both read it.
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text().strip()
