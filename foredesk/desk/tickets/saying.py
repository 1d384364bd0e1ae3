"""What was done to a ticket, in words: one sentence for each kind of fact."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from markupsafe import Markup

from foredesk.design import wording
from foredesk.desk.tickets import due_chips
from foredesk.people import queries as people
from foredesk.surveys import queries as ratings

LABELS = {
    "new": "New",
    "open": "Open",
    "pending": "Waiting on customer",
    "on_hold": "On hold",
    "solved": "Solved",
    "closed": "Closed",
}
PRIORITY_WORDS = {1: "low", 2: "normal", 3: "high", 4: "urgent"}


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
