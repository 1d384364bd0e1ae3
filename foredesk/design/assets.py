"""Addresses of static files that change when the file changes, so that browsers may keep them."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path, PurePosixPath

from django.conf import settings
from django.contrib.staticfiles import finders
from django.templatetags.static import static


def url(path: str) -> str:
    """The address of a static file with ``?v=`` and a digest of its content.

    Raises FileNotFoundError when no room ships the file: a typing error must not become a 404.
    """
    return _url_now(path) if settings.DEBUG else _url_kept(path)


def matching(pattern: str) -> list[str]:
    """Paths of all static files that match a glob such as ``*/behaviours/*.js``, sorted."""
    return _matching_now(pattern) if settings.DEBUG else list(_matching_kept(pattern))


def source(path: str) -> Path:
    """The file behind a static path, where its room keeps it."""
    found = finders.find(path)
    if not found:
        raise FileNotFoundError(f"No static file {path}: is its room in INSTALLED_APPS?")
    return Path(found)


def digest(*contents: bytes) -> str:
    """Ten hexadecimal digits that name this content."""
    return hashlib.sha256(b"\0".join(contents)).hexdigest()[:10]


def _url_now(path: str) -> str:
    return f"{static(path)}?v={digest(source(path).read_bytes())}"


@cache
def _url_kept(path: str) -> str:
    return _url_now(path)


def _matching_now(pattern: str) -> list[str]:
    paths = {
        PurePosixPath(path)
        for finder in finders.get_finders()
        for path, _ in finder.list(["CVS", ".*", "*~"])
    }
    return sorted(str(path) for path in paths if path.match(pattern))


@cache
def _matching_kept(pattern: str) -> tuple[str, ...]:
    return tuple(_matching_now(pattern))
