"""Automatic mail flows in its bounds."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from foredesk.channels import braking
from foredesk.operations.checks.finding import Finding

LABEL = "Automatic mail"
ADVICE = (
    "Look at the newest tickets: somebody may write in the names of strangers, or a machine may "
    "answer ours. Acknowledgements can be switched off in each mailbox."
)
RANK = 77
RECENTLY = timedelta(minutes=15)


def look(*, at: datetime) -> Iterator[Finding]:
    held = braking.held_since(at - timedelta(days=1))
    if held["desk"]:
        is_now = bool(braking.held_since(at - RECENTLY)["desk"])
        count = held["desk"]
        noun = "1 mail was" if count == 1 else f"{count} mails were"
        text = f"{noun} held back in the last day: too many at once were due."
        yield Finding("bad" if is_now else "warn", text)
    elif held["address"]:
        text = "A loop was stopped: an address was about to get too much automatic mail."
        yield Finding("warn", text)
    else:
        yield Finding("ok", "Nothing was held back in the last day.")
