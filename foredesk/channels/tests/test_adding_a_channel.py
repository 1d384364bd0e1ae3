"""The example of docs/adding-a-channel.md works as it is printed."""

import json
import re
from pathlib import Path

import pytest

from foredesk.channels import accepting, kinds, opening
from foredesk.channels.models import EnvelopeState
from foredesk.plumbing.clock import now
from foredesk.tickets.models import Ticket

PAGE = Path(__file__).resolve().parents[3] / "docs" / "adding-a-channel.md"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sms(monkeypatch):
    """The printed kind, found as if its file lay in the folder."""
    code = re.search(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    namespace: dict = {}
    exec(code[1], namespace)
    known = {**kinds.all_kinds(), "sms": namespace["KIND"]}
    monkeypatch.setattr(kinds, "all_kinds", lambda: known)


def hand_over(raw: bytes):
    envelope = accepting.accept(raw, kind="sms", mailbox=None, road="webhook", at=now())
    return opening.open_envelope(envelope.pk)


def test_a_text_message_becomes_a_ticket_once(sms):
    raw = json.dumps({"id": "sms-1", "from": "+4791234567", "text": "Is my tent there?"}).encode()
    assert hand_over(raw).state == EnvelopeState.OPENED
    assert hand_over(raw).state == EnvelopeState.OPENED
    ticket = Ticket.objects.get()
    assert (ticket.channel, ticket.subject) == ("sms", "Is my tent there?")


def test_what_the_kind_refuses_is_set_aside_with_its_sentence(sms):
    envelope = hand_over(b"not JSON")
    assert envelope.state == EnvelopeState.UNREADABLE
    assert envelope.reason == "It is not the JSON of the gateway."
