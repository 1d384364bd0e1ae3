"""Public holidays as days off of a schedule (the `holidays` library knows some 250 countries)."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache

from foredesk.people.refusing import Refused
from foredesk.sla import standards
from foredesk.sla.models import DayOff, Schedule

YEARS = 3  # this one and the two that follow


@cache
def countries() -> dict[str, tuple[str, ...]]:
    """Regions by country code (ISO 3166-1 and its parts)."""
    import holidays

    found = holidays.list_supported_countries(include_aliases=False)
    return {code: tuple(regions) for code, regions in sorted(found.items())}


@cache
def country_names() -> dict[str, str]:
    """English names by country code."""
    from holidays.registry import COUNTRIES

    small = {"And", "Of", "The"}
    found = {}
    for module, (_, code, *_rest) in COUNTRIES.items():
        words = module.replace("_", " ").title().split()
        found[code] = " ".join(word.lower() if word in small else word for word in words)
    return found


def must_know(country: str, region: str) -> None:
    """Raise Refused for a country or region whose holidays nobody knows; none is fine."""
    if not country:
        return
    known = countries()
    if country not in known:
        raise Refused(f"The holidays of “{country[:20]}” are not known. Add the days yourself.")
    if region and region not in known[country]:
        raise Refused(f"{country} has no region “{region[:20]}”. Choose one of the list, or none.")


@cache
def public_days(country: str, region: str, first: int, last: int) -> dict[date, str]:
    """Names of the public holidays by day, from the year `first` to the year `last`."""
    import holidays

    found = holidays.country_holidays(
        country,
        subdiv=region or None,
        years=range(first, last + 1),
        language=_language(country),
    )
    return {day: name for day, name in sorted(found.items()) if first <= day.year <= last}


def keep(schedule: Schedule, *, at: datetime) -> int:
    """Write the public holidays of the coming years; returns how many came anew.

    Holidays of another country that were kept before go, from this year on. A day that somebody
    wrote down by hand stays as it is. In the caller's transaction.
    """
    first = at.year
    ours = schedule.days_off.filter(is_public=True, day__year__gte=first)
    if not schedule.country:
        ours.delete()
        return 0
    wanted = public_days(schedule.country, schedule.region, first, first + YEARS - 1)
    ours.exclude(day__in=list(wanted)).delete()
    taken = set(schedule.days_off.values_list("day", flat=True))
    new = [
        DayOff(schedule=schedule, day=day, name=name[:200], is_public=True)
        for day, name in wanted.items()
        if day not in taken
    ]
    DayOff.objects.bulk_create(new)
    return len(new)


def keep_all(*, at: datetime) -> int:
    """The yearly look: holidays of years that came into sight; returns how many came anew."""
    new = sum(keep(one, at=at) for one in Schedule.objects.exclude(country=""))
    if new:
        standards.forget()
    return new


def _language(country: str) -> str | None:
    """English where the library has it, so that names read like the desk."""
    import holidays

    languages = getattr(holidays.country_holidays(country), "supported_languages", ())
    return next((one for one in ("en_GB", "en_US", "en") if one in languages), None)
