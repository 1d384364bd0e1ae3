"""Teach the spam filter: what an agent marks, restores or answers is a lesson, once a ticket."""

from __future__ import annotations

from django.db import connection, transaction

from foredesk.channels import lessons
from foredesk.channels.mail import spam_words
from foredesk.channels.models import SpamLesson
from foredesk.tickets.models import Message

_COUNT = """
    insert into channels_spamword (word, spam, ham)
    select word, greatest(0, %(spam)s), greatest(0, %(ham)s)
    from unnest(%(words)s::text[]) as word order by word
    on conflict (word) do update set
        spam = greatest(0, channels_spamword.spam + %(spam)s),
        ham = greatest(0, channels_spamword.ham + %(ham)s)
"""


def learn(ticket_id: int, *, is_spam: bool) -> None:
    """Count the words of the ticket's first mail. A second lesson replaces the first."""
    message = (
        Message.objects.filter(ticket_id=ticket_id, author_kind="customer", channel="email")
        .order_by("pk")
        .first()
    )
    if message is None:
        return
    words = spam_words.words_of(
        subject=message.subject, text=message.body_text, author=message.author_address
    )
    with transaction.atomic():
        lesson, is_new = SpamLesson.objects.select_for_update().get_or_create(
            message_id=message.pk, defaults={"is_spam": is_spam}
        )
        if not is_new and lesson.is_spam == is_spam:
            return
        if not is_new:
            _count(words, is_spam=lesson.is_spam, by=-1)
            lesson.is_spam = is_spam
            lesson.save(update_fields=["is_spam"])
        _count(words, is_spam=is_spam, by=1)
    lessons.forget()


def _count(words: set[str], *, is_spam: bool, by: int) -> None:
    """Add to the counts of the words, and of the empty one, which counts lessons."""
    spam, ham = (by, 0) if is_spam else (0, by)
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"spam": spam, "ham": ham, "words": ["", *sorted(words)]})
