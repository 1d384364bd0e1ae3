"""Put the ticket out of sight for a while."""

from datetime import timedelta
from typing import Any

from foredesk.automations.actions.contract import NUMBER, Action, Doing, Settings, Slot
from foredesk.tickets import snoozing
from foredesk.tickets.models import Ticket

MOST_DAYS = 365


def _preview(picture: Any, settings: Settings) -> str:
    return "Snoozed" if not picture.is_snoozed else ""


def _run(ticket: Ticket, settings: Settings, doing: Doing) -> str:
    if ticket.is_snoozed(doing.at):
        return ""
    days = float(settings["days"])
    snoozing.snooze(ticket, until=doing.at + timedelta(days=days), by=doing.by, at=doing.at)
    return f"snoozed it for {days:g} {'day' if days == 1 else 'days'}"


ACTION = Action(
    key="snooze",
    words="snooze it for {days} days",
    slots=(Slot("days", "Days", NUMBER, least=0.1, most=MOST_DAYS, default=3),),
    preview=_preview,
    run=_run,
    order=16,
    sets="snooze",
)
