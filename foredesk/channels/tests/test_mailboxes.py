"""Mailboxes are added and changed with clear sentences, and their secrets stay sealed."""

import pytest
from django.db import connection

from foredesk.channels import mailboxes
from foredesk.channels.checking_mailboxes import InvalidMailbox
from foredesk.channels.models import Mailbox
from foredesk.logbook.models import Entry
from foredesk.people.models import Agent
from foredesk.people.permissions import NotAllowed
from foredesk.plumbing import crypto
from foredesk.plumbing.clock import now

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return Agent.objects.create(email="ada@shop.example", name="Ada", role="admin")


def add(admin, **fields):
    fields.setdefault("address", "Help@Shop.example")
    return mailboxes.add(by=admin, at=now(), **fields)


def test_the_first_mailbox_is_the_default_and_its_password_is_sealed(admin):
    box = add(admin, imap_host="mail.shop.example", imap_user="help", imap_password="hunter2-top")
    assert (box.is_default, box.address, box.name) == (True, "help@shop.example", "Help")
    assert box.imap_password() == "hunter2-top"
    with connection.cursor() as cursor:
        cursor.execute("select m::text from channels_mailbox m")
        assert "hunter2" not in cursor.fetchone()[0]
    assert Entry.objects.get().kind == "channels.MailboxAdded"


def test_a_secret_can_not_be_moved_to_another_mailbox(admin):
    one = add(admin, imap_host="a.example", imap_user="x", imap_password="hunter2-top")
    two = add(admin, address="sales@shop.example")
    two.imap_secret = one.imap_secret
    with pytest.raises(crypto.UnreadableSecret):
        two.imap_password()


def test_a_change_says_what_changed_and_never_a_secret(admin):
    box = add(admin, smtp_host="a.example", smtp_password="first-secret")
    box = mailboxes.change(
        box, by=admin, at=now(), smtp_host="b.example", smtp_password="second-secret"
    )
    entry = Entry.objects.latest("id")
    assert entry.data["after"] == {"smtp_host": "b.example", "smtp_password": "… (new)"}
    assert "secret" not in str(entry.data).replace("smtp_password", "")
    assert box.smtp_password() == "second-secret"
    count = Entry.objects.count()
    mailboxes.change(box, by=admin, at=now(), smtp_host="b.example", smtp_password=None)
    assert Entry.objects.count() == count


def test_another_server_or_folder_starts_the_cursor_anew(admin):
    box = add(admin, imap_host="a.example", imap_user="x")
    Mailbox.objects.update(uidvalidity=7, last_uid=99)
    box = mailboxes.change(box, by=admin, at=now(), name="Other name")
    assert box.last_uid == 99
    box = mailboxes.change(box, by=admin, at=now(), imap_folder="Support")
    assert (box.uidvalidity, box.last_uid) == (None, 0)


@pytest.mark.parametrize(
    ("fields", "name", "sentence"),
    [
        ({"address": ""}, "address", "Say which address"),
        ({"address": "help"}, "address", "is not a mail address"),
        ({"address": "help+x@shop.example"}, "address", "is not a mail address"),
        ({"address": "taken@shop.example"}, "address", "belongs to the mailbox Taken"),
        ({"address": "also@shop.example"}, "address", "belongs to the mailbox Taken"),
        ({"more_addresses": "a@b.example, x"}, "more_addresses", "“x” is not a mail address"),
        ({"from_name": "{customer}"}, "from_name", "Only {agent}, {brand} and {workspace}"),
        ({"imap_host": "a b", "imap_user": "x"}, "imap_host", "is not the name of a server"),
        ({"imap_host": "a.example"}, "imap_user", "Say which name signs in"),
        ({"smtp_host": "a.example", "smtp_port": "99999"}, "smtp_port", "number from 1 to 65535"),
        ({"smtp_host": "a.example", "smtp_port": "x"}, "smtp_port", "number from 1 to 65535"),
        ({"smtp_host": "a.example", "smtp_security": "x"}, "smtp_security", "Choose one of"),
        ({"after_fetch": "move"}, "after_fetch_folder", "Say which folder"),
        ({"after_fetch": "burn"}, "after_fetch", "Choose one of"),
        ({"team": 99999}, "team", "no such team"),
    ],
)
def test_what_can_not_be_used_is_said_for_each_field(admin, fields, name, sentence):
    add(admin, address="taken@shop.example", more_addresses=["also@shop.example"])
    with pytest.raises(InvalidMailbox) as refused:
        add(admin, **{"address": "help@shop.example", **fields})
    assert sentence in refused.value.errors[name]
    assert Mailbox.objects.count() == 1


def test_only_admins_touch_mailboxes(admin):
    box = add(admin)
    agent = Agent.objects.create(email="ben@shop.example", name="Ben")
    for action in (
        lambda: mailboxes.add(by=agent, at=now(), address="x@shop.example"),
        lambda: mailboxes.change(box, by=agent, at=now(), name="X"),
        lambda: mailboxes.make_default(box, by=agent, at=now()),
        lambda: mailboxes.remove(box, by=agent, at=now()),
    ):
        with pytest.raises(NotAllowed):
            action()


def test_the_default_passes_on_when_it_is_removed(admin):
    first, second = add(admin), add(admin, address="sales@shop.example")
    mailboxes.remove(first, by=admin, at=now())
    second.refresh_from_db()
    assert second.is_default
    third = add(admin, address="third@shop.example")
    mailboxes.make_default(third, by=admin, at=now())
    assert list(Mailbox.objects.filter(is_default=True)) == [third]
