"""Add tags."""

from typing import Any

from foredesk.automations.actions.contract import WORDS, Action, Doing, Settings, Slot
from foredesk.tickets import tagging
from foredesk.tickets.conflicts import UnableToChange
from foredesk.tickets.models import Ticket


def tags_in(text: str) -> list[str]:
    """The tags of a line, separated by commas, as they are stored. Raises UnableToChange."""
    return [tagging.clean(one) for one in text.split(",") if one.strip()]


def check(text: str) -> None:
    """Raise ValueError for what can't be a tag."""
    try:
        tags_in(text)
    except UnableToChange as why:
        raise ValueError(str(why)) from None


def _preview(picture: Any, settings: Settings) -> str:
    new = [tag for tag in tags_in(settings["tags"]) if tag not in picture.tags]
    return "+ " + ", ".join(new) if new else ""


def _run(ticket: Ticket, settings: Settings, doing: Doing) -> str:
    new = [tag for tag in tags_in(settings["tags"]) if tag not in ticket.tags]
    if not new:
        return ""
    tagging.change_tags(ticket, add=new, by=doing.by, at=doing.at)
    return f"added {', '.join(new)}"


ACTION = Action(
    key="add_tags",
    words="add the tags {tags}",
    slots=(Slot("tags", "Tags, separated by commas", WORDS, check=check),),
    preview=_preview,
    run=_run,
    order=14,
    sets_off=("tags",),
)
