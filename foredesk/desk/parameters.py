"""Read what a browser sent; what can't be read is refused with a sentence."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.utils import timezone

from foredesk.tickets.conflicts import UNSEEN, UnableToChange

LONGEST = 4096


def text(request: HttpRequest, name: str, *, longest: int = LONGEST) -> str:
    """A posted text without NUL, which PostgreSQL can't store."""
    value = request.POST.get(name, "").replace("\x00", "")
    if len(value) > longest:
        raise UnableToChange(f"“{name}” is too long: {longest} characters at most.")
    return value


def whole(request: HttpRequest, name: str) -> int | None:
    """A posted whole number, or None when the field is empty or missing."""
    value = request.POST.get(name, "").strip()
    if not value:
        return None
    if not value.isascii() or not value.lstrip("-").isdigit() or len(value) > 18:
        raise UnableToChange(f"“{value[:40]}” is not a number.")
    return int(value)


def seen(request: HttpRequest, *, is_number: bool) -> Any:
    """What the person saw before they changed it; UNSEEN when the form didn't say."""
    if "seen" not in request.POST:
        return UNSEEN
    return whole(request, "seen") if is_number else request.POST["seen"]


def moment(value: str, zone: ZoneInfo | None = None) -> datetime:
    """A time from a form, in the person's zone unless it names its own."""
    try:
        at = datetime.fromisoformat(value.strip())
    except ValueError:
        raise UnableToChange("That is not a date and time.") from None
    return at if at.tzinfo else at.replace(tzinfo=zone or timezone.get_current_timezone())
