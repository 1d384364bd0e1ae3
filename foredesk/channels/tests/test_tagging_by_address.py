"""A mail to support+refund@… puts the tag on its ticket, when the mailbox allows the tag."""

import pytest

from foredesk.channels import mailboxes
from foredesk.channels.mail import reading, reply_address
from foredesk.channels.tests.letters import raw
from foredesk.channels.tests.test_opening import opened
from foredesk.plumbing.clock import now
from foredesk.tickets import tagging
from foredesk.tickets.models import Message
from foredesk.tickets.tests import cases

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("blobs")]


def tags_after(mailbox, to, **fields):
    envelope = opened(raw(to=to, **fields), mailbox, rcpt_to=[to])
    return Message.objects.get(pk=envelope.message_id).ticket.tags


@pytest.fixture
def allows(mailbox, adi):
    def allow(**given):
        return mailboxes.change(mailbox, by=adi, at=now(), **given)

    return allow


@pytest.mark.parametrize(
    ("to", "tags"),
    [
        ("help+refund@shop.example", ["refund"]),
        ("HELP+Refund@SHOP.example", ["refund"]),
        ("help+unknown@shop.example", []),
        ("help@shop.example", []),
        ("other+refund@shop.example", []),
        ("help+refund@evil.example", []),
    ],
)
def test_only_tags_that_are_allowed(allows, to, tags):
    assert tags_after(allows(plus_tags="refund, warranty"), to) == tags


def test_without_the_setting_nothing_is_tagged(mailbox):
    assert tags_after(mailbox, "help+refund@shop.example") == []


def test_known_tags_count_where_the_mailbox_says_so(allows, ada):
    box = allows(plus_tags_known=True)
    assert tags_after(box, "help+vip@shop.example") == []
    tagging.change_tags(cases.ticket_of(), add=["vip"], by=ada, at=now())
    assert tags_after(box, "help+vip@shop.example", subject="Second") == ["vip"]


def test_a_mail_into_a_thread_tags_it_and_the_timeline_tells(allows):
    box = allows(plus_tags="refund")
    envelope = opened(raw(message_id="<one@customer.example>"), box)
    ticket = Message.objects.get(pk=envelope.message_id).ticket
    answer = tags_after(
        box, "help+refund@shop.example", in_reply_to="<one@customer.example>", subject="Re: My tent"
    )
    assert answer == ["refund"]
    fact = next(one for one in reversed(cases.facts(ticket)) if one == "TagsChanged")
    assert fact == "TagsChanged"


def test_a_stranger_in_a_thread_tags_nothing(allows):
    box = allows(plus_tags="refund")
    opened(raw(message_id="<one@customer.example>"), box)
    told = tags_after(
        box, "help+refund@shop.example", in_reply_to="<one@customer.example>",
        **{"from": "Mallory <mallory@evil.example>"},
    )  # fmt: skip
    assert told == []


def test_our_own_reply_addresses_are_no_tags():
    token = "t12-abcdefghijklmnop"
    root = reading.read(raw(to=f"Help <help+{token}@shop.example>, help+a@shop.example")).root
    found = reply_address.details_in(root, ["help+b@shop.example"], ["help@shop.example"])
    assert found == ["b", "a"]


def test_a_flood_of_addresses_tags_no_more_than_five(allows):
    words = [f"tag{n}" for n in range(30)]
    box = allows(plus_tags=", ".join(words))
    to = ", ".join(f"help+{word}@shop.example" for word in words)
    assert tags_after(box, to) == words[:5]


@pytest.mark.parametrize("tags", ["a b!", "x" * 60, ", ".join(f"t{n}" for n in range(201))])
def test_tags_that_can_not_be_are_said(allows, tags):
    with pytest.raises(Exception, match=r"can't be a tag|at most 200") as refused:
        allows(plus_tags=tags)
    assert list(refused.value.errors) == ["plus_tags"]
