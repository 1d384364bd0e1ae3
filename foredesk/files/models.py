"""The table of stored bytes."""

from django.db import models


class Blob(models.Model):
    """Bytes known by their SHA-256 (64 hexadecimal characters)."""

    sha256 = models.TextField(primary_key=True)
    size = models.BigIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.sha256
