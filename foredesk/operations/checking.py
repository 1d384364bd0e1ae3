"""Is the desk well? One report for the health page and for `foredesk doctor`."""

from __future__ import annotations

import logging
from dataclasses import asdict, dataclass
from datetime import datetime
from types import ModuleType
from typing import Any

from django.db import Error as DatabaseError
from django.db import connection, transaction

from foredesk.operations import checks
from foredesk.operations.checks.finding import Finding, worst

log = logging.getLogger(__name__)

LONGEST = 5000  # milliseconds that one check may ask the database


@dataclass(frozen=True)
class Result:
    """What one check found. `advice` is empty when there is nothing to do."""

    name: str
    label: str
    state: str
    text: str
    advice: str
    about_id: int | None = None

    def data(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def report(*, at: datetime) -> list[Result]:
    """Ask every check. Raises nothing: what can't be asked is bad, or off without the database."""
    results: list[Result] = []
    is_reachable = True
    for name, check in checks.registry().items():
        if is_reachable or getattr(check, "WITHOUT_DATABASE", False):
            found = _look(name, check, at)
        else:
            found = [Finding("off", "It can't be looked at without the database.", "–")]
        results += [_result(name, check, one) for one in found]
        if name == "database":
            is_reachable = all(one.state != "bad" for one in found)
    return results


def is_well(results: list[Result]) -> bool:
    """Whether nothing is bad."""
    return worst([one.state for one in results]) != "bad"


def _look(name: str, check: ModuleType, at: datetime) -> list[Finding]:
    try:
        if getattr(check, "WITHOUT_DATABASE", False):
            return list(check.look(at=at))
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("select set_config('statement_timeout', %s, true)", [str(LONGEST)])
            return list(check.look(at=at))
    except DatabaseError as error:
        return [Finding("bad", f"The database did not answer: {str(error).splitlines()[0]}.")]
    except Exception as error:
        log.exception("The check %s failed", name)
        return [Finding("bad", f"Looking at it failed: {type(error).__name__}: {error}.")]


def _result(name: str, check: ModuleType, found: Finding) -> Result:
    needs_advice = found.state in ("warn", "bad")
    return Result(
        name=f"{name}.{found.about_id}" if found.about_id else name,
        label=f"{check.LABEL} {found.subject}".strip(),
        state=found.state,
        text=found.text,
        advice=(found.advice or check.ADVICE) if needs_advice else "",
        about_id=found.about_id,
    )
