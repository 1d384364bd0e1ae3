"""What the DNS says about the domains that mail leaves from; looked up once a day."""

from collections.abc import Iterator
from datetime import datetime

from foredesk.channels import sender_domain
from foredesk.channels.models import SENDS, Mailbox
from foredesk.operations.checks.finding import Finding, worst

LABEL = "Sender's domain"
ADVICE = "Open the mailbox: it shows the record to publish."
RANK = 78


def look(*, at: datetime) -> Iterator[Finding]:
    boxes = Mailbox.objects.filter(SENDS, is_active=True, is_demo=False).order_by("address")
    if not boxes:
        yield Finding("off", "No mail leaves yet.", subject="mailboxes")
    for box in boxes:
        found = sender_domain.findings_of(box)
        if not found:
            yield Finding("off", "It was not looked at yet.", "", box.address, box.pk)
            continue
        # a domain that receivers distrust still sends: it warns, and fails nothing
        state = worst(["warn" if one.state == "bad" else one.state for one in found])
        said = [f"{one.what}: {one.text}" for one in found if one.state in ("bad", "warn")]
        records = [f"{one.name} TXT {one.value}" for one in found if one.value]
        advice = f"Publish: {'; '.join(records)}" if records else ""
        text = " ".join(said) or "SPF, DKIM and DMARC are well, as far as can be seen."
        yield Finding(state, text, advice, box.address, box.pk)
