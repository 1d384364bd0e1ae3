"""Tables of the wire."""

from foredesk.channels.models.arriving import (
    Collected,
    Envelope,
    EnvelopeState,
    HookCall,
    SenderRule,
)
from foredesk.channels.models.heartbeats import (
    Heartbeat,
)
from foredesk.channels.models.leaving import (
    AutomaticMail,
    Dispatch,
    DispatchState,
)
from foredesk.channels.models.mailboxes import (
    FETCHED,
    INTERVAL,
    SENDS,
    AfterFetch,
    Consent,
    Mailbox,
    Security,
    SignIn,
)
from foredesk.channels.models.spam import (
    SpamLesson,
    SpamWord,
)

__all__ = [
    "FETCHED",
    "INTERVAL",
    "SENDS",
    "AfterFetch",
    "AutomaticMail",
    "Collected",
    "Consent",
    "Dispatch",
    "DispatchState",
    "Envelope",
    "EnvelopeState",
    "Heartbeat",
    "HookCall",
    "Mailbox",
    "Security",
    "SenderRule",
    "SignIn",
    "SpamLesson",
    "SpamWord",
]
