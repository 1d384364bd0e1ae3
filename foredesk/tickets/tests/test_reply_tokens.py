"""Signed reply addresses can't be made up."""

import pytest

from foredesk.plumbing.ids import public_id
from foredesk.tickets.models import Participant, Ticket
from foredesk.tickets.reply_tokens import participant_of, token_for
from foredesk.tickets.tests.cases import ticket_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def participant(ticket):
    return Participant.objects.get(ticket=ticket)


def test_a_token_leads_to_whom_it_was_made_for_in_any_case(participant):
    token = token_for(participant)
    for form in (token, token.upper(), f" {token}\n"):
        assert participant_of(form) == participant
    assert len(token) < 40
    assert token == token.lower()


FORGERIES = [
    ("another participant's number", lambda t, own, other: f"t{other}-{t.partition('-')[2]}"),
    ("one letter", lambda t, own, other: t[:-1] + ("a" if t[-1] != "a" else "b")),
    ("no signature", lambda t, own, other: f"t{own}-"),
    ("zeros", lambda t, own, other: f"t{own}-" + "a" * 16),
    ("cut", lambda t, own, other: t[:-1]),
    ("longer", lambda t, own, other: t + "a"),
    ("a number beyond all", lambda t, own, other: f"t{'9' * 19}-{t.partition('-')[2]}"),
    ("the biggest number", lambda t, own, other: f"t{'9' * 18}-{t.partition('-')[2]}"),
    ("leading zero", lambda t, own, other: "t0" + t[1:] + "x"),
    ("NUL", lambda t, own, other: t + "\x00"),
    ("other digits", lambda t, own, other: "t١-" + t.partition("-")[2]),
    ("empty", lambda t, own, other: ""),
    ("a sentence", lambda t, own, other: "'; drop table tickets_ticket; --"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "forge"), FORGERIES, ids=[case[0] for case in FORGERIES])
def test_a_forgery_leads_nowhere(participant, name, forge):
    other = Participant.objects.get(ticket=ticket_of(author="dan@other.example"))
    assert participant_of(forge(token_for(participant), participant.pk, other.pk)) is None


def test_a_token_dies_with_its_participant_and_its_ticket_id(participant):
    token = token_for(participant)
    Ticket.objects.filter(pk=participant.ticket_id).update(public_id=public_id())
    assert participant_of(token) is None
    again = token_for(Participant.objects.get(pk=participant.pk))
    participant.delete()
    assert participant_of(again) is None


def test_another_secret_key_makes_other_tokens(participant, settings):
    token = token_for(participant)
    settings.SECRET_KEY = "another"
    assert token_for(participant) != token
    assert participant_of(token) is None
