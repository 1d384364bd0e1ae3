"""Every mailbox hears and speaks."""

from collections.abc import Iterator
from datetime import datetime

from foredesk.channels import judging
from foredesk.channels.models import Mailbox
from foredesk.operations.checks.finding import Finding, worst

LABEL = "Mailbox"
ADVICE = "Open the mailbox in the settings and check both directions."
RANK = 70


def look(*, at: datetime) -> Iterator[Finding]:
    boxes = list(Mailbox.objects.select_related("consent").order_by("address"))
    if not boxes:
        yield Finding("off", "There is none yet. Add one in the settings.")
    for box in boxes:
        hears, speaks = judging.receiving(box, at=at), judging.sending(box, at=at)
        parts = [hears] if not box.is_active else [hears, speaks]
        agreed = judging.consent(box, at=at)
        if agreed is not None:
            parts.append(agreed)
        state = worst([part.state for part in parts])
        advice = next((part.advice for part in parts if part.state == state), "")
        text = " ".join(part.text for part in parts)
        yield Finding(state, text, advice, box.address, box.pk)
