"""Show times in the zone of the person who reads them."""

from collections.abc import Callable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from foredesk.people import queries as people


class Zones:
    """Middleware: the agent's own zone, else the workspace's. Reads the session's user lazily."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with timezone.override(zone_of(request)):
            return self.get_response(request)


def zone_of(request: HttpRequest) -> ZoneInfo:
    """The zone for this request; UTC for strangers."""
    if "_auth_user_id" not in getattr(request, "session", {}):
        return ZoneInfo("UTC")
    name = getattr(request.user, "time_zone", "") or people.workspace().time_zone
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def choices() -> list[tuple[str, str]]:
    """Every time zone: its name and how people read it."""
    names = sorted(name for name in available_timezones() if "/" in name or name == "UTC")
    return [(name, name.replace("_", " ").replace("/", ", ")) for name in names]
