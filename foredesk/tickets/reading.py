"""Everything that a ticket's page shows, read in one statement.

The same rows by the ORM are eight questions and some fifty model instances: four times the work.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from foredesk.people.models import Agent
from foredesk.tickets import listing, seeing, selecting, statements
from foredesk.tickets.models import LIVE, Ticket
from foredesk.tickets.visibility import visible_to

PAST = 5
"""How many of the requester's other tickets are told."""


class Row(SimpleNamespace):
    """Columns of a row as attributes; `pk` is its id, `files` are rows, times know their zone."""

    @property
    def pk(self) -> int:
        return self.id


@dataclass(frozen=True)
class Reading:
    """`ticket` with its people; `messages` without their quoted remainders, in time order;
    `facts` for the timeline; `people` with the requester first, each {role, customer_id, name,
    address, unreachable [{value, undeliverable_reason}]}; `past` the requester's latest
    other tickets, newest first, of `past_count` (1,000 at most); `relatives` numbers of linked
    tickets by how they are linked; `drafts` of the viewer by kind; `waiting` everybody's
    replies that wait for their time, the next one first; `beside` what other rooms know of the
    ticket, by name."""

    ticket: Ticket
    messages: list[Row]
    facts: list[Row]
    people: list[dict[str, Any]]
    past: list[Row]
    past_count: int
    relatives: dict[str, list[int]]
    drafts: dict[str, Row]
    waiting: list[Row]
    beside: dict[str, list[dict[str, Any]]]


def read(
    viewer: Agent,
    number: int,
    *,
    beside: Mapping[str, str] | None = None,
    seen_until: datetime | None = None,
) -> Reading | None:
    """What `viewer` sees of the ticket and around it; None when there is none that they may see.

    With `seen_until` it is noted that they have read everything until then (see seeing.py).
    `beside` are questions of other rooms about the ticket, SQL of their own in which `this.id` is
    its number; they come in the same trip, their rows as JSON has them.
    """
    more = beside or {}
    noted = "" if seen_until is None else seeing.noting()
    statement = statements.kept(
        ("reading", noted, *more),
        viewer,
        lambda one: _statement(one, more, noted),
        {selecting.NUMBER: number, _UNTIL: seen_until},
    )
    found = statements.tuples(statement)
    if not found:
        return None
    ticket, rest = selecting.ticket_of(found[0]), found[0][len(selecting.COLUMNS) :]
    row = dict(zip(statement[2], rest, strict=True))
    drafts = [_row(one, "send_at", "scheduled_at") for one in row["drafts"]]
    return Reading(
        ticket=ticket,
        messages=[_row(one, "at", "claimed_at") for one in row["messages"]],
        facts=[_row(one, "at") for one in row["facts"]],
        people=_people(row["people"]),
        past=[_row(one, "created_at") for one in row["past"]],
        past_count=row["past_count"],
        relatives=_relatives(ticket, row["relatives"]),
        drafts={
            one.kind: one for one in drafts if one.send_at is None and one.agent_id == viewer.pk
        },
        waiting=[one for one in drafts if one.send_at is not None],
        beside={name: row[name] for name in more},
    )


def _row(values: dict[str, Any], *times: str) -> Row:
    for name in times:
        if values[name] is not None:
            values[name] = datetime.fromisoformat(values[name])
    if "files" in values:
        values["files"] = [Row(**one) for one in values["files"] or ()]
    return Row(**values)


def _people(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    for one in rows:
        addresses = one.pop("addresses") or ()
        one["address"] = addresses[0]["value"] if addresses else ""
        one["unreachable"] = [each for each in addresses if each["is_unreachable"]]
    return sorted(rows, key=lambda one: (one["role"] != "requester", one["id"]))


def _relatives(ticket: Ticket, rows: list[dict[str, Any]]) -> dict[str, list[int]]:
    origin = (ticket.follow_up_of_id, ticket.split_from_id)
    return {
        "absorbed": [one["id"] for one in rows if one["merged_into_id"] == ticket.pk],
        "follow_ups": [one["id"] for one in rows if one["follow_up_of_id"] == ticket.pk],
        "splits": [one["id"] for one in rows if one["split_from_id"] == ticket.pk],
        "origin": [one["id"] for one in rows if one["id"] in origin],
    }


_UNTIL = statements.STAND_INS[1]

_FILES = """
(select json_agg(f order by f.id) from
 (select a.id, public_id, name, content_type, size, content_id, is_inline,
    s.state as scan, s.note as scan_note
  from tickets_attachment a left join files_scan s on s.blob_id = a.blob_id where {}) f) as files
"""
_OWN: dict[str, str] = {
    "messages": f"""
        select m.id, public_id, author_kind, agent_id, customer_id, author_name, author_address,
          is_public, is_rich, is_unknown_sender, is_automatic, m.subject, verdict, evidence,
          reply_to, signed, invitation, cards, channel, body_text, body_html, "to", cc, bcc,
          envelope_id, at, delivery, claimed_at, delivery_note, ticket_id,
          whole_text <> '' or whole_html <> '' as has_whole, {_FILES.format("message_id = m.id")}
        from tickets_message m where ticket_id = this.id order by m.id""",  # noqa: S608
    "facts": """
        select id, kind, data, actor_kind, actor_id, actor_name, at from logbook_entry
        where about_kind = 'ticket' and about_id = this.id order by id""",
    "people": """
        select p.id, p.role, p.customer_id, c.name,
          (select json_agg(i order by i.id) from
           (select id, value, undeliverable_reason, undeliverable_at is not null as is_unreachable
            from people_identity where customer_id = p.customer_id) i) as addresses
        from tickets_participant p join people_customer c on c.id = p.customer_id
        where p.ticket_id = this.id""",
    "drafts": f"""
        select d.id, kind, body_html, cc, bcc, revision, agent_id, send_at, scheduled_at,
          held_reason, {_FILES.format("draft_id = d.id")}
        from tickets_draft d
        where d.ticket_id = this.id and (d.agent_id = %s or send_at is not null)
        order by send_at""",  # noqa: S608
}


def _statement(viewer: Agent, beside: Mapping[str, str], noted: str) -> statements.Statement:
    """The statement for this viewer; what they may see is in it. The ticket's own columns come
    first, those that are named follow."""
    one, params, _ = selecting.statement(viewer)
    names = ", ".join(f'"{name}"' for name in selecting.COLUMNS)
    first = f"with this({names}) as materialized ({one})"
    if noted:
        first += f", noted as ({noted})"
        params = (*params, viewer.pk, _UNTIL, viewer.pk)
    pieces = [*_OWN.values(), *beside.values()]
    params = (*params, viewer.pk)  # of the drafts, which come last of _OWN
    past, relatives = _past(viewer), _linked(viewer)
    for query in (past[:PAST], relatives):
        sql, values = query.query.sql_with_params()
        pieces.append(sql)
        params = (*params, *values)
    columns = ", ".join(
        f"(select coalesce(json_agg(r), '[]') from ({piece}) r)"  # noqa: S608
        for piece in pieces
    )
    counted, values = past.values("pk")[: listing.COUNT_CAP].query.sql_with_params()
    return (
        f"{first} select this.*, {columns}, (select count(*) from ({counted}) r) from this",  # noqa: S608  (our own SQL)
        (*params, *values),
        (*_OWN, *beside, "past", "relatives", "past_count"),
    )


def _past(viewer: Agent) -> QuerySet[Any, Any]:
    """The requester's other tickets, the newest first."""
    found = visible_to(viewer).filter(LIVE, requester_id=_this("requester_id"))
    found = found.exclude(pk=_this("id")).order_by("-id")
    return found.values("id", "subject", "status", "created_at")


def _linked(viewer: Agent) -> QuerySet[Any, Any]:
    """What was merged into the ticket, followed or was split from it, and what it came from."""
    this = _this("id")
    linked = Q(merged_into=this) | Q(follow_up_of=this) | Q(split_from=this)
    linked |= Q(pk=_this("follow_up_of_id")) | Q(pk=_this("split_from_id"))
    columns = ("id", "merged_into_id", "follow_up_of_id", "split_from_id")
    return visible_to(viewer).filter(linked).order_by("id").values(*columns)


def _this(column: str) -> RawSQL:
    return RawSQL(f"this.{column}", ())  # noqa: S611  (our own names)
