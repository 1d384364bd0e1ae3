"""What a mail costs: the statements from the wire to the stored ticket, counted."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from foredesk.channels import accepting, lessons, opening, our_addresses, screening
from foredesk.channels.tests.letters import raw
from foredesk.people import directory
from foredesk.plumbing.clock import now

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("blobs")]

KEEPING, OPENING = 2, 13  # with BEGIN and COMMIT, and the job that hears of the message


def test_a_plain_mail_costs_few_statements(mailbox, monkeypatch, request):
    for kept_a_while in (directory, lessons, our_addresses, screening):
        monkeypatch.setattr(kept_a_while, "KEPT", 3600)  # a mail that comes soon after another
    monkeypatch.setattr("foredesk.automations.rulebook.KEPT", 3600)
    request.addfinalizer(screening.forget)  # it remembers until when, not since when

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
