"""One ticket: its head, its conversation, the customer beside it."""

from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from foredesk.channels import addressing
from foredesk.design import keeping, wording
from foredesk.desk.access import agents_only, me, no_ticket
from foredesk.desk.tickets import bodies, due_chips, inbox, ready_times, rows, saying, timeline
from foredesk.notices import queries as notices
from foredesk.notices import reading as notice_reading
from foredesk.people import permissions
from foredesk.people import queries as people
from foredesk.plumbing.clock import now
from foredesk.realtime import presence, topics
from foredesk.sla import queries as promises
from foredesk.surveys import queries as surveys
from foredesk.tickets import queries, reading

STATUS_OPTIONS = (
    ("open", "Open", "circle"),
    ("pending", "Waiting on customer", "pause"),
    ("on_hold", "On hold", "pause"),
    ("solved", "Solved", "check-circle"),
)

BESIDE = {**promises.PROMISES, "surveys": surveys.SURVEYS}
"""What other rooms know of a ticket."""


@require_GET
@agents_only
def show(request: HttpRequest, number: int) -> HttpResponse:
    """The ticket beside its list; a row that was clicked gets the ticket alone."""
    is_fragment = request.headers.get("HX-Request") and not request.headers.get(
        "HX-History-Restore-Request"
    )
    context = whole(request, number, is_seen=True)
    if is_fragment:
        return render(request, "desk/_work.html", context)
    return render(request, "desk/inbox.html", {**inbox.pane(request, current=number), **context})


@require_GET
@agents_only
def live(request: HttpRequest, number: int) -> HttpResponse:
    """Conversation, head and side panel again, for live screens."""
    return render(request, "desk/_live.html", whole(request, number, is_seen=True))


@require_GET
@agents_only
def whole_message(request: HttpRequest, public_id: str) -> HttpResponse:
    """A message with its quotes."""
    message = queries.message(me(request), public_id)
    if message is None:
        raise Http404("There is no such message.")
    text = message.whole_text or message.body_text
    context = {
        "m": {"id": message.public_id, "is_framed": bool(message.whole_html)},
        "body": bodies.from_text(text),
    }
    return render(request, "desk/_whole.html", context)


def whole(request: HttpRequest, number: int, *, is_seen: bool = False) -> dict[str, Any]:
    """Everything that the pane of one ticket shows; `is_seen` notes that it was read. Raises
    Http404."""
    agent = me(request)
    at, zone = now(), timezone.get_current_timezone()
    agents, teams = people.agent_names(), people.team_names()
    read = reading.read(agent, number, beside=BESIDE, seen_until=at if is_seen else None)
    if read is None:
        raise no_ticket(number)
    ticket = read.ticket
    if is_seen and notices.unread(agent):
        notice_reading.read(agent, ticket_id=ticket.pk, at=at)
    items = timeline.build(
        read.messages,
        read.facts,
        viewer=agent,
        at=at,
        agents=agents,
        teams=teams,
        surveys=read.beside["surveys"],
    )
    query = kept_query(request)
    return {
        "ticket": ticket,
        "workspace": people.workspace().name,
        "assignee": agents.get(ticket.assignee_id or 0, ""),
        "team": teams.get(ticket.team_id or 0, ""),
        "t": head(ticket),
        "promises": due_chips.promises(read.beside, at=at),
        "rated": rated(read.beside["surveys"]),
        "query": query,
        "items": items,
        "relatives": read.relatives,
        "presence": present(ticket, agent, at=at, agents=agents),
        "customer": customer(ticket, read.people),
        "participants": read.people,
        "unreachable": [
            {"address": who["value"], "reason": who["undeliverable_reason"].rstrip(". ")}
            for one in read.people
            for who in one["unreachable"]
        ],
        "earlier": [
            {
                "url": f"/tickets/{one.pk}/?{query}",
                "subject": one.subject,
                "status": rows.status(one.status),
                "time": wording.list_time(one.created_at, now=at, zone=zone),
            }
            for one in read.past
        ],
        "earlier_count": read.past_count,
        "other_address": other_address(ticket, read.messages),
        "drafts": read.drafts,
        "assignable": tuple(people.assignable_agents()),
        "team_items": tuple(teams.items()),
        "statuses": STATUS_OPTIONS,
        "snoozes": ready_times.snoozes(at, zone),
        "laters": ready_times.laters(at, zone),
        "kept": _KEPT,
        "senders": senders(ticket, agent),
        "brand": people.brand_card(ticket.brand_id),
        "brand_initials": wording.initials(people.brand_card(ticket.brand_id).short_name),
        "brands": _brands(ticket),
        "has_mailbox": addressing.has_mailbox(ticket),
        "scheduled": timeline.scheduled(read.waiting, ticket, viewer=agent, agents=agents),
        "live_topic": f"ticket-{ticket.pk}",
        "draft_topic": f"draft-{ticket.pk}-{agent.pk}",
        "token": topics.sign(
            [f"ticket-{ticket.pk}", f"draft-{ticket.pk}-{agent.pk}"], viewer_id=agent.pk
        ),
        "can_work": permissions.can_work(agent) and not ticket.merged_into_id,
        "can_reply": permissions.can_reply(agent),
        "current": ticket.pk,
    }


def rated(rows: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The customer's latest answer as the side panel shows it; None without one."""
    last = next((one for one in reversed(rows) if one["score"]), None)
    if last is None:
        return None
    is_good = last["rating"] == "good"
    return {
        "words": surveys.word_of(last["score"], last["scale"]),
        "tone": "ok" if is_good else "bad",
        "icon": "thumb-up" if is_good else "thumb-down",
        "at": datetime.fromisoformat(last["changed_at"] or last["answered_at"]),
        "reasons": last["reasons"],
        "comment": last["comment"],
        "may_call": last["may_call"],
    }


def _brands(ticket: Any) -> list[Any]:
    """The brands that the ticket can be given, its own among them; empty where there is one."""
    found = people.brands_in_use()
    own = people.brand_card(ticket.brand_id)
    return [*found, own] if own not in found and (found or own.id) else found


def other_address(ticket: Any, messages: list[Any]) -> dict[str, str] | None:
    """Where the requester's last message asks to be answered, when that is not where it is from."""
    last = next((one for one in reversed(messages) if one.customer_id == ticket.requester_id), None)
    if last is None or not last.reply_to:
        return None
    return {"own": last.author_address, "other": last.reply_to}


def kept_query(request: HttpRequest) -> str:
    """The list that the page came from, as the page's own address says it.

    A change is posted to an address without it, and htmx tells where the page is.
    """
    asked = request.GET
    if request.method == "POST":
        page = request.headers.get("HX-Current-URL", "")
        asked = QueryDict(page.partition("#")[0].partition("?")[2])
    return urlencode(
        [(key, asked[key][:200]) for key in ("view", "sort", "q", "brand") if key in asked]
    )


def head(ticket: Any) -> dict[str, Any]:
    """The ticket's own facts in words."""
    return {
        "status": rows.status(ticket.status),
        "status_label": saying.LABELS[ticket.status],
        "priority": rows.PRIORITIES[ticket.priority],
        "priority_label": saying.PRIORITY_WORDS[ticket.priority].capitalize(),
        "channel": rows.channel(ticket.channel),
        "tags": tuple(ticket.tags),
        "is_editable": not ticket.is_closed and not ticket.merged_into_id,
        "due": due_chips.chip(ticket.due_at, ticket.due, at=now()),
    }


def present(ticket: Any, me: Any, *, at: Any, agents: dict[int, str]) -> list[dict[str, Any]]:
    """The other agents on this ticket now."""
    return [
        {
            "kind": "typing" if one.state == "typing" else "looking",
            "name": agents.get(one.agent_id, "Somebody"),
            "initials": wording.initials(agents.get(one.agent_id, "?")),
            "hue": wording.hue(f"agent-{one.agent_id}"),
            "since": wording.ago(one.since_at, now=at),
        }
        for one in presence.present_on([f"ticket-{ticket.pk}"], at=at)
        if one.agent_id != me.pk
    ]


def customer(ticket: Any, people_here: list[dict[str, Any]]) -> dict[str, Any]:
    """The requester as the side panel shows them."""
    person = ticket.requester
    address = next((one["address"] for one in people_here if one["customer_id"] == person.pk), "")
    address = address or people.addresses_of([person.pk]).get(person.pk, "")
    name = person.name or address or "Unknown"
    return {
        "name": name,
        "public_id": person.public_id,
        "initials": wording.initials(name),
        "hue": wording.hue(f"customer-{person.pk}"),
        "address": address,
        "mailto": quote(address),
        "organisation": person.organisation.name if person.organisation else "",
        "language": person.language,
        "since": person.created_at,
        "notes": person.notes,
    }


def senders(ticket: Any, agent: Any) -> list[str]:
    """Whom the answer may come from, in words; empty when there is nothing to choose."""
    choices = addressing.identities_of(ticket)
    if len(choices) < 2:
        return []
    workspace, brand = people.workspace().name, people.brand_card(ticket.brand_id)
    filled = [brand.fill(one["name"], agent=agent.name, workspace=workspace) for one in choices]
    return [f"{name} <{one['address']}>" for name, one in zip(filled, choices, strict=True)]


_KEPT = keeping.Place(300)
"""What was drawn of a ticket's page and says in its name all that it shows."""
