"""The views of the inbox: which tickets each shows. A team's view is `team-<id>`."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Q
from django.db.models.functions import Now

from foredesk.people.models import Agent
from foredesk.plumbing import numbers
from foredesk.tickets.models import LIVE, UNSOLVED, WORKED_ON, Status

AWAKE = Q(snoozed_until=None)
_UNSOLVED = LIVE & Q(status__in=UNSOLVED)


@dataclass(frozen=True)
class View:
    """`key` stands in URLs; `condition` says what it shows to a viewer; counted in the sidebar."""

    key: str
    label: str
    icon: str
    condition: Callable[[Agent], Q]
    is_counted: bool = True


VIEWS = (
    View(
        "mine",
        "My open",
        "user",
        lambda me: _UNSOLVED & AWAKE & Q(status__in=WORKED_ON) & Q(assignee=me),
    ),
    View(
        "unassigned",
        "Unassigned",
        "circle",
        lambda me: _UNSOLVED & AWAKE & Q(assignee=None),
    ),
    View(
        "late",
        "Late",
        "clock",
        lambda me: _UNSOLVED & AWAKE & Q(due_at__lte=Now()),
    ),
    View(
        "pending",
        "Waiting on customer",
        "pause",
        lambda me: LIVE & AWAKE & Q(status=Status.PENDING),
    ),
    View("open", "All open", "layers", lambda me: _UNSOLVED & AWAKE),
    View("snoozed", "Snoozed", "snooze", lambda me: _UNSOLVED & ~Q(snoozed_until=None)),
    View(
        "solved",
        "Solved",
        "check-circle",
        lambda me: LIVE & Q(status__in=(Status.SOLVED, Status.CLOSED)),
        is_counted=False,
    ),
    View("unhappy", "Rated bad", "thumb-down", lambda me: LIVE & Q(rating="bad"), is_counted=False),
    View("spam", "Spam", "alert", lambda me: ~Q(spam_at=None)),
)
_BY_KEY = {view.key: view for view in VIEWS}


def view_of(key: str, *, team_names: dict[int, str]) -> View | None:
    """The view behind a URL's key; a team's only when it is among `team_names`."""
    if key in _BY_KEY:
        return _BY_KEY[key]
    pk = numbers.whole(key.removeprefix("team-")) if key.startswith("team-") else None
    if pk in team_names:
        return View(key, team_names[pk], "layers", lambda me: _UNSOLVED & AWAKE & Q(team_id=pk))
    return None
