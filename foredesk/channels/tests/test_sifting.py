"""The spam filter: named signs, words that the team taught, and always a way back."""

import pytest

from foredesk.channels import accepting, learning_spam, lessons, opening, sifting
from foredesk.channels.mail import reading, spam_words
from foredesk.channels.models import SpamLesson, SpamWord
from foredesk.channels.tests.letters import raw
from foredesk.logbook.models import Entry
from foredesk.plumbing.clock import now
from foredesk.tickets import replying, spamming
from foredesk.tickets.models import Ticket
from foredesk.tickets.tests import cases

pytestmark = pytest.mark.django_db

BAD = "Congratulations, claim your guaranteed cash prize now, call the free lottery hotline"
GOOD = "Hello, the zip of my tent is torn and the poles are bent, can I send it in for repair"


def letter(text: str, *, subject: str = "Hello", more: bytes = b"", author: str = "x@new.example"):
    return reading.read(
        b"From: " + author.encode() + b"\r\nTo: help@halden.example\r\nSubject: "
        + subject.encode() + b"\r\nDate: Mon, 2 Mar 2026 10:00:00 +0000\r\nMessage-ID: <1@x>\r\n"
        + more + b"\r\n" + text.encode()
    )  # fmt: skip


def sift(text: str, *, author: str = "x@new.example", **more) -> str:
    mail = letter(text, author=author, **more)
    return sifting.sift(mail, author=author, text=mail.text)


def taught(count: int = 25) -> None:
    """A team that has marked some mail and answered some."""
    for number in range(count):
        for text, is_spam in ((BAD, True), (GOOD, False)):
            ticket = cases.ticket_of(text=f"{text} {number}", author=f"p{number}@some.example")
            learning_spam.learn(ticket.pk, is_spam=is_spam)


@pytest.mark.parametrize("text", [BAD, GOOD, "WIN WIN WIN", ""])
def test_before_it_has_learned_words_decide_nothing(text):
    assert sift(text) == ""


def test_what_the_team_marks_is_recognised_and_explained():
    taught()
    reason = sift("Claim your free lottery cash prize, call the hotline now")
    assert "your team" in reason
    assert "lottery" in reason
    assert sift("The poles of my tent are bent and the zip is torn") == ""


def test_few_lessons_are_no_judgement():
    taught(lessons.ENOUGH - 1)
    assert sift(BAD) == ""


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (b"X-Spam-Flag: YES\r\n", "filter on its way"),
        (b"X-Spam-Status: Yes, score=9.1\r\n", "filter on its way"),
    ],
)
def test_another_filters_word_counts(more, says):
    assert says in sift(GOOD, more=more)


def test_signs_add_up_and_one_alone_does_nothing():
    link = '<a href="https://steal.example/login">www.bank.example</a>'
    html = b"Content-Type: text/html\r\n"
    assert sift(link, more=html) == ""
    reason = sift(
        f"--b\r\nContent-Type: text/html\r\n\r\n{link}\r\n--b\r\n"
        'Content-Disposition: attachment; filename="bill.pdf.exe"\r\n\r\nMZ\r\n--b--',
        more=b"Content-Type: multipart/mixed; boundary=b\r\n",
    )
    assert "steal.example" in reason
    assert "pretends" in reason


def test_a_customer_whom_we_answered_is_never_sifted(ada):
    ticket = cases.ticket_of(author="old@friend.example")
    assert "filter" in sift(GOOD, more=b"X-Spam-Flag: YES\r\n", author="old@friend.example")
    replying.reply(ticket, by=ada, at=now(), body_html="<p>Yes</p>")
    assert sift(GOOD, more=b"X-Spam-Flag: YES\r\n", author="old@friend.example") == ""


def test_spam_lands_in_spam_with_its_reason_and_comes_back(ada):
    ticket = cases.ticket_of(spam="a filter on its way called it spam")
    assert ticket.is_spam
    entry = Entry.objects.get(about_id=ticket.pk, kind="tickets.MarkedAsSpam")
    assert entry.data["reason"] == "a filter on its way called it spam"
    restored = spamming.restore_from_spam(ticket, by=ada, at=now())
    assert not restored.is_spam


def test_an_answer_in_a_ticket_is_never_spam():
    ticket = cases.ticket_of()
    cases.answered(ticket, spam="whatever")
    assert not Ticket.objects.get(pk=ticket.pk).is_spam


def test_a_lesson_counts_once_and_can_be_taken_back():
    ticket = cases.ticket_of(text="tent")
    for is_spam, counts in ((True, (1, 0)), (True, (1, 0)), (False, (0, 1))):
        learning_spam.learn(ticket.pk, is_spam=is_spam)
        rows = SpamWord.objects.filter(word__in=["", "tent"]).values_list("spam", "ham")
        assert set(rows) == {counts}
    assert SpamLesson.objects.count() == 1


def test_the_counts_of_a_mail_are_few_whatever_comes():
    words = spam_words.words_of(subject="x " * 9999, text="a1b2 " * 99_999, author="a@b")
    assert len(words) <= spam_words.MOST
    words = spam_words.words_of(
        subject="", text=" ".join(map(str, range(99_999))) + "w" * 99_999, author=""
    )
    assert max(map(len, words)) <= 2 * spam_words.LONGEST


def test_the_road_in_ends_in_spam(blobs, mailbox):
    data = b"X-Spam-Flag: YES\r\n" + raw()
    envelope = accepting.accept(
        data, mailbox=mailbox, road="smtp", at=now(), mail_from="c@c.example"
    )
    opened = opening.open_envelope(envelope.pk)
    assert Ticket.objects.get(messages=opened.message_id).is_spam
