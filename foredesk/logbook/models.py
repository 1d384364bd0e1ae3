"""The append-only table of facts."""

from django.db import models
from django.db.models import Func


class TransactionId(models.Field):
    """PostgreSQL's xid8: which transaction wrote the row."""

    def db_type(self, connection) -> str:
        return "xid8"


class CurrentTransactionId(Func):
    function = "pg_current_xact_id"
    output_field = TransactionId()


class Entry(models.Model):
    """One fact, with its time, its actor and what caused it.

    `xact` makes replay by position safe: ids are given before commit, so readers take only entries
    below the oldest running transaction (see replaying.py).
    """

    id = models.BigAutoField(primary_key=True)
    kind = models.TextField()
    about_kind = models.TextField(blank=True, default="")
    about_id = models.BigIntegerField(null=True)
    data = models.JSONField()
    actor_kind = models.TextField()
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.TextField(blank=True, default="")
    at = models.DateTimeField()
    cause = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", db_index=False)
    depth = models.SmallIntegerField(default=0)
    xact = TransactionId(db_default=CurrentTransactionId(), editable=False)

    class Meta:
        indexes = [
            models.Index(fields=["about_kind", "about_id", "id"], name="entry_about"),
            models.Index(fields=["kind", "at"], name="entry_kind_at"),
            models.Index(fields=["xact", "id"], name="entry_position"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.about_kind} {self.about_id}".strip()
