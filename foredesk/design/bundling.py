"""All style sheets as one file: sixty small requests are slow where the server is far away."""

from __future__ import annotations

import os
import re
import tempfile
from functools import cache
from pathlib import Path

from django.conf import settings
from django.templatetags.static import static

from foredesk.design import assets, styles


def stylesheet_urls() -> list[str]:
    """What a page links to: the one bundle where it was written, else the single sheets."""
    bundle = None if settings.DEBUG else _served_bundle()
    return [bundle] if bundle else [assets.url(path) for path in styles.sheets()]


def write_bundle(target_dir: Path | str) -> Path:
    """Write ``design/bundle.<digest>.css`` below `target_dir` (STATIC_ROOT) and return its path.

    Does nothing when that file is there already; removes bundles of earlier versions. Readers
    never see half a file.
    """
    path, text = _bundle()
    target = Path(target_dir) / path
    if target.exists():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, suffix=".tmp")
    with os.fdopen(handle, "wb") as file:
        file.write(text)
    Path(name).chmod(0o644)
    Path(name).replace(target)
    for old in target.parent.glob("bundle.*.css"):
        if old != target:
            old.unlink(missing_ok=True)
    return target


def _bundle() -> tuple[str, bytes]:
    text = b"\n".join(_moved(path) for path in styles.sheets())
    return f"design/bundle.{assets.digest(text)}.css", text


def _moved(path: str) -> bytes:
    """One sheet as it reads from ``design/``: addresses relative to ``<room>/css/`` are turned."""
    room = path.split("/")[0].encode()
    prefix = b"" if room == b"design" else b"../" + room + b"/"
    return re.sub(rb'url\("\.\./', b'url("' + prefix, assets.source(path).read_bytes())


@cache
def _served_bundle() -> str | None:
    path, _ = _bundle()
    is_written = settings.STATIC_ROOT and (Path(settings.STATIC_ROOT) / path).exists()
    return static(path) if is_written else None
