"""One ticket: its head, its conversation, the customer beside it."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from foredesk.channels import addressing
from foredesk.design import wording
from foredesk.desk.access import agents_only, me, ticket_or_404
from foredesk.desk.tickets import bodies, due_chips, inbox, rows, timeline
from foredesk.notices import queries as notices
from foredesk.notices import reading as notice_reading
from foredesk.people import permissions
from foredesk.people import queries as people
from foredesk.plumbing.clock import now
from foredesk.realtime import presence, topics
from foredesk.tickets import queries, reading, seeing

STATUS_OPTIONS = (
    ("open", "Open", "circle"),
    ("pending", "Waiting on customer", "pause"),
    ("on_hold", "On hold", "pause"),
    ("solved", "Solved", "check-circle"),
)


@require_GET
@agents_only
def show(request: HttpRequest, number: int) -> HttpResponse:
    """The ticket beside its list; a row that was clicked gets the ticket alone."""
    ticket = ticket_or_404(request, number)
    is_fragment = request.headers.get("HX-Request") and not request.headers.get(
        "HX-History-Restore-Request"
    )
    context = whole(request, ticket, is_seen=True)
    if is_fragment:
        return render(request, "desk/_work.html", context)
    return render(
        request, "desk/inbox.html", {**inbox.listing(request, current=ticket.pk), **context}
    )


@require_GET
@agents_only
def live(request: HttpRequest, number: int) -> HttpResponse:
    """Conversation, head and side panel again, for live screens."""
    ticket = ticket_or_404(request, number)
    return render(request, "desk/_live.html", whole(request, ticket, is_seen=True))


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


def whole(request: HttpRequest, ticket: Any, *, is_seen: bool = False) -> dict[str, Any]:
    """Everything that the pane of one ticket shows; `is_seen` notes that it was read."""
    agent = me(request)
    at = now()
    agents, teams = people.agent_names(), people.team_names()
    read = reading.read(agent, ticket)
    if is_seen and (read.seen_at is None or read.seen_at < _wrote_at(ticket)):
        seeing.see(ticket, by=agent, at=at)
    if is_seen and notices.unread(agent):
        notice_reading.read(agent, ticket_id=ticket.pk, at=at)
    items = timeline.build(
        read.messages, read.facts, viewer=agent, at=at, agents=agents, teams=teams
    )
    query = kept_query(request)
    return {
        "ticket": ticket,
        "workspace": people.workspace().name,
        "t": head(ticket),
        "promises": due_chips.promises(ticket, at=at),
        "query": query,
        "items": items,
        "relatives": read.relatives,
        "presence": present(ticket, agent, at=at, agents=agents),
        "customer": customer(ticket, read.people),
        "participants": read.people,
        "unreachable": [
            {"address": who["value"], "reason": who["undeliverable_reason"].rstrip(". ")}
            for one in read.people
            for who in one["unreachable"] or ()
        ],
        "earlier": [
            {
                "url": f"/tickets/{one.pk}/?{query}",
                "subject": one.subject,
                "status": rows.status(one.status),
                "time": wording.list_time(
                    one.created_at, now=at, zone=timezone.get_current_timezone()
                ),
            }
            for one in read.past
        ],
        "earlier_count": read.past_count,
        "other_address": other_address(ticket, read.messages),
        "drafts": read.drafts,
        "assignable": people.assignable_agents(),
        "teams": teams,
        "statuses": STATUS_OPTIONS,
        "snoozes": snoozes(at),
        "laters": laters(at),
        "senders": senders(ticket, agent),
        "scheduled": timeline.scheduled(read.waiting, ticket, viewer=agent),
        "live_topic": f"ticket-{ticket.pk}",
        "draft_topic": f"draft-{ticket.pk}-{agent.pk}",
        "token": topics.sign(
            [f"ticket-{ticket.pk}", f"draft-{ticket.pk}-{agent.pk}"], viewer_id=agent.pk
        ),
        "can_work": permissions.can_work(agent) and not ticket.merged_into_id,
        "can_reply": permissions.can_reply(agent),
        "current": ticket.pk,
    }


def _wrote_at(ticket: Any) -> datetime:
    """When there was last something new to read."""
    return ticket.customer_wrote_at or ticket.created_at


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
    return urlencode([(key, asked[key][:200]) for key in ("view", "sort", "q") if key in asked])


def head(ticket: Any) -> dict[str, Any]:
    """The ticket's own facts in words."""
    return {
        "status": rows.status(ticket.status),
        "status_label": timeline.LABELS[ticket.status],
        "priority": rows.PRIORITIES[ticket.priority],
        "priority_label": timeline.PRIORITY_WORDS[ticket.priority].capitalize(),
        "channel": rows.channel(ticket.channel),
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
    workspace = people.workspace().name
    filled = [
        one["name"].replace("{agent}", agent.name).replace("{workspace}", workspace)
        for one in choices
    ]
    return [f"{name} <{one['address']}>" for name, one in zip(filled, choices, strict=True)]


def laters(at: Any) -> list[tuple[str, str, str]]:
    """Ready-made times to send at: (ISO time, label, words)."""
    zone = timezone.get_current_timezone()
    local = at.astimezone(zone)
    morning = local.replace(hour=9, minute=0, second=0, microsecond=0)
    options = [
        (morning + timedelta(days=1), "Tomorrow morning"),
        (morning + timedelta(days=7 - local.weekday()), "Monday morning"),
    ]
    if local.hour < 15:
        evening = local.replace(hour=17, minute=0, second=0, microsecond=0)
        options.insert(0, (evening, "This afternoon"))
    return [
        (when.isoformat(timespec="minutes"), label, wording.moment(when, now=at, zone=zone))
        for when, label in options
    ]


def snoozes(at: Any) -> list[tuple[str, str, str]]:
    """Ready-made times to snooze until: (ISO time, label, words)."""
    zone = timezone.get_current_timezone()
    local = at.astimezone(zone)
    morning = local.replace(hour=9, minute=0, second=0, microsecond=0)
    monday = morning + timedelta(days=7 - local.weekday())
    options = [
        (at + timedelta(hours=3), "In 3 hours"),
        (morning + timedelta(days=1), "Tomorrow morning"),
        (monday, "Next Monday"),
        (morning + timedelta(days=30), "In 30 days"),
    ]
    return [
        (when.isoformat(timespec="minutes"), label, wording.moment(when, now=at, zone=zone))
        for when, label in options
    ]
