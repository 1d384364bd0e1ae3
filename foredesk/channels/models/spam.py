"""What the spam filter learned."""

from __future__ import annotations

from django.db import models


class SpamWord(models.Model):
    """In how many lessons of each kind a word occurred; the empty word counts the lessons."""

    word = models.TextField(primary_key=True)
    spam = models.IntegerField(default=0)
    ham = models.IntegerField(default=0)

    def __str__(self) -> str:
        return self.word


class SpamLesson(models.Model):
    """What the team said about a message, so that it is counted once and can be taken back."""

    message_id = models.BigIntegerField(primary_key=True)
    is_spam = models.BooleanField()

    def __str__(self) -> str:
        return f"{self.message_id}: {'spam' if self.is_spam else 'no spam'}"
