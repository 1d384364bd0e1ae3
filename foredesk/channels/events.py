"""Facts about mailboxes."""

from dataclasses import dataclass
from typing import ClassVar

from foredesk.logbook.facts import Fact


@dataclass(frozen=True)
class MailboxFact(Fact):
    about: ClassVar[str] = "mailbox"
    mailbox_id: int
    name: str

    def topics(self) -> tuple[str, ...]:
        return ("mailboxes",)


@dataclass(frozen=True)
class MailboxAdded(MailboxFact):
    address: str


@dataclass(frozen=True)
class MailboxChanged(MailboxFact):
    """`before` and `after` hold only what changed; secrets are masked."""

    before: dict
    after: dict


@dataclass(frozen=True)
class MailboxRemoved(MailboxFact):
    address: str


@dataclass(frozen=True)
class MailboxFailed(MailboxFact):
    """A mailbox went deaf (`direction` in) or dumb (out); `reason` is a sentence."""

    direction: str
    reason: str


@dataclass(frozen=True)
class MailboxRecovered(MailboxFact):
    direction: str


@dataclass(frozen=True)
class MailboxConsentGiven(MailboxFact):
    """Somebody signed in at Google or Microsoft for this mailbox."""

    provider: str
    account: str


@dataclass(frozen=True)
class MailboxConsentLost(MailboxFact):
    """The provider takes the consent no longer; `reason` is a sentence."""

    reason: str


@dataclass(frozen=True)
class EnvelopeSuspended(Fact):
    """A mail is not let in before a person has looked at it."""

    about: ClassVar[str] = "envelope"
    envelope_id: int
    reason: str
    author: str


@dataclass(frozen=True)
class EnvelopeRecovered(Fact):
    """A person let a suspended mail in."""

    about: ClassVar[str] = "envelope"
    envelope_id: int
    reason: str


@dataclass(frozen=True)
class SenderRuleSet(Fact):
    """An address or domain is allowed or blocked from now on."""

    about: ClassVar[str] = ""
    value: str
    is_allowed: bool


@dataclass(frozen=True)
class SenderRuleRemoved(Fact):
    about: ClassVar[str] = ""
    value: str
    is_allowed: bool


@dataclass(frozen=True)
class AutomaticMailHeld(Fact):
    """A brake began to hold automatic mail: `brake` is address or desk. Told once a day for an
    address, once an hour for the desk."""

    brake: str
    address: str
    limit: int

    def topics(self) -> tuple[str, ...]:
        return ("health",)


@dataclass(frozen=True)
class EnvelopeForgotten(Fact):
    """A person gave up on a mail that could not be read."""

    about: ClassVar[str] = "envelope"
    envelope_id: int
    reason: str


@dataclass(frozen=True)
class DeskMailFailed(Fact):
    """A mail of the desk's own came back, was refused or is unwanted at `address`."""

    purpose: str
    address: str
    reason: str
