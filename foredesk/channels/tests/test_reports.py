"""Reports are known by their form, or by sender, subject and words together; people are not."""

import random
import re
import time

import pytest

from foredesk.channels.mail import automatic, bounce_wordings, reading, reports, statuses

DSN = """\
Return-Path: <>
From: Mail Delivery System <MAILER-DAEMON@mx.shop.example>
To: help@shop.example
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

<cleo@customer.example>: {diagnostic}

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.shop.example

Final-Recipient: rfc822; Cleo@customer.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {diagnostic}

--b
Content-Type: message/rfc822

From: help@shop.example
To: cleo@customer.example
Subject: Re: tent
Message-ID: <abc@shop.example>
X-Foredesk-Delivery: 23456789abcdefghjkmn-aaaabbbbccccdddd

Hello
--b--
"""


def dsn(action="failed", status="5.1.1", diagnostic="550 5.1.1 User unknown"):
    return DSN.format(action=action, status=status, diagnostic=diagnostic)


def report(text, **kwargs):
    return reports.read(reading.read(text.replace("\n", "\r\n").encode()), **kwargs)


def test_the_standard_form():
    found = report(dsn())
    assert found.kind == "failure"
    assert found.marks == ("23456789abcdefghjkmn-aaaabbbbccccdddd",)
    assert "abc@shop.example" in found.references
    [failure] = found.failures
    assert (failure.address, failure.status) == ("cleo@customer.example", "5.1.1")
    assert (failure.reason, failure.is_hard) == ("no such mailbox", True)


@pytest.mark.parametrize(
    ("changes", "kind", "reason", "is_hard"),
    [
        ({"action": "delayed", "status": "4.4.1", "diagnostic": "451 no answer"}, "delay",
         "its mail server does not answer", False),
        ({"action": "delivered", "status": "2.1.5", "diagnostic": "250"}, "delivered", "", False),
        ({"status": "5.2.2", "diagnostic": "552 full"}, "failure", "the mailbox is full", False),
        ({"status": "5.0.0", "diagnostic": "550 No such user here"}, "failure", "no such mailbox",
         True),
        ({"status": "5.7.1", "diagnostic": "554 blocked"}, "failure", "it is not allowed", False),
        ({"status": "4.4.7", "diagnostic": "retry time exceeded"}, "failure",
         "its mail server did not take it in time", False),
    ],
)  # fmt: skip
def test_what_is_said_in_plain_words(changes, kind, reason, is_hard):
    found = report(dsn(**changes))
    assert found.kind == kind
    if reason:
        assert (found.failures[0].reason, found.failures[0].is_hard) == (reason, is_hard)


def test_a_form_without_a_recipient_is_no_report():
    text = dsn().partition("\n--b")[0] + "\n\nHello, where is my tent?\n"
    person = text.replace("Mail Delivery System <MAILER-DAEMON@mx.shop.example>", "c@x.example")
    person = person.replace("Undelivered Mail Returned to Sender", "My tent")
    person = person.replace("Return-Path: <>\n", "")
    assert report(person) is None


WORDS = {
    "qmail": ("MAILER-DAEMON@a.example", "failure notice",
        "Hi. This is the program at a.example.\nI wasn't able to deliver your message to the "
        "following addresses.\n\n<cleo@customer.example>:\nSorry, no mailbox here by that name. "
        "(#5.1.1)\n\n--- Below this line is a copy of the message.\n\n{original}"),
    "exim": ("Mail Delivery System <Mailer-Daemon@a.example>",
        "Mail delivery failed: returning message to sender",
        "A message that you sent could not be delivered to one or more of its recipients.\n\n  "
        "cleo@customer.example\n    550 5.1.1 User unknown\n\n------ This is a copy of the "
        "message. ------\n\n{original}"),
    "notes": ("postmaster@a.example", "DELIVERY FAILURE: no such user",
        "Your message was not delivered to:\n  cleo@customer.example\nbecause: 550 5.1.1 No such "
        "user\n\n{original}"),
    "exchange": ("System <postmaster@a.example>", "Unzustellbar: Ihre Anfrage",
        "Delivery has failed to these recipients:\ncleo@customer.example\n550 5.1.1 unknown user\n"
        "\nOriginal message headers:\n{original}"),
    "sendmail": ("Mail Delivery Subsystem <MAILER-DAEMON@a.example>", "Returned mail: User unknown",
        "   ----- Transcript of session follows -----\n550 5.1.1 <cleo@customer.example>... User "
        "unknown\n\n   ----- Unsent message follows -----\n{original}"),
}  # fmt: skip
ORIGINAL = "Received: by a.example\nMessage-ID: <abc@shop.example>\nTo: cleo@customer.example\n\nHi"


@pytest.mark.parametrize("kind", WORDS)
def test_bounces_without_a_form(kind):
    author, subject, body = WORDS[kind]
    text = f"From: {author}\nTo: help@shop.example\nSubject: {subject}\n\n{body}\n"
    found = report(text.format(original=ORIGINAL))
    assert found.kind == "failure"
    assert found.failures[0].address == "cleo@customer.example"
    assert found.failures[0].reason == "no such mailbox"
    assert "abc@shop.example" in found.references


@pytest.mark.parametrize("kind", WORDS)
def test_a_person_who_sends_on_what_came_back_is_a_person(kind):
    _, subject, body = WORDS[kind]
    text = f"From: Cleo <cleo@x.example>\nTo: help@shop.example\nSubject: {subject}\n\n{body}\n"
    assert report(text.format(original=ORIGINAL)) is None
    attached = dsn().replace("Return-Path: <>\n", "").replace("multipart/report", "multipart/mixed")
    attached = attached.replace(
        "Mail Delivery System <MAILER-DAEMON@mx.shop.example>", "Cleo <cleo@x.example>"
    )
    assert report(attached) is None


@pytest.mark.parametrize(
    ("author", "subject"),
    [
        ("noreply@parcels.example", "Your parcel could not be delivered"),
        ("postmaster@x.example", "Our mail server moves on Sunday"),
        ("Cleo <cleo@x.example>", "Delivery failed, where is my tent?"),
    ],
)
def test_mail_about_deliveries_of_other_things(author, subject):
    text = f"From: {author}\nSubject: {subject}\n\nWe were unable to deliver to your address.\n"
    assert report(text) is None


def test_a_delay_in_words():
    text = (
        "From: Mail Delivery System <Mailer-Daemon@a.example>\nSubject: Warning: message x delayed "
        "24 hours\n\nA message has not yet been delivered to cleo@customer.example. It will be "
        "retried.\n"
    )
    assert report(text).kind == "delay"


FEEDBACK = """\
From: feedback@big.example
To: help@shop.example
Subject: FW: Re: tent
Content-Type: multipart/report; report-type=feedback-report; boundary="b"

--b
Content-Type: message/feedback-report

Feedback-Type: {kind}
User-Agent: x
Version: 1
Original-Rcpt-To: <cleo@customer.example>

--b
Content-Type: message/rfc822

Message-ID: <abc@shop.example>

Hi
--b--
"""


def test_complaints_and_other_feedback():
    found = report(FEEDBACK.format(kind="abuse"))
    assert (found.kind, found.failures[0].address) == ("complaint", "cleo@customer.example")
    assert report(FEEDBACK.format(kind="not-spam")).kind == "other"


def test_receipts():
    text = (
        "From: Cleo <cleo@customer.example>\nSubject: Read: tent\nContent-Type: multipart/report;"
        ' report-type=disposition-notification; boundary="b"\n\n--b\nContent-Type: text/plain\n\n'
        "It was displayed.\n--b\nContent-Type: message/disposition-notification\n\n"
        "Original-Message-ID: <abc@shop.example>\nDisposition: manual-action/x; shown\n\n--b--\n"
    )
    found = report(text)
    assert (found.kind, found.references[0]) == ("receipt", "abc@shop.example")


def test_a_vacation_notice_is_no_bounce():
    text = "Return-Path: <>\nFrom: Cleo <c@x.example>\nSubject: Automatic reply: tent\n\nAway.\n"
    mail = reading.read(text.encode())
    assert reports.read(mail) is None
    signs = automatic.signs(
        mail.root, author="c@x.example", subject=mail.subject, is_continuing=False
    )
    assert signs.is_answer


def test_codes_are_not_taken_from_addresses_of_machines():
    assert statuses.code_in("host 5.1.1.7 said 550 5.2.2 full") == "5.2.2"
    assert statuses.code_in("version 15.1.1 of 5.1.1.2") == ""


def test_every_pattern_stays_fast_on_its_worst_prefix():
    """30 kB that begin again and again as the patterns do; what is not linear takes seconds."""
    pieces = (
        "could not ", "was not be able to ", "x-foredesk-delivery: ", "message-id: \r\n ",
        "a@", "a.", "-----", "user ", "mailbox ", "5.1.", "550 ", " \t", "\n ", "delivery ",
        "A:\n b", "return", "(", "<", "Message-ID:", "host ", "warning:-",
    )  # fmt: skip
    rng = random.Random(7)
    values = [
        getattr(module, name)
        for module in (bounce_wordings, reports, statuses, automatic)
        for name in dir(module)
    ]
    patterns = [one for one in values if isinstance(one, re.Pattern)]
    patterns += [words for _, words in statuses._KNOWN]
    for piece in (*pieces, "".join(rng.choice(pieces) for _ in range(2000))):
        text = (piece * (30_000 // len(piece) + 1))[:30_000]
        for pattern in patterns:
            given = text.encode() if isinstance(pattern.pattern, bytes) else text
            began = time.process_time()
            for _ in pattern.finditer(given):
                pass
            assert time.process_time() - began < 0.3, (pattern.pattern[:60], piece[:20])
