"""`foredesk ticket`: read and answer tickets without a browser."""

from __future__ import annotations

import argparse
import html
import json
import sys
from typing import Any

from foredesk.cli import entering
from foredesk.cli.trouble import Trouble
from foredesk.plumbing.clock import now


def add(commands: Any, shared: argparse.ArgumentParser) -> None:
    parser = commands.add_parser("ticket", help="list, show and answer tickets")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--as", dest="agent", metavar="EMAIL", help="the agent who acts (default: the first admin)"
    )
    common.add_argument("--json", action="store_true", help="as JSON")

    listing = verbs.add_parser("list", parents=[shared, common], help="the latest tickets")
    listing.add_argument("--status", help="new, open, pending, on_hold, solved or closed")
    listing.add_argument("--limit", type=_limit, default=50, help="how many (default 50)")
    listing.set_defaults(run=list_tickets)

    showing = verbs.add_parser("show", parents=[shared, common], help="one ticket with messages")
    showing.add_argument("number", type=_number)
    showing.set_defaults(run=show)

    replying = verbs.add_parser("reply", parents=[shared, common], help="answer the customer")
    replying.add_argument("number", type=_number)
    replying.add_argument("text", nargs="?", help="the text; without it standard input is read")
    replying.add_argument("--note", action="store_true", help="an internal note, never sent")
    replying.add_argument("--status", help="the status afterwards (default pending)")
    replying.set_defaults(run=reply)


def _number(text: str) -> int:
    digits = text.removeprefix("#")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 16):
        raise argparse.ArgumentTypeError(f'"{text}" is not the number of a ticket')
    return int(digits)


def _limit(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 10_000):
        raise argparse.ArgumentTypeError("a whole number from 1 to 10000 is needed")
    return int(text)


def list_tickets(given: argparse.Namespace) -> int:
    viewer = _enter_as(given.agent)
    from foredesk.tickets import queries

    found = queries.visible_to(viewer).select_related("requester", "assignee", "team")
    if given.status:
        found = found.filter(status=given.status)
    rows = [_summary(ticket) for ticket in found.order_by("-activity_at", "-id")[: given.limit]]
    if given.json:
        print(json.dumps(rows, indent=2, ensure_ascii=False))
    for row in [] if given.json else rows:
        print(f"#{row['number']:<7} {row['status']:<8} {row['requester']:<24} {row['subject']}")
    return 0


def show(given: argparse.Namespace) -> int:
    viewer = _enter_as(given.agent)
    from foredesk.tickets import queries

    ticket = _found(viewer, given.number)
    shown = _summary(ticket)
    shown["messages"] = [_message(message) for message in queries.messages_of(ticket)]
    if given.json:
        print(json.dumps(shown, indent=2, ensure_ascii=False))
        return 0
    print(f"#{shown['number']} {shown['subject']}")
    print(f"{shown['status']} · {shown['requester']} · {shown['assignee'] or 'nobody'}")
    for message in shown["messages"]:
        kind = "" if message["is_public"] else " (note)"
        state = f" [{message['delivery']}]" if message["delivery"] else ""
        print(f"\n── {message['author']}{kind}, {message['at']}{state}\n{message['text']}")
    return 0


def reply(given: argparse.Namespace) -> int:
    text = (given.text if given.text is not None else sys.stdin.read()).strip()
    if not text:
        raise Trouble("There is no text to send.")
    viewer = _enter_as(given.agent)
    from foredesk.people.permissions import NotAllowed
    from foredesk.tickets import noting, replying
    from foredesk.tickets.conflicts import UnableToChange

    ticket = _found(viewer, given.number)
    written: dict[str, Any] = {"by": viewer, "at": now(), "body_html": _paragraphs(text)}
    try:
        if given.note:
            message = noting.note(ticket, body_text=text, **written)
        else:
            then = {"then": given.status} if given.status else {}
            message = replying.reply(ticket, body_text=text, undo_seconds=0, **written, **then)
    except (NotAllowed, UnableToChange) as why:
        raise Trouble(str(why)) from None
    if given.json:
        print(json.dumps(_message(message), indent=2, ensure_ascii=False))
    else:
        what = "Noted on" if given.note else "Answered"
        print(f"{what} #{ticket.pk} as {viewer.name}.")
    return 0


def _paragraphs(text: str) -> str:
    blocks = [block for block in text.replace("\r\n", "\n").split("\n\n") if block.strip()]
    return "".join(f"<p>{html.escape(b.strip()).replace(chr(10), '<br>')}</p>" for b in blocks)


def _enter_as(email: str | None) -> Any:
    entering.desk()
    from foredesk.people import queries
    from foredesk.people.permissions import can_administer

    if email:
        agent = queries.agent_by_email(email)
        if agent is None or not agent.is_active:
            raise Trouble(f"There is no active agent with the address {email}.")
        return agent
    for agent in queries.active_agents().order_by("pk"):
        if can_administer(agent):
            return agent
    raise Trouble("This desk has no admin yet. Open it in a browser, or use foredesk user add.")


def _found(viewer: Any, number: int) -> Any:
    from foredesk.tickets import queries

    ticket = queries.ticket(viewer, number)
    if ticket is None:
        raise Trouble(f"There is no ticket #{number} that {viewer.email} may see.")
    return ticket


def _summary(ticket: Any) -> dict[str, Any]:
    from foredesk.people.queries import brand_card

    return {
        "number": ticket.pk,
        "public_id": ticket.public_id,
        "subject": ticket.subject,
        "status": ticket.status,
        "priority": ticket.get_priority_display().lower(),
        "requester": ticket.requester.name,
        "assignee": ticket.assignee.email if ticket.assignee else None,
        "team": ticket.team.name if ticket.team else None,
        "brand": brand_card(ticket.brand_id).name,
        "tags": ticket.tags,
        "created_at": ticket.created_at.isoformat(),
        "activity_at": ticket.activity_at.isoformat(),
    }


def _message(message: Any) -> dict[str, Any]:
    return {
        "id": message.public_id,
        "author": message.author_name,
        "author_kind": message.author_kind,
        "address": message.author_address,
        "verdict": message.verdict,
        "is_unverified": message.is_unverified,
        "is_public": message.is_public,
        "at": message.at.isoformat(),
        "text": message.body_text,
        "delivery": message.delivery,
        "delivery_note": message.delivery_note,
        "attachments": [
            {"name": one.name, "size": one.size, "type": one.content_type}
            for one in message.attachments.all()
        ],
    }
