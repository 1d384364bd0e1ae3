"""Read what a browser sent; what can't be read is refused with a sentence."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.utils import timezone

from foredesk.plumbing import numbers
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
    found = numbers.whole(value)
    if found is None:
        raise UnableToChange(f"“{value[:40]}” is not a number.")
    return found


def several(request: HttpRequest, name: str) -> list[int]:
    """The posted whole numbers under one name. Raises UnableToChange when one is none."""
    found = [numbers.whole(value.strip()) for value in request.POST.getlist(name)]
    if None in found:
        raise UnableToChange("That is not a list of numbers. Reload the page and choose again.")
    return [number for number in found if number is not None]


def seen(request: HttpRequest, *, is_number: bool) -> Any:
    """What the person saw before they changed it; UNSEEN when the form didn't say."""
    if "seen" not in request.POST:
        return UNSEEN
    return whole(request, "seen") if is_number else request.POST["seen"]


def moment(value: str, zone: ZoneInfo | None = None) -> datetime:
    """A time from a form, in the person's zone unless it names its own; in UTC."""
    try:
        at = datetime.fromisoformat(value.strip())
        at = at if at.tzinfo else at.replace(tzinfo=zone or timezone.get_current_timezone())
        return at.astimezone(UTC)
    except (ValueError, OverflowError):
        raise UnableToChange("That is not a date and time.") from None
