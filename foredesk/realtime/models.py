"""Who is looking at what, for a few seconds at a time."""

from django.db import models


class Presence(models.Model):
    """`state` is reading or typing; a row older than the lease means that the person left."""

    topic = models.TextField()
    agent_id = models.BigIntegerField()
    state = models.TextField()
    since_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["topic", "agent_id"], name="presence_unique")
        ]

    def __str__(self) -> str:
        return f"{self.agent_id} {self.state} {self.topic}"
