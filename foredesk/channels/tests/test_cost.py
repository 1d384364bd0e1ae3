"""What a mail costs: the statements from the wire to the stored ticket, counted."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from foredesk.channels import accepting, opening
from foredesk.channels.tests.letters import raw
from foredesk.logbook import freshness
from foredesk.plumbing.clock import now

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("blobs")]

KEEPING, OPENING = 2, 10  # with BEGIN and COMMIT


def test_a_plain_mail_costs_few_statements(mailbox, monkeypatch):
    monkeypatch.setattr(freshness, "monotonic", lambda: 0.0)  # a mail right after another

    def kept(number):
        data = raw(message_id=f"<{number}@x.example>", **{"from": f"c{number}@customer.example"})
        return accepting.accept(data, mailbox=mailbox, road="smtp", at=now())

    opening.open_envelope(kept(0).pk)  # what is read once in a while is read now
    with CaptureQueriesContext(connection) as keeping:
        envelope = kept(1)
    with CaptureQueriesContext(connection) as opened:
        assert opening.open_envelope(envelope.pk).state == "opened"
    for limit, captured in ((KEEPING, keeping), (OPENING, opened)):
        said = [query["sql"][:80] for query in captured.captured_queries]
        assert len(said) <= limit, "\n".join(said)
