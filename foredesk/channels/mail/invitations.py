"""Invitations to meetings in mail (RFC 5545, 5546, 6047): what they say, and the answer to one."""

from __future__ import annotations

import logging
import re
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from foredesk.channels.mail import charsets
from foredesk.channels.mail.limits import ADDRESS_CHARS

log = logging.getLogger(__name__)

ANSWERS = {"accepted": "ACCEPTED", "tentative": "TENTATIVE", "declined": "DECLINED"}
ANSWER_TYPE = "text/calendar; method=REPLY"
_METHODS = ("REQUEST", "PUBLISH", "CANCEL", "REPLY", "ADD", "COUNTER", "DECLINECOUNTER", "REFRESH")
_BYTES = 256 * 1024
_METHOD = re.compile(r"^METHOD[^:\n]{0,80}:[ \t]*([A-Za-z]{3,20})", re.I | re.M)
_KEPT = re.compile(
    r"(?:UID|SEQUENCE|DTSTART|DTEND|DURATION|SUMMARY|LOCATION|DESCRIPTION|ORGANIZER|ATTENDEE"
    r"|RRULE|RECURRENCE-ID|STATUS)[;:]",
    re.I,
)
_TIMES = {"starts": "dtstart", "ends": "dtend", "recurrence_id": "recurrence-id"}
_LINES = 600
_ATTENDEES = 200


@dataclass(slots=True)
class Invitation:
    """What a calendar part says. `starts` and `ends` are ISO 8601, in UTC when the zone is known,
    a plain date for whole days."""

    method: str
    uid: str
    summary: str = ""
    location: str = ""
    description: str = ""
    starts: str = ""
    ends: str = ""
    is_recurring: bool = False
    recurrence_id: str = ""
    sequence: int = 0
    organiser: dict[str, str] = field(default_factory=dict)
    attendees: list[dict[str, str]] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """The same as JSON keeps it."""
        return asdict(self)


def read(data: bytes, *, charset: str = "") -> Invitation | None:
    """The first event of a calendar part; None when there is none or it can't be understood.

    Only the lines that are shown reach the library, and at most 600 of them.
    """
    text = charsets.decode(data[:_BYTES], charset or "utf-8")
    text = re.sub(r"\n[ \t]", "", text)
    lines = [line.rstrip() for line in text.split("\n")]
    marks = [line[:12].upper() for line in lines]
    try:
        begin = marks.index("BEGIN:VEVENT")
        end = marks.index("END:VEVENT", begin)
    except ValueError:
        return None
    method = _METHOD.search(text)
    from icalendar import Event  # 12 MB that few mails need

    try:
        event = Event.from_ical(_slim(lines[begin + 1 : end]))
        return _read(event, method[1].upper() if method else "PUBLISH")
    except Exception as error:  # the library raises what it likes on foreign text
        log.info("A calendar part can't be read: %s", error)
        return None


def answer(
    invitation: dict[str, Any], *, attendee: str, name: str, choice: str, at: datetime
) -> bytes:
    """The calendar part that answers `invitation` for `attendee` (RFC 5546, 3.2.3).

    `choice` is one of ANSWERS. Raises KeyError for another.
    """
    from icalendar import Calendar, Event, vCalAddress, vText

    calendar = Calendar()
    calendar.add("prodid", "-//Foredesk//Help desk//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "REPLY")
    event = Event()
    event.add("uid", invitation["uid"])
    event.add("sequence", invitation["sequence"])
    event.add("dtstamp", at.astimezone(UTC))
    for key, label in _TIMES.items():
        moment = _moment(invitation.get(key, ""))
        if moment is not None:
            event.add(label, moment)
    if invitation.get("summary"):
        event.add("summary", invitation["summary"])
    organiser = vCalAddress(f"mailto:{invitation['organiser']['address']}")
    event.add("organizer", organiser)
    who = vCalAddress(f"mailto:{attendee}")
    who.params["PARTSTAT"] = vText(ANSWERS[choice])
    if name:
        who.params["CN"] = vText(name)
    event.add("attendee", who)
    calendar.add_component(event)
    return calendar.to_ical()


def _slim(lines: list[str]) -> str:
    """The event's own lines that are shown: no alarms, no attachments, nothing nested."""
    kept = ["BEGIN:VEVENT"]
    depth = attendees = 0
    for line in lines:
        upper = line[:9].upper()
        if upper.startswith("BEGIN:"):
            depth += 1
        elif upper.startswith("END:"):
            depth -= 1
        elif depth == 0 and _KEPT.match(line):
            attendees += upper.startswith("ATTENDEE")
            if attendees <= _ATTENDEES and len(kept) < _LINES:
                kept.append(line[:4000])
    return "\r\n".join([*kept, "END:VEVENT", ""])


def _read(event: Any, method: str) -> Invitation | None:
    uid = _text(event.get("uid"), 500)
    start = event.decoded("dtstart") if event.get("dtstart") else None
    if not uid or start is None:
        return None
    end = event.decoded("dtend") if event.get("dtend") else None
    if end is None and event.get("duration"):
        end = start + min(event.decoded("duration"), timedelta(days=3650))
    again = event.get("recurrence-id")
    return Invitation(
        method=method if method in _METHODS else "PUBLISH",
        uid=uid,
        summary=_text(event.get("summary"), 300),
        location=_text(event.get("location"), 300),
        description=_text(event.get("description"), 5000),
        starts=_iso(start),
        ends=_iso(end),
        is_recurring=bool(event.get("rrule")),
        recurrence_id=_iso(event.decoded("recurrence-id")) if again else "",
        sequence=_whole(event.get("sequence")),
        organiser=_person(event.get("organizer")) or {},
        attendees=[one for one in map(_person, _listed(event.get("attendee"))) if one],
    )


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _person(value: Any) -> dict[str, str] | None:
    if value is None or isinstance(value, list):
        return None
    address = re.sub(r"^mailto:", "", _text(value, ADDRESS_CHARS), flags=re.I).strip()
    if "@" not in address:
        return None
    params = getattr(value, "params", {})
    return {
        "address": address,
        "name": _text(params.get("CN"), 200),
        "answer": _text(params.get("PARTSTAT"), 20).lower(),
    }


def _text(value: Any, longest: int) -> str:
    if value is None or isinstance(value, list):
        return ""
    return charsets.clean(str(value))[:longest].strip()


def _whole(value: Any) -> int:
    try:
        return max(0, min(int(value or 0), 2**31 - 1))
    except (TypeError, ValueError):
        return 0


def _iso(value: Any) -> str:
    """ISO 8601 of a day or a moment; moments with a zone are told in UTC."""
    if isinstance(value, datetime):
        return (value.astimezone(UTC) if value.tzinfo else value).isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, date) else ""


def _moment(text: str) -> date | datetime | None:
    if not text:
        return None
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
