"""The thread as it is read: days, messages, and one line for each thing that was done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone
from markupsafe import Markup

from foredesk.channels import answering_invitations
from foredesk.design import wording
from foredesk.desk.tickets import attachments, bodies, due_chips, proofs, rows
from foredesk.people import queries as people
from foredesk.surveys import queries as ratings
from foredesk.tickets import scheduling

LABELS = {
    "new": "New",
    "open": "Open",
    "pending": "Waiting on customer",
    "on_hold": "On hold",
    "solved": "Solved",
    "closed": "Closed",
}
PRIORITY_WORDS = {1: "low", 2: "normal", 3: "high", 4: "urgent"}
DELIVERY = {
    "queued": ("clock", "Waiting to be sent", ""),
    "sending": ("send", "Being sent", ""),
    "kept": ("archive", "Kept here", "warn"),
    "sent": ("check", "Sent", ""),
    "failed": ("alert", "Not delivered", "bad"),
    "unknown": ("alert", "May have been sent", "warn"),
}
SIGNED = {"pgp": "Signed with OpenPGP, not checked", "smime": "Signed with S/MIME, not checked"}
ANSWERED = {"accepted": "accepted", "tentative": "answered with perhaps", "declined": "declined"}
MEETINGS = {
    "REQUEST": "Invitation", "CANCEL": "Cancelled", "REPLY": "Answer to an invitation",
    "COUNTER": "Another time is proposed",
}  # fmt: skip
TOGETHER = 60  # seconds within which one person's doings share a line


class Words:
    """Says facts in words; names of people and teams are given, and the customers' comments."""

    def __init__(
        self, agents: dict[int, str], teams: dict[int, str], comments: dict[int, str]
    ) -> None:
        self.agents, self.teams, self.comments = agents, teams, comments

    def agent(self, pk: int | None) -> str:
        return self.agents.get(pk or 0, "somebody")

    def say(self, entry: Any) -> tuple[str, Markup] | None:
        """(icon, words after the actor's name) of an entry, None when it needs no line."""
        kind, data = entry.kind.rpartition(".")[2], entry.data
        teller = getattr(self, f"_{kind}", None)
        return teller(entry, data) if teller else None

    def _TicketOpened(self, entry: Any, data: dict[str, Any]) -> tuple[str, Markup] | None:
        if data.get("follow_up_of") and entry.actor_kind == "rule":
            return "plus", Markup("opened this task after {}.").format(_link(data["follow_up_of"]))
        if data.get("follow_up_of"):
            text = Markup("wrote to the closed ticket {}. This is its follow-up.")
            return "history", text.format(_link(data["follow_up_of"]))
        if data.get("split_from"):
            return "branch", Markup("split this from {}.").format(_link(data["split_from"]))
        if entry.actor_kind == "agent":
            return "plus", Markup("opened this ticket.")
        return None

    def _AutomaticReplyWritten(self, entry: Any, data: dict[str, Any]) -> tuple[str, Markup]:
        return "send", Markup("wrote to the customer.")

    def _NoteWritten(self, entry: Any, data: dict[str, Any]) -> tuple[str, Markup] | None:
        return ("note", Markup("wrote a note.")) if entry.actor_kind == "rule" else None

    def _FollowUpStarted(self, entry: Any, data: dict[str, Any]) -> tuple[str, Markup]:
        return "repeat", Markup("started the follow-up <b>{}</b>.").format(data["name"])

    def _FollowUpEnded(self, entry: Any, data: dict[str, Any]) -> tuple[str, Markup]:
        words = Markup("ended the follow-up <b>{}</b>: {}")
        return "stop", words.format(data["name"], data["reason"])

    def _MacroApplied(self, entry: Any, data: dict[str, Any]) -> tuple[str, Markup]:
        return "zap", Markup("applied the macro <b>{}</b>.").format(data["name"])

    def _ReplyScheduled(self, entry: Any, data: dict[str, Any]) -> tuple[str, Markup]:
        return "clock", Markup("scheduled a reply.")

    def _ReplyUnscheduled(self, entry: Any, data: dict[str, Any]) -> tuple[str, Markup]:
        return "undo", Markup("took back a scheduled reply.")

    def _ReplyHeld(self, entry: Any, data: dict[str, Any]) -> tuple[str, Markup]:
        return "alert", Markup("held a scheduled reply: {}").format(data["reason"])

    def _StatusChanged(self, entry: Any, data: dict[str, Any]) -> tuple[str, Markup]:
        if data["before"] == "solved" and data["after"] == "open":
            return "refresh", Markup("reopened it.")
        icons = {"solved": "check-circle", "closed": "lock", "pending": "pause", "on_hold": "pause"}
        label = LABELS[data["after"]]
        words = Markup("set it to <b>{}</b>.").format(label)
        return icons.get(data["after"], "circle"), words

    def _TicketAssigned(self, entry: Any, data: dict[str, Any]) -> tuple[str, Markup]:
        if data["after"] is None:
            name = self.agent(data["before"])
            mine = data["before"] == entry.actor_id and entry.actor_kind == "agent"
            if mine:
                return "user", Markup("let go of it.")
            return "user", Markup("took it from <b>{}</b>.").format(name)
        if data["after"] == entry.actor_id and entry.actor_kind == "agent":
            return "user", Markup("took it.")
        return "user", Markup("gave it to <b>{}</b>.").format(self.agent(data["after"]))

    def _TeamChanged(self, entry: Any, data: dict[str, Any]) -> tuple[str, Markup]:
        if data["after"] is None:
            return "users", Markup("took it out of its team.")
        name = self.teams.get(data["after"], "a team that was removed")
        return "users", Markup("handed it to <b>{}</b>.").format(name)

    def _BrandChanged(self, entry: Any, data: dict[str, Any]) -> tuple[str, Markup]:
        before, after = (people.brand_card(data[key]).name for key in ("before", "after"))
        words = Markup("gave it to the brand <b>{}</b>, it was {}’s.")
        return "globe", words.format(after, before)

    def _PriorityChanged(self, entry: Any, data: dict[str, Any]) -> tuple[str, Markup]:
        words = Markup("set the priority to <b>{}</b>, it was {}.")
        return "flag", words.format(PRIORITY_WORDS[data["after"]], PRIORITY_WORDS[data["before"]])

    def _TagsChanged(self, entry: Any, data: dict[str, Any]) -> tuple[str, Markup]:
        said = []
        if data["added"]:
            said.append(Markup("added <b>{}</b>").format(", ".join(data["added"])))
        if data["removed"]:
            said.append(Markup("removed <b>{}</b>").format(", ".join(data["removed"])))
        return "tag", Markup(" and ").join(said) + "."

    def _SubjectChanged(self, entry: Any, data: dict[str, Any]) -> tuple[str, Markup]:
        return "pencil", Markup("changed the subject, it was <b>{}</b>.").format(data["before"])

    def _TicketSnoozed(self, entry: Any, data: dict[str, Any]) -> tuple[str, Markup]:
        until = datetime.fromisoformat(data["until"])
        zone = timezone.get_current_timezone()
        words = wording.moment(until, now=entry.at, zone=zone)
        return "snooze", Markup("snoozed it until <b>{}</b>.").format(words)

    def _TicketWoken(self, entry: Any, data: dict[str, Any]) -> tuple[str, Markup]:
        words = {
            "time": Markup("brought it back, the time had come."),
            "reply": Markup("wrote, so it came back early."),
        }
        return "snooze", words.get(data["reason"], Markup("brought it back."))

    def _TicketMerged(self, entry: Any, data: dict[str, Any]) -> tuple[str, Markup]:
        return "merge", Markup("merged this into {}.").format(_link(data["into"]))

    def _TicketAbsorbed(self, entry: Any, data: dict[str, Any]) -> tuple[str, Markup]:
        return "merge", Markup("merged {} into this.").format(_link(data["other"]))

    def _TicketSplit(self, entry: Any, data: dict[str, Any]) -> tuple[str, Markup]:
        words = Markup("moved {} to {}.")
        count = data["messages"]
        noun = "1 message" if count == 1 else f"{count} messages"
        return "branch", words.format(noun, _link(data["into"]))

    def _MarkedAsSpam(self, entry: Any, data: dict[str, Any]) -> tuple[str, Markup]:
        if data.get("reason"):
            return "alert", Markup("put it into Spam, because {}.").format(data["reason"])
        return "alert", Markup("marked it as spam.")

    def _RestoredFromSpam(self, entry: Any, data: dict[str, Any]) -> tuple[str, Markup]:
        return "undo", Markup("restored it from spam.")

    def _TicketRouted(self, entry: Any, data: dict[str, Any]) -> tuple[str, Markup]:
        return "user", Markup("chose: {}").format(data["reason"])

    def _TicketOverflowed(self, entry: Any, data: dict[str, Any]) -> tuple[str, Markup]:
        span = wording.span(timedelta(minutes=data["minutes"]))
        return "users", Markup("found nobody free for {}, so it went on.").format(span)

    def _TicketReturned(self, entry: Any, data: dict[str, Any]) -> tuple[str, Markup]:
        name, span = self.agent(data["agent_id"]), wording.span(timedelta(minutes=data["minutes"]))
        return "undo", Markup("put it back: <b>{}</b> was away for {}.").format(name, span)

    def _SurveySent(self, entry: Any, data: dict[str, Any]) -> tuple[str, Markup]:
        return "heart", Markup("asked how it was.")

    def _SurveyAnswered(self, entry: Any, data: dict[str, Any]) -> tuple[str, Markup]:
        icon = "thumb-up" if data["rating"] == "good" else "thumb-down"
        word = ratings.word_of(data["score"], data["scale"])
        said = Markup("rated it <b>{}</b>").format(word)
        if data["before_score"] not in (None, data["score"]):
            before = ratings.word_of(data["before_score"], data["scale"])
            said += Markup(", it was {}").format(before)
        if data["reasons"]:
            said += Markup(": {}").format(", ".join(data["reasons"]))
        comment = self.comments.get(entry.pk)
        return icon, said + (Markup(". “{}”").format(comment) if comment else ".")

    def _PolicyApplied(self, entry: Any, data: dict[str, Any]) -> tuple[str, Markup]:
        return "clock", Markup("put it under another promise.")

    def _TicketEscalated(self, entry: Any, data: dict[str, Any]) -> tuple[str, Markup]:
        if data["has_moved"]:
            return "arrow-up", Markup("escalated it: {}").format(data["reason"])
        return "alert", Markup("could not move it on: {}").format(data["reason"])

    def _PromiseAtRisk(self, entry: Any, data: dict[str, Any]) -> tuple[str, Markup] | None:
        if data["left"] <= 0:
            return None
        words = Markup("told of a promise at risk: <b>{}</b>.")
        return "clock", words.format(due_chips.WHAT[data["metric"]])

    def _PromiseBroken(self, entry: Any, data: dict[str, Any]) -> tuple[str, Markup]:
        words = Markup("noted a broken promise: <b>{}</b> was due.")
        return "alert", words.format(due_chips.WHAT[data["metric"]])

    def _ReplyWithdrawn(self, entry: Any, data: dict[str, Any]) -> tuple[str, Markup]:
        return "undo", Markup("took a reply back before it was sent.")

    def _ReplyRequeued(self, entry: Any, data: dict[str, Any]) -> tuple[str, Markup]:
        return "repeat", Markup("asked to send a reply again.")


def _link(number: int) -> Markup:
    return Markup('<a href="/tickets/{0}/">#{0}</a>').format(number)


def build(
    messages: list[Any],
    entries: list[Any],
    *,
    viewer: Any,
    at: datetime,
    agents: dict[int, str],
    teams: dict[int, str],
    surveys: Sequence[dict[str, Any]] = (),
) -> list[dict[str, Any]]:
    """Items in time order: {"type": "day" | "msg" | "event", …}."""
    zone = timezone.get_current_timezone()
    words = Words(agents, teams, _comments(entries, surveys))
    lines = _lines(entries, words)
    stamped = [(message.at, 1, _message(message, viewer=viewer)) for message in messages]
    stamped += [(line["when"], 0, line) for line in lines]
    stamped.sort(key=lambda one: (one[0], one[1]))
    items: list[dict[str, Any]] = []
    last_day = None
    for when, _, item in stamped:
        day = when.astimezone(zone).date()
        if day != last_day:
            items.append({"type": "day", "label": wording.day(when, now=at, zone=zone)})
            last_day = day
        if item["type"] == "event" and _joins(items[-1], item):
            items[-1]["text"] = items[-1]["text"].rstrip(".") + Markup(", ") + item["words"]
        else:
            items.append(item)
    return items


def _comments(entries: list[Any], surveys: Sequence[dict[str, Any]]) -> dict[int, str]:
    """What a customer wrote with the last answer to each survey, by its entry."""
    last = {
        entry.data["survey_id"]: entry.pk
        for entry in entries
        if entry.kind == "surveys.SurveyAnswered"
    }
    return {last[one["id"]]: one["comment"] for one in surveys if one["id"] in last}


def _joins(last: dict[str, Any], line: dict[str, Any]) -> bool:
    """Whether a doing belongs on the line before: the same person, moments ago."""
    if last["type"] != "event" or last["who"] != line["who"]:
        return False
    return (line["when"] - last["when"]).total_seconds() < TOGETHER


def _undone(entries: list[Any]) -> set[tuple[Any, Any]]:
    """(who, when) of replies that were taken back and of the taking back.

    All facts of one doing share both, so what a withdrawn reply moved and moved back needs no line.
    """
    back = {
        entry.data["message_id"]: entry
        for entry in entries
        if entry.kind == "tickets.ReplyWithdrawn"
    }
    found = {(entry.actor_id, entry.at) for entry in back.values()}
    for entry in entries:
        if entry.kind == "tickets.ReplyWritten" and entry.data["message_id"] in back:
            found.add((entry.actor_id, entry.at))
    return found


def _lines(entries: list[Any], words: Words) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = []
    undone = _undone(entries)
    for entry in entries:
        if (entry.actor_id, entry.at) in undone and entry.kind != "tickets.ReplyWithdrawn":
            continue
        said = words.say(entry)
        if said is None:
            continue
        icon, text = said
        name = entry.actor_name or "Foredesk"
        is_rule = entry.actor_kind == "rule" and entry.actor_id is not None
        if entry.actor_kind == "rule":
            name = f"The rule “{name}”" if is_rule else f"The follow-up “{name}”"
        lines.append(
            {
                "type": "event",
                "id": entry.pk,
                "when": entry.at,
                "who": (entry.actor_kind, entry.actor_id, entry.at if is_rule else None),
                "why": f"/tickets/{entry.data['ticket_id']}/why/{entry.pk}/" if is_rule else "",
                "icon": icon,
                "words": text,
                "text": Markup("{} {}").format(name, text),
            }
        )
    return lines


def scheduled(drafts: list[Any], ticket: Any, *, viewer: Any) -> list[dict[str, Any]]:
    """Replies that wait for their time, as the thread shows them."""
    return [
        {
            "pk": draft.pk,
            "name": draft.agent_name,
            "initials": wording.initials(draft.agent_name),
            "hue": wording.hue(f"agent-{draft.agent_id}"),
            "body": bodies.letter(draft.body_html, {}),
            "send_at": draft.send_at,
            "send_at_input": timezone.localtime(draft.send_at).strftime("%Y-%m-%dT%H:%M"),
            "held": draft.held_reason
            or (scheduling.HELD if scheduling.is_overtaken(draft, ticket) else ""),
            "is_mine": draft.agent_id == viewer.pk,
            "files": [attachments.shown(one) for one in draft.files],
        }
        for draft in drafts
    ]


def _message(message: Any, *, viewer: Any) -> dict[str, Any]:
    files = message.files
    urls = {one.content_id: f"/files/{one.public_id}/large/" for one in files if one.content_id}
    kind = "note" if not message.is_public else message.author_kind
    if message.author_kind == "system":
        kind = "bot"
    if message.author_kind == "agent":
        key = f"agent-{message.agent_id}"
    else:
        key = f"customer-{message.customer_id}"
    name = message.author_name or message.author_address or "Unknown"
    if message.is_rich:
        body = Markup("")
    elif message.body_html:
        body = bodies.letter(message.body_html, urls)
    else:
        body = bodies.from_text(message.body_text)
    delivery = DELIVERY.get(message.delivery)
    return {
        "type": "msg",
        "id": message.public_id,
        "pk": message.pk,
        "kind": "customer" if kind in ("customer", "rule") else kind,
        "is_report": kind == "bot" and not message.is_public,
        "is_acknowledgement": kind == "bot" and message.is_public and not message.subject,
        "is_auto_reply": message.is_automatic and message.author_kind == "customer",
        "name": name,
        "address": proofs.shown_address(message.author_address)
        if message.author_kind == "customer"
        else "",
        "proof": proofs.of(message),
        "sent_to": [one["value"] for one in message.to] if message.author_kind == "agent" else [],
        "initials": wording.initials(name),
        "hue": wording.hue(key),
        "when": message.at,
        "via": rows.channel(message.channel)["label"].lower() if message.is_public else "",
        "body": body,
        "is_rich": message.is_rich,
        "is_unknown_sender": message.is_unknown_sender,
        "has_more": message.has_whole,
        "signed": SIGNED.get(message.signed, ""),
        "invitation": _invitation(message),
        "cards": message.cards,
        "has_raw": message.envelope_id is not None,
        "cc": [one["value"] for one in message.cc],
        "bcc": [one["value"] for one in message.bcc],
        "files": [
            attachments.shown(one) for one in files if not (one.is_inline and one.content_id)
        ],
        "delivery": {
            "state": message.delivery,
            "icon": delivery[0],
            "label": delivery[1],
            "tone": delivery[2],
            "note": message.delivery_note,
        }
        if delivery
        else None,
        "can_undo": message.delivery == "queued"
        and message.claimed_at is None
        and message.agent_id == viewer.pk,
        "can_requeue": message.delivery in ("failed", "unknown", "kept"),
    }


def _invitation(message: Any) -> dict[str, Any] | None:
    """The meeting on its card: what, when, where, whose, and whether it can be answered."""
    meeting = message.invitation
    if not meeting:
        return None
    organiser = meeting["organiser"]
    answer = ANSWERED.get(meeting.get("answer", ""), "")
    return {
        "kind": MEETINGS.get(meeting["method"], "Meeting"),
        "summary": meeting["summary"] or "Without a title",
        "when": _when(meeting["starts"], meeting["ends"]),
        "again": meeting["is_recurring"],
        "location": meeting["location"],
        "organiser": organiser.get("name") or organiser.get("address", ""),
        "organiser_address": organiser.get("address", ""),
        "people": len(meeting["attendees"]),
        "answer": f"{meeting.get('answered_by')} {answer}." if answer else "",
        "is_answerable": answering_invitations.is_answerable(message),
    }


def _when(starts: str, ends: str) -> str:
    """From when to when, in the reader's zone; days as days, times without a zone as they are."""
    zone = timezone.get_current_timezone()
    if "T" not in starts:
        first = date.fromisoformat(starts)
        last = date.fromisoformat(ends) - timedelta(days=1) if ends and "T" not in ends else first
        return f"{first:%-d %B %Y}" + (f" to {last:%-d %B %Y}" if last > first else "")
    begin = datetime.fromisoformat(starts)
    end = datetime.fromisoformat(ends) if "T" in ends else None
    note = "" if begin.tzinfo else " (in the organiser's time)"
    begin = begin.astimezone(zone) if begin.tzinfo else begin
    words = f"{begin:%A, %-d %B %Y, %H:%M}"
    if end is not None:
        end = end.astimezone(zone) if end.tzinfo else end
        words += f" to {end:%H:%M}" if end.date() == begin.date() else f" to {end:%-d %B, %H:%M}"
    return words + note
