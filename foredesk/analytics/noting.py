"""Keep the notes of a review meeting; they are shown with the next week's review too."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from foredesk.analytics.events import ReviewNoted
from foredesk.analytics.models import Review
from foredesk.analytics.weeks import Week
from foredesk.logbook import recording
from foredesk.logbook.actors import Actor, Doer, actor_of
from foredesk.people.permissions import must_lead
from foredesk.people.refusing import Refused

LONGEST = 20_000  # characters


def note(week: Week, notes: str, *, by: Actor | Doer, at: datetime) -> None:
    """Write the notes of a week anew. Records ReviewNoted. Raises NotAllowed, Refused."""
    must_lead(by)
    text = notes.replace("\x00", "").replace("\r\n", "\n").strip()
    if len(text) > LONGEST:
        raise Refused(f"Notes have {LONGEST:,} characters at most; these have {len(text):,}.")
    with transaction.atomic():
        Review.objects.bulk_create([Review(monday=week.monday)], ignore_conflicts=True)
        row = Review.objects.select_for_update().get(pk=week.monday)
        if row.notes == text:
            return
        row.notes, row.noted_at, row.noted_by = text, at, actor_of(by).name
        row.save()
        recording.record(ReviewNoted(week=week.key, notes=text), by=by, at=at)


def notes_of(week: Week) -> Review:
    """What was noted of a week, empty when nothing was."""
    return Review.objects.filter(pk=week.monday).first() or Review(monday=week.monday)
