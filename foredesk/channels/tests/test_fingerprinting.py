"""The same mail by two roads has one fingerprint; another body has another."""

from foredesk.channels.fingerprinting import fingerprint
from foredesk.channels.tests.letters import raw

MAIL = raw(message_id="<one@customer.example>")


def test_what_servers_add_on_the_way_does_not_count():
    travelled = (
        b"Return-Path: <cleo@customer.example>\r\nDelivered-To: help@shop.example\r\n"
        b"Received: from a by b;\r\n\tMon, 2 Mar 2026 10:00:01 +0000\r\nX-Spam: no\r\n" + MAIL
    )
    assert fingerprint(travelled) == fingerprint(MAIL)


def test_line_ends_trailing_blanks_and_folds_do_not_count():
    assert fingerprint(MAIL.replace(b"\r\n", b"\n")) == fingerprint(MAIL)
    assert fingerprint(MAIL.rstrip() + b"  \r\n\r\n") == fingerprint(MAIL)
    folded = MAIL.replace(b"Subject: My tent", b"Subject: My\r\n tent")
    assert fingerprint(folded) == fingerprint(MAIL)


def test_another_body_or_id_or_subject_is_another_mail():
    others = [
        raw("Where is it?", message_id="<one@customer.example>"),
        raw(message_id="<two@customer.example>"),
        raw(message_id="<one@customer.example>", subject="Other"),
    ]
    assert len({fingerprint(one) for one in (MAIL, *others)}) == 4


def test_any_bytes_have_a_fingerprint():
    for odd in (b"", b"\n\n", b"\0" * 99, b"no header", b":\r\n :", b"\xff\xfe" * 50, b" \n" * 9):
        assert len(fingerprint(odd)) == 64


def test_long_blanks_take_linear_time():
    assert fingerprint(b"a: b\n\n" + b" " * 5_000_000 + b"x")
