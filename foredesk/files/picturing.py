"""Pictures of strangers made small and harmless: drawn anew, without what is hidden in them.

The original is untouched and one click away. The decoding is done by a program of its own
(shrinking.py), which is given little of everything.
"""

import subprocess
import sys
import threading
from pathlib import Path

from django.core.files.storage import storages

from foredesk.files import reading, sniffing, storing

EDGES = {"small": 480, "large": 1600}
"""Longest edge in pixels: beside a file's name on a fine screen, and inside a text."""
BIGGEST = 40 * 1024 * 1024  # bytes
PATIENCE = 15  # seconds
_PROGRAM = Path(__file__).with_name("shrinking.py")
_at_once = threading.BoundedSemaphore(2)


class NoPicture(Exception):
    """These bytes are no picture that can be shown."""


def picture_path(sha256: str, edge: int) -> str:
    """Where the picture made of a blob lies: beside it."""
    return f"{storing.path_of(sha256)}.{edge}.webp"


def shrunk(data: bytes, edge: int) -> bytes:
    """A picture (PNG, JPEG, GIF, WebP; the first frame) as WebP within `edge` pixels.

    Raises NoPicture, also for bombs and for what takes too long.
    """
    if not sniffing.picture(data[:16]) or len(data) > BIGGEST:
        raise NoPicture
    with _at_once:
        try:
            done = subprocess.run(
                [sys.executable, "-I", str(_PROGRAM), str(edge)],
                input=data,
                capture_output=True,
                timeout=PATIENCE,
                check=False,
                env={},
                cwd="/",
            )
        except subprocess.TimeoutExpired:
            raise NoPicture from None
    if done.returncode or not done.stdout:
        raise NoPicture
    return done.stdout


def picture_of(sha256: str, size: str) -> bytes:
    """The picture of a blob in one of the sizes of EDGES, made once and kept beside it.

    Raises NoPicture, reading.Missing and KeyError for a size that there is not.
    """
    edge = EDGES[size]
    name = picture_path(sha256, edge)
    try:
        with storages["blobs"].open(name, "rb") as kept:
            made = kept.read()
    except FileNotFoundError:
        with reading.open_blob(sha256) as handle:
            data = handle.read(BIGGEST + 1)
        try:
            made = shrunk(data, edge)
        except NoPicture:
            made = b""  # remembered, so that a bomb is not tried again
        storing.write_at(name, made)
    if not made:
        raise NoPicture
    return made
