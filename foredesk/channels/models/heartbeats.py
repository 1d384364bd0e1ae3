"""Who works on mail, and when they last said so."""

from __future__ import annotations

from django.db import models


class Heartbeat(models.Model):
    """A long-running part says that it lives; `detail` says what it does."""

    name = models.TextField(primary_key=True)
    at = models.DateTimeField()
    detail = models.TextField(blank=True, default="")

    def __str__(self) -> str:
        return self.name
