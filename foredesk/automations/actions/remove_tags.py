"""Remove tags."""

from typing import Any

from foredesk.automations.actions.add_tags import check, tags_in
from foredesk.automations.actions.contract import WORDS, Action, Doing, Settings, Slot
from foredesk.tickets import tagging
from foredesk.tickets.models import Ticket


def _preview(picture: Any, settings: Settings) -> str:
    old = [tag for tag in tags_in(settings["tags"]) if tag in picture.tags]
    return "− " + ", ".join(old) if old else ""


def _run(ticket: Ticket, settings: Settings, doing: Doing) -> str:
    old = [tag for tag in tags_in(settings["tags"]) if tag in ticket.tags]
    if not old:
        return ""
    tagging.change_tags(ticket, remove=old, by=doing.by, at=doing.at)
    return f"removed {', '.join(old)}"


ACTION = Action(
    key="remove_tags",
    words="remove the tags {tags}",
    slots=(Slot("tags", "Tags, separated by commas", WORDS, check=check),),
    preview=_preview,
    run=_run,
    order=15,
    sets_off=("tags",),
)
