"""Facts about tickets. Each carries where the ticket is, so that the right screens look again."""

from dataclasses import dataclass
from typing import ClassVar

from foredesk.logbook.facts import Fact


@dataclass(frozen=True)
class TicketFact(Fact):
    about: ClassVar[str] = "ticket"
    ticket_id: int
    team_id: int | None
    assignee_id: int | None

    def topics(self) -> tuple[str, ...]:
        mine = (f"agent-{self.assignee_id}",) if self.assignee_id else ()
        return (f"ticket-{self.ticket_id}", f"team-{self.team_id or 0}", *mine)


@dataclass(frozen=True)
class TicketOpened(TicketFact):
    """`is_old`: by mail that lay in a mailbox for long when the desk came to know it."""

    channel: str
    customer_id: int
    follow_up_of: int | None = None
    split_from: int | None = None
    is_old: bool = False


@dataclass(frozen=True)
class MessageReceived(TicketFact):
    """`is_auto_reply`: a machine answered us; `is_automatic`: no automatic answer may follow."""

    message_id: int
    customer_id: int
    channel: str
    is_first: bool = False
    is_auto_reply: bool = False
    is_automatic: bool = False


@dataclass(frozen=True)
class ReplyWritten(TicketFact):
    """A public message of an agent waits to be sent. `is_first`: the first answer of the ticket;
    words with which an agent opens it are none."""

    message_id: int
    is_first: bool = False


@dataclass(frozen=True)
class ReplyScheduled(TicketFact):
    """A reply waits for its time; nothing else of the ticket changed."""

    draft_id: int
    send_at: str


@dataclass(frozen=True)
class ReplyUnscheduled(TicketFact):
    """A waiting reply went back into its writer's composer."""

    draft_id: int


@dataclass(frozen=True)
class ReplyHeld(TicketFact):
    """The time of a waiting reply came, and it could not go; `reason` is a sentence."""

    draft_id: int
    reason: str


@dataclass(frozen=True)
class Acknowledged(TicketFact):
    """The desk itself told the requester that the message arrived."""

    message_id: int


@dataclass(frozen=True)
class AutomaticReplyWritten(TicketFact):
    """A rule, a follow-up or the desk itself writes to the requester; it answers nothing."""

    message_id: int


@dataclass(frozen=True)
class ReplyWithdrawn(TicketFact):
    message_id: int


@dataclass(frozen=True)
class ReplySent(TicketFact):
    message_id: int


@dataclass(frozen=True)
class ReplyKept(TicketFact):
    """No outgoing mail is set up: the reply can be read on the page of sent mail."""

    message_id: int


@dataclass(frozen=True)
class ReplyFailed(TicketFact):
    message_id: int
    reason: str


@dataclass(frozen=True)
class ReplyBounced(TicketFact):
    """A mail server that we handed it to sent it back."""

    message_id: int
    address: str
    reason: str


@dataclass(frozen=True)
class MailReported(TicketFact):
    """A machine reported on a mail of ours: a delay, a receipt, a complaint."""

    message_id: int


@dataclass(frozen=True)
class ReplyUncertain(TicketFact):
    """The answer to the sending was lost: the message may have been sent."""

    message_id: int
    reason: str


@dataclass(frozen=True)
class ReplyRequeued(TicketFact):
    """A person asked for another try of a failed or uncertain reply."""

    message_id: int


@dataclass(frozen=True)
class NoteWritten(TicketFact):
    message_id: int


@dataclass(frozen=True)
class StatusChanged(TicketFact):
    before: str
    after: str


@dataclass(frozen=True)
class TicketReopened(TicketFact):
    """Back from solved: a customer wrote, or an agent took it up again."""

    before: str


@dataclass(frozen=True)
class TicketSolved(TicketFact):
    before: str
    is_first: bool = True


@dataclass(frozen=True)
class TicketClosed(TicketFact):
    before: str


@dataclass(frozen=True)
class TicketAssigned(TicketFact):
    """`before` and `after` are agents' ids; None is nobody."""

    before: int | None
    after: int | None

    def topics(self) -> tuple[str, ...]:
        both = tuple(f"agent-{pk}" for pk in (self.before, self.after) if pk)
        return (*super().topics(), *both)


@dataclass(frozen=True)
class TeamChanged(TicketFact):
    before: int | None
    after: int | None

    def topics(self) -> tuple[str, ...]:
        return (*super().topics(), f"team-{self.before or 0}", f"team-{self.after or 0}")


@dataclass(frozen=True)
class BrandChanged(TicketFact):
    """`before` and `after` are brands' ids; None is the organisation itself."""

    before: int | None
    after: int | None


@dataclass(frozen=True)
class PriorityChanged(TicketFact):
    before: int
    after: int


@dataclass(frozen=True)
class TagsChanged(TicketFact):
    added: list[str]
    removed: list[str]


@dataclass(frozen=True)
class SubjectChanged(TicketFact):
    before: str
    after: str


@dataclass(frozen=True)
class TicketSnoozed(TicketFact):
    until: str


@dataclass(frozen=True)
class TicketWoken(TicketFact):
    reason: str


@dataclass(frozen=True)
class TicketMerged(TicketFact):
    """This ticket went into `into`."""

    into: int

    def topics(self) -> tuple[str, ...]:
        return (*super().topics(), f"ticket-{self.into}")


@dataclass(frozen=True)
class TicketAbsorbed(TicketFact):
    """This ticket took the messages of `other`."""

    other: int
    messages: int


@dataclass(frozen=True)
class TicketSplit(TicketFact):
    """Messages of this ticket went into the new ticket `into`."""

    into: int
    messages: int


@dataclass(frozen=True)
class MarkedAsSpam(TicketFact):
    """`reason` is what the spam filter says; empty when a person marked it."""

    reason: str = ""


@dataclass(frozen=True)
class RestoredFromSpam(TicketFact):
    pass


@dataclass(frozen=True)
class ParticipantAdded(TicketFact):
    customer_id: int


@dataclass(frozen=True)
class ParticipantRemoved(TicketFact):
    customer_id: int


@dataclass(frozen=True)
class TicketExported(TicketFact):
    """Somebody took the whole ticket out of the desk, as `form`."""

    form: str


@dataclass(frozen=True)
class TicketWorkedOn(TicketFact):
    """An agent read or wrote on it for so many seconds; no screen shows it."""

    seconds: int

    def topics(self) -> tuple[str, ...]:
        return ()


@dataclass(frozen=True)
class TicketImported(TicketFact):
    """It was taken over from another desk, `source`, where its id is `key`."""

    source: str
    key: str


@dataclass(frozen=True)
class ListExported(Fact):
    """Somebody took a list out of the desk: so many tickets of a view, narrowed to a text."""

    view: str
    text: str
    tickets: int
