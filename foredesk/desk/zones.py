"""Show times in the zone of the person who reads them."""

from collections.abc import Callable
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django import forms
from django.forms.utils import flatatt
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from foredesk.people import queries as people
from foredesk.plumbing import time_zones


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


@cache
def choices() -> tuple[tuple[str, str], ...]:
    """Every time zone: its name and how people read it."""
    names = sorted(name for name in time_zones.names() if "/" in name or name == "UTC")
    return tuple((name, name.replace("_", " ").replace("/", ", ")) for name in names)


class Select(forms.Select):
    """Django's own renders two templates for each of some five hundred options."""

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        """A `<select>` with the options in one go."""
        chosen = "" if value is None else str(value)
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            (
                (key, SafeString(" selected") if str(key) == chosen else "", label)
                for key, label in self.choices
            ),
        )
        return format_html(
            '<select name="{}"{}>{}</select>',
            name,
            flatatt(self.build_attrs(self.attrs, attrs)),
            options,
        )
