"""The numbers of a real incident log, replayed through import, logbook and tallies."""

from __future__ import annotations

import csv
import gzip
import itertools
import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from foredesk.analytics import saying
from score.rows import Row
from tests.peers.browser import Chromium
from tests.peers.desk import Desk

STATES = {
    "New": "new",
    "Active": "open",
    "Awaiting User Info": "pending",
    "Resolved": "solved",
    "Closed": "closed",
}
ASK = """
import json
from datetime import datetime, timedelta, UTC
from zoneinfo import ZoneInfo
from foredesk.analytics import asking, counting, recounting, setting_up
from foredesk.analytics.questions import Question
from foredesk.logbook.actors import SYSTEM
from foredesk.plumbing.clock import now
from foredesk.sla import keeping_hours
day = [("08:00", "12:00"), ("13:00", "17:00")]
hours = keeping_hours.add(name="Replay", time_zone="UTC", week=[day] * 5 + [[], []], by=SYSTEM,
    at=now())
setting_up.measure_by(hours, by=SYSTEM, at=now())
counting.go_on(seconds=600); recounting.go_on(seconds=600); counting.go_on(seconds=600)
FROM, TO, UTCZ = datetime(2016, 1, 1, tzinfo=UTC), datetime(2018, 1, 1, tzinfo=UTC), ZoneInfo("UTC")
def asked(measure, clock="calendar", until=TO, since=FROM, **more):
    return Question(measure, since, until, clock, **more)
def spread(figure):
    return {"n": figure.n, "median": figure.value, "p90": figure.p90, "mean": figure.mean}
def days(measure):
    first = datetime(2016, 2, 29, tzinfo=UTC)
    found = asking.by_day(asked(measure, since=first, until=first + timedelta(days=14)), UTCZ)
    return {day.isoformat(): figure.n for day, figure in found}
made = asking.by_day(asked("created"), UTCZ)
active = [day for day, figure in made if figure.n]
names = {1: "4", 2: "3", 3: "2", 4: "1"}
print(json.dumps({
    "tickets": asking.figure(asked("created")).n,
    "created_first_day": active[0].isoformat(), "created_last_day": active[-1].isoformat(),
    "volume_total": asking.figure(asked("created")).n,
    "volume_by_day_first14": days("created"), "solves_by_day_first14": days("solved"),
    **{f"{m}_{c}": spread(asking.figure(asked(m, "open" if c == "business" else c)))
       for m in ("first_resolution", "full_resolution") for c in ("calendar", "business")},
    "full_resolution_calendar_by_priority": {names[key]: spread(figure)
       for key, figure in asking.by(asked("full_resolution"), "priority")},
    **{f"{m}_calendar": spread(asking.figure(asked(m)))
       for m in ("requester_wait", "agent_wait", "on_hold", "agent_work")},
    "reopens": asking.figure(asked("reopened")).n,
    "group_hops": asking.figure(asked("team_hops")).n,
    "backlog_at": {at: asking.figure(asked("backlog", until=datetime.fromisoformat(at + "+00:00")
       + timedelta(seconds=1))).n for at in WANTED},
}))
"""


def pasts(path: Path) -> Iterator[dict[str, Any]]:
    """The log as lines for `foredesk import`; tickets whose time runs backwards are left out."""
    rows = defaultdict(list)
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            rows[row["number"]].append(row)
    for number, group in rows.items():
        first = group[0]
        times = [first["opened_at"], *(row["sys_updated_at"] for row in group[1:])]
        if all(one <= other for one, other in itertools.pairwise(times)):
            yield {
                "id": number,
                "subject": f"Incident {number}",
                "requester": {"address": "caller@replay.example"},
                "opened_at": f"{first['opened_at']}Z",
                "status": _state(first),
                "team": first["assignment_group"] or None,
                "priority": 5 - int(first["priority"]),
                "events": [
                    {
                        "at": f"{row['sys_updated_at']}Z",
                        "status": _state(row),
                        "team": row["assignment_group"] or None,
                    }
                    for row in group[1:]
                ],
            }


def _state(row: dict[str, str]) -> str:
    return STATES.get(row["incident_state"], "on_hold")


def run(shared: Path) -> list[Row]:
    folder = shared / "data" / "tickets"
    expected = json.loads((folder / "kpi_expected.json").read_text(encoding="utf-8"))
    with Desk() as desk:
        lines = [json.dumps(one) for one in pasts(folder / "servicenow_events_train.csv.gz")]
        file = desk.data_dir.parent / "replay.jsonl"
        file.write_text("\n".join(lines), encoding="utf-8")
        desk.cli("import", str(file), "--from", "replay", seconds=1200)
        got = desk.run(f"WANTED = {list(expected['backlog_at'])!r}\n{ASK}", seconds=1800)
        shown = list(_in_a_browser(desk, expected))
    expected.pop("left_out", None)
    return [_row(name, wanted, got.get(name)) for name, wanted in expected.items()] + shown


def _in_a_browser(desk: Desk, expected: dict[str, Any]) -> Iterator[Row]:
    """The same figures as a lead sees them: as the page writes numbers."""
    with Chromium() as chromium, chromium.person(desk, desk.add_person("Lea", "lead")) as page:
        for name, measure, query, wanted in _pages(expected):
            page.goto(f"{desk.url}/insights/measures/{measure}/?{query}")
            got = " ".join(page.locator(".kpi__value").first.inner_text().split())
            yield Row(f"browser: {name}", got, wanted, got == wanted)


def _pages(expected: dict[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    """(name, measure, the address's query, what stands there)."""
    whole = "from=2016-02-29&to=2018-01-01"
    for name, wanted in expected.items():
        measure, _, clock = name.rpartition("_")
        if isinstance(wanted, dict) and "median" in wanted:
            query = f"{whole}&clock={'calendar' if clock == 'calendar' else 'open'}"
            yield name, measure, query, saying.length(wanted["median"]).whole
    counts = {"volume_total": "created", "reopens": "reopened", "group_hops": "team_hops"}
    for name, measure in counts.items():
        yield name, measure, whole, f"{expected[name]:,}"
    for day, wanted in expected["volume_by_day_first14"].items():
        yield f"created on {day}", "created", f"from={day}&to={day}", f"{wanted:,}"
    for moment, wanted in expected["backlog_at"].items():
        day = datetime.fromisoformat(moment).date() - timedelta(days=1)
        yield f"open at the end of {day}", "backlog", f"from={day}&to={day}", f"{wanted:,}"


def _row(name: str, wanted: Any, got: Any) -> Row:
    return Row(f"replay: {name}", _short(got), _short(wanted), _is_same(wanted, got))


def _short(value: Any) -> str:
    text = json.dumps(value) if isinstance(value, dict) else str(value)
    return text if len(text) <= 90 else f"{text[:86]} …"


def _is_same(wanted: Any, got: Any) -> bool:
    """Equal to the last digit but one of a double: sums come in another order."""
    if isinstance(wanted, dict) and isinstance(got, dict):
        return wanted.keys() == got.keys() and all(_is_same(wanted[k], got[k]) for k in wanted)
    if isinstance(wanted, float) and isinstance(got, int | float):
        return abs(wanted - got) <= 1e-9 * max(1.0, abs(wanted))
    return wanted == got
