"""What this room does when a mail of its own comes back."""

from foredesk.analytics import mailing
from foredesk.channels.events import DeskMailFailed
from foredesk.logbook.listening import on


@on(DeskMailFailed, only_if=lambda fact: getattr(fact, "purpose", "") == mailing.PURPOSE)
def hold_the_address(fact: DeskMailFailed, *, entry) -> None:
    """Nothing more goes there until somebody changes or confirms the address."""
    mailing.note_failure(fact.address, fact.reason, at=entry.at)
