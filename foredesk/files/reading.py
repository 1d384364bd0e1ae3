"""Read stored bytes back."""

from django.core.files.base import File
from django.core.files.storage import storages

from foredesk.files.models import Blob
from foredesk.files.storing import path_of


class Missing(Exception):
    """The row is there but the bytes are not: restore them from a backup."""


def open_blob(sha256: str) -> File:
    """The blob's bytes as an open binary file. Raises Missing."""
    try:
        return storages["blobs"].open(path_of(sha256), "rb")
    except FileNotFoundError as error:
        raise Missing(f"The bytes of {sha256[:12]} are gone from the file store.") from error


def read(blob: Blob | str) -> bytes:
    """All bytes of a blob. Raises Missing."""
    with open_blob(blob if isinstance(blob, str) else blob.pk) as handle:
        return handle.read()
