"""Mail of the desk to its own people leaves by the default mailbox, or is kept for admins."""

import pytest
from django.core.mail import EmailMultiAlternatives, send_mail

from foredesk.channels import queries
from foredesk.channels.account_mail import Backend
from foredesk.channels.models import Dispatch, Mailbox
from foredesk.files import reading
from foredesk.people.models import Agent
from tests.peers.sink import Sink

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("blobs")]


def send(html=""):
    mail = EmailMultiAlternatives("Reset", "Open /reset/TOKEN", None, ["Ada <ada@shop.example>"])
    if html:
        mail.attach_alternative(html, "text/html")
    return Backend().send_messages([mail])


def test_without_a_server_it_is_kept_and_only_admins_read_it(mailbox):
    assert send() == 1
    dispatch = Dispatch.objects.get()
    assert (dispatch.state, dispatch.purpose) == ("kept", "account")
    admin = Agent.objects.create(email="a@shop.example", name="A", role="admin")
    agent = Agent.objects.create(email="b@shop.example", name="B")
    assert b"/reset/TOKEN" in reading.read(queries.dispatch(admin, dispatch.pk).blob_id)
    assert queries.dispatch(agent, dispatch.pk) is None
    assert queries.dispatches(agent, limit=9) == []
    assert queries.dispatches(admin, limit=9) == [dispatch]


def test_with_a_server_it_is_sent_and_its_text_is_not_kept(mailbox):
    with Sink() as sink:
        Mailbox.objects.update(smtp_host="127.0.0.1", smtp_port=sink.port, smtp_security="none")
        assert send("<p>Open it</p>") == 1
        [taken] = sink.taken
    assert taken.rcpt_to == ("ada@shop.example",)
    assert taken.mail["auto-submitted"] == "auto-generated"
    assert taken.mail["from"].addresses[0].addr_spec == "help@shop.example"
    dispatch = Dispatch.objects.get()
    assert (dispatch.state, dispatch.blob) == ("sent", None)
    assert "TOKEN" not in dispatch.transcript


def test_a_failure_is_noted_and_never_breaks_the_page(mailbox):
    Mailbox.objects.update(smtp_host="127.0.0.1", smtp_port=1, smtp_security="none")
    assert send() == 0
    assert Dispatch.objects.get().state == "failed"
    assert "Nothing listens" in Mailbox.objects.get().send_error


def test_it_is_what_django_sends_with(mailbox, settings):
    settings.EMAIL_BACKEND = "foredesk.channels.account_mail.Backend"
    send_mail("Subject\r\nBcc: x@y.example".replace("\r\n", " "), "Text", None, ["a@b.example"])
    assert Dispatch.objects.get().to == ["a@b.example"]
