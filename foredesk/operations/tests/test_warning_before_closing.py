"""The warning before a solved ticket closes: who is written to, and what it holds up."""

from datetime import timedelta

import pytest

from foredesk.automations import warning
from foredesk.automations.models import CloseWarning
from foredesk.channels.models import Mailbox
from foredesk.operations import closing_solved
from foredesk.people import reaching, setting_up
from foredesk.people.refusing import Refused
from foredesk.plumbing.clock import now
from foredesk.tickets import progressing
from foredesk.tickets.tests import cases

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def mailbox_of_shop(db):
    at = now()
    return Mailbox.objects.create(
        name="Help", address="help@shop.example", is_default=True, created_at=at, changed_at=at
    )


def solved(ada, days=0):
    ticket = cases.ticket_of(at=now() - days * DAY, verdict="pass")
    return progressing.set_status(ticket, "solved", by=ada, at=now() - days * DAY)


def warned_workspace(adi, warning=3):
    setting_up.change_workspace(
        name="Shop", language="en", time_zone="UTC", close_after_days=10,
        close_warning_days=warning, by=adi, at=now(),
    )  # fmt: skip


def test_a_customer_is_warned_before_their_ticket_closes(mailbox_of_shop, adi, ada):
    warned_workspace(adi)
    old, young = solved(ada, days=8), solved(ada, days=5)
    at = now()
    assert warning.warn_of_closing(at=at) == 1
    assert warning.warn_of_closing(at=at) == 0
    mail = old.messages.get(author_kind="system")
    assert f"we solved your request #{old.pk}, and close it in 3 days." in mail.body_text
    assert closing_solved.close_solved(at=at + 2 * DAY) == 0  # its warning is two days old
    old.messages.update(delivery="sent")
    assert closing_solved.close_solved(at=at + 3 * DAY) == 1
    assert cases.afresh(young).status == "solved"


def test_who_writes_after_the_warning_keeps_the_ticket_open(mailbox_of_shop, adi, ada):
    warned_workspace(adi)
    ticket = solved(ada, days=8)
    warning.warn_of_closing(at=now())
    cases.answered(ticket)
    assert closing_solved.close_solved(at=now() + 30 * DAY) == 0
    assert cases.afresh(ticket).status == "open"
    progressing.set_status(ticket, "solved", by=ada, at=now())
    assert warning.warn_of_closing(at=now() + 8 * DAY) == 1  # another solving, another warning


def test_what_can_not_be_written_closes_all_the_same(mailbox_of_shop, adi, ada):
    warned_workspace(adi)
    ticket = solved(ada, days=8)
    reaching.mark_undeliverable(cases.CLEO, reason="No such user", at=now())
    assert warning.warn_of_closing(at=now()) == 0
    assert "comes back" in CloseWarning.objects.get().note
    assert closing_solved.close_solved(at=now() + 3 * DAY) == 1
    assert cases.afresh(ticket).status == "closed"


def test_a_warning_as_long_as_the_wait_is_refused(adi):
    with pytest.raises(Refused, match="Warn fewer days"):
        warned_workspace(adi, warning=10)


def test_what_was_solved_on_another_desk_closes_without_a_word(mailbox_of_shop, adi, ada):
    warned_workspace(adi)
    ticket = cases.taken_over(at=now() - 400 * DAY, status="solved")
    assert warning.warn_of_closing(at=now()) == 0
    assert not ticket.messages.exists()
    assert closing_solved.close_solved(at=now() + 3 * DAY) == 1
