"""The bucket of FOREDESK_FILES, whose troubles are those of a disk: OSError.

Loaded by Django alone and only when a bucket is set: boto3 is an extra (foredesk[s3]).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from boto3.exceptions import Boto3Error
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import File
from storages.backends.s3 import S3Storage


@contextmanager
def _as_a_disk() -> Iterator[None]:
    try:
        yield
    except (Boto3Error, BotoCoreError, ClientError) as error:
        raise OSError(f"the bucket says: {error}") from error


class Bucket(S3Storage):
    """django-storages' store on S3, or on anything that speaks its language."""

    def get_default_settings(self) -> dict[str, Any]:
        """Short patience, as somebody waits; and no checksums that only Amazon understands."""
        config = Config(
            connect_timeout=10,
            read_timeout=30,
            retries={"mode": "standard", "total_max_attempts": 3},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        return super().get_default_settings() | {"client_config": config}

    def exists(self, name: str) -> bool:
        with _as_a_disk():
            return super().exists(name)

    def delete(self, name: str) -> None:
        with _as_a_disk():
            super().delete(name)

    def _save(self, name: str, content: File) -> str:
        with _as_a_disk():
            return super()._save(name, content)

    def _open(self, name: str, mode: str = "rb") -> File:
        with _as_a_disk():
            return super()._open(name, mode)
