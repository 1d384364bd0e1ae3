"""Rules do what they say."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from foredesk.automations import calling
from foredesk.automations.models import Rule, Run, RunState
from foredesk.operations.checks.finding import Finding

LABEL = "Rules"
ADVICE = "Open Rules: each says what failed, and why."
RANK = 60
DAY = timedelta(days=1)


def look(*, at: datetime) -> Iterator[Finding]:
    active = Rule.objects.filter(is_active=True, removed_at=None)
    broken = list(active.filter(failures__gte=calling.BREAKS_AFTER).values_list("name", flat=True))
    failed = Run.objects.filter(at__gte=at - DAY, state=RunState.FAILED)
    names = sorted(set(failed.values_list("rule__name", flat=True)))
    if broken:
        yield Finding("bad", f"Webhooks are no longer tried: {_some(broken)}.")
    elif names:
        yield Finding("warn", f"Could not be done on every ticket today: {_some(names)}.")
    else:
        number = active.count()
        said = f"{number} {'is' if number == 1 else 'are'} on, none failed in the last day."
        yield Finding("ok", said) if number else Finding("off", "None is on.")


def _some(names: list[str]) -> str:
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more
