"""What leaves is a well-formed mail, read by another parser."""

from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest

from foredesk.channels.mail import composing, reading
from foredesk.channels.mail.composing import Letter, Part, Person, Quote, compose

AT = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


def letter(**fields):
    given = {
        "message_id": "abc@shop.example",
        "at": AT,
        "sender": Person("help@shop.example", "Ada at North Trail"),
        "to": (Person("cleo@customer.example", "Cleo"),),
        "subject": "Re: Tent [#7]",
        "text": "Hello",
        **fields,
    }
    return Letter(**given)


def parsed(**fields):
    return message_from_bytes(compose(letter(**fields)), policy=policy.default)


def test_the_same_letter_gives_the_same_bytes():
    files = (Part("a.pdf", "application/pdf", b"%PDF"), Part("b.png", "image/png", b"x", "c@x"))
    one = letter(html="<p>Hi</p>", files=files)
    assert compose(one) == compose(one)


@pytest.mark.parametrize(
    "text",
    [
        "Grüße 👋",
        "x" * 5000,
        "Grüße " * 300,
        "plain",
        'a "quoted" \\ name, and more',
        "=?utf-8?q?no?=",
        "你好" * 200,
    ],
)
def test_any_subject_and_name_comes_through(text):
    fields = {"subject": text, "to": (Person("cleo@customer.example", text),)}
    mail = parsed(**fields)
    assert mail["subject"] == text[:900].strip()
    assert [one.addr_spec for one in mail["to"].addresses] == ["cleo@customer.example"]
    # the standard library puts blanks into names of many encoded words
    [to] = reading.read(compose(letter(**fields))).to
    assert to.name == text[:200].strip()


def test_every_line_is_short_enough_for_every_server():
    raw = compose(
        letter(
            text="long " * 5000,
            html="<p>" + "long " * 5000 + "</p>",
            subject="word " * 150,
            references=tuple(f"{'r' * 60}{n}@x.example" for n in range(40)),
            cc=tuple(Person(f"p{n}@x.example", "Näme " * 5) for n in range(40)),
        )
    )
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")


def test_threads_are_named_oldest_first():
    mail = parsed(references=("a@x", "b@x"))
    assert mail["references"] == "<a@x> <b@x>"
    assert mail["in-reply-to"] == "<b@x>"


@pytest.mark.parametrize(
    "evil", ["x\r\nBcc: v@x.example", "x\nBcc: v@x.example", "x\rBcc: v@x.example", "x\0\u2028y"]
)
def test_nothing_adds_a_header(evil):
    mail = parsed(
        subject=evil,
        sender=Person("help@shop.example", evil),
        to=(Person(f"cleo@customer.example{evil}", evil),),
        reply_to=Person("help+t@shop.example", evil),
        references=(evil,),
        message_id=f"a@x{evil}",
        html="<p>x</p>",
        files=(Part(evil, f"text/plain{evil}", b"x", ""),),
        more={"X-Test": evil},
    )
    assert mail["bcc"] is None
    assert {name.lower() for name in mail} <= {
        "from", "to", "subject", "date", "message-id", "reply-to", "in-reply-to", "references",
        "mime-version", "content-type", "x-test",
    }  # fmt: skip
    assert len(mail["to"].addresses) == 1


def test_text_html_pictures_and_files_nest_as_programs_expect():
    mail = parsed(
        html='<p>See <img src="cid:c@x"></p>',
        files=(Part("ä.pdf", "application/pdf", b"%PDF"), Part("b.png", "image/png", b"x", "c@x")),
        signature_html="<b>North Trail</b>",
        quote=Quote("Cleo", AT, "Where?", "<p>Where?</p>"),
    )
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/mixed", "multipart/alternative", "text/plain", "multipart/related", "text/html",
        "image/png", "application/pdf",
    ]  # fmt: skip
    plain = mail.get_body(("plain",)).get_content().replace("\r\n", "\n")
    assert plain == (
        "Hello\n\n-- \nNorth Trail\n\nOn 2026-03-02 at 10:00 UTC, Cleo wrote:\n> Where?\n"
    )
    assert [one.get_filename() for one in mail.iter_attachments()] == ["ä.pdf"]


def test_automatic_mail_says_so_and_replies_do_not():
    assert parsed(is_automatic=True)["auto-submitted"] == "auto-generated"
    assert parsed()["auto-submitted"] is None


def test_domains_beyond_ascii_are_written_in_ascii():
    assert composing.ascii_address("a@bücher.example") == "a@xn--bcher-kva.example"
