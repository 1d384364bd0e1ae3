"""Call a server of one's own."""

from typing import Any

from foredesk.automations import calling
from foredesk.automations.actions.contract import WORDS, Action, Doing, Settings, Slot
from foredesk.plumbing import http
from foredesk.tickets.models import Ticket


def _check(url: str) -> None:
    try:
        http.check_url(url)
    except http.RefusedAddress as why:
        raise ValueError(str(why)) from None


def _preview(picture: Any, settings: Settings) -> str:
    return "A webhook"


def _run(ticket: Ticket, settings: Settings, doing: Doing) -> str:
    host = calling.plan(
        ticket, url=settings["url"], rule_id=doing.rule_id or 0, entry=doing.entry, at=doing.at
    )
    return f"called {host}"


ACTION = Action(
    key="webhook",
    words="call the webhook {url}",
    slots=(Slot("url", "Address", WORDS, longest=500, check=_check),),
    preview=_preview,
    run=_run,
    order=30,
    for_macros=False,
)
