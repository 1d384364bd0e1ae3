"""What comes wrapped is unwrapped: winmail.dat, signed letters, invitations, uuencoded files."""

import base64
import struct
import time
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs7
from icalendar import Calendar

from foredesk.channels.mail import invitations, reading, tnef, vcards
from foredesk.channels.mail.contents import Mail

HEAD = b"From: Ada <ada@shop.example>\r\nSubject: x\r\n"


def tnef_object(level: int, name: int, data: bytes) -> bytes:
    return struct.pack("<BHHI", level, name, 0, len(data)) + data + b"\0\0"


def tnef_string(number: int, text: str) -> bytes:
    raw = text.encode("utf-16-le") + b"\0\0"
    return struct.pack("<HHII", 0x1F, number, 1, len(raw)) + raw + b"\0" * (-len(raw) % 4)


def winmail() -> bytes:
    named = struct.pack("<I", 2) + tnef_string(0x3707, "Grösse der Zelte.pdf")
    named += tnef_string(0x370E, "application/pdf")
    text = struct.pack("<I", 1) + tnef_string(0x1000, "The sizes are attached.")
    return (
        b"\x78\x9f\x3e\x22\x01\x00"
        + tnef_object(1, 0x9003, text)
        + tnef_object(2, 0x9002, b"\0" * 14)
        + tnef_object(2, 0x8010, b"GRSSED~1.PDF\0")
        + tnef_object(2, 0x800F, b"%PDF-1.7 tents")
        + tnef_object(2, 0x9005, named)
    )


def test_winmail_dat_gives_its_files_and_text_under_their_real_names():
    mail = reading.read(
        HEAD + b"Content-Type: application/ms-tnef; name=winmail.dat\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(winmail())
    )
    assert mail.text == "The sizes are attached."
    assert [(one.name, one.content_type, one.data) for one in mail.files] == [
        ("Grösse der Zelte.pdf", "application/pdf", b"%PDF-1.7 tents")
    ]


def test_a_winmail_dat_that_can_not_be_read_stays_a_file():
    mail = reading.read(
        HEAD + b"Content-Type: application/ms-tnef; name=winmail.dat\r\n\r\nnothing of the kind"
    )
    assert [one.name for one in mail.files] == ["winmail.dat"]


@pytest.mark.parametrize("count", [0xFFFFFFFF, 70000])
def test_counts_in_a_winmail_dat_are_claims(count):
    huge = struct.pack("<I", count) + struct.pack("<HHI", 0x101E, 0x3001, count)
    data = b"\x78\x9f\x3e\x22\x01\x00" + tnef_object(1, 0x9003, huge) * 3000
    began = time.process_time()
    assert tnef.unpack(data).files == []
    assert time.process_time() - began < 1


def signed_letter(letter: bytes) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Ada")])
    now = datetime(2026, 1, 1, tzinfo=UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=9))
        .sign(key, hashes.SHA256())
    )
    builder = pkcs7.PKCS7SignatureBuilder().set_data(letter)
    return builder.add_signer(certificate, key, hashes.SHA256()).sign(
        serialization.Encoding.DER, [pkcs7.PKCS7Options.Binary]
    )


def test_a_letter_that_is_only_signed_is_opened():
    inner = (
        b'Content-Type: multipart/mixed; boundary="i"\r\n\r\n--i\r\n\r\nIt is me.\r\n--i\r\n'
        b'Content-Type: text/csv; name="sizes.csv"\r\n\r\na;b\r\n--i--\r\n'
    )
    mail = reading.read(
        HEAD + b'Content-Type: application/pkcs7-mime; smime-type=signed-data; name="smime.p7m"'
        b"\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(signed_letter(inner))
    )
    assert (mail.text, mail.signed) == ("It is me.", "smime")
    assert [one.name for one in mail.files] == ["sizes.csv"]


def test_an_encrypted_letter_stays_a_file():
    mail = reading.read(
        HEAD + b'Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name="smime.p7m"'
        b"\r\n\r\nMIIB"
    )
    assert [one.name for one in mail.files] == ["smime.p7m"]
    assert mail.signed == ""


@pytest.mark.parametrize(
    ("content_type", "kind"),
    [("application/pgp-signature", "pgp"), ("application/pkcs7-signature", "smime")],
)
@pytest.mark.parametrize("name", ["", '; name="signature.asc"'])
def test_a_signature_beside_the_letter_is_a_mark_and_a_file_when_it_has_a_name(
    content_type, kind, name
):
    mail = reading.read(
        HEAD + b'Content-Type: multipart/signed; boundary="b"\r\n\r\n--b\r\n\r\nhi\r\n--b\r\n'
        b"Content-Type: " + content_type.encode() + name.encode() + b"\r\n\r\nabc\r\n--b--\r\n"
    )
    assert (mail.text, mail.signed) == ("hi", kind)
    assert [one.name for one in mail.files] == (["signature.asc"] if name else [])


def test_a_text_that_is_signed_in_itself_is_marked():
    mail = reading.read(HEAD + b"\r\n-----BEGIN PGP SIGNED MESSAGE-----\r\nHash: SHA256\r\n\r\nhi")
    assert mail.signed == "pgp"


INVITATION = """BEGIN:VCALENDAR
METHOD:REQUEST
VERSION:2.0
BEGIN:VTIMEZONE
TZID:W. Europe Standard Time
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=SECONDLY
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
ORGANIZER;CN=Ada Lovelace:mailto:ada@shop.example
ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN=Help desk:mailto:help@de
 sk.example
UID:040000008200E00074C5B7101A82E008
SUMMARY;LANGUAGE=de-DE:Zelte anprobieren
DTSTART;TZID=W. Europe Standard Time:20260310T140000
DTEND;TZID=W. Europe Standard Time:20260310T150000
SEQUENCE:2
LOCATION:Lager 5\\, Tor 2
BEGIN:VALARM
DESCRIPTION:REMINDER
TRIGGER:-PT15M
ACTION:DISPLAY
END:VALARM
END:VEVENT
END:VCALENDAR
"""


def invited(text: str = INVITATION):
    raw = text.replace("\n", "\r\n").encode()
    return reading.read(
        HEAD + b'Content-Type: multipart/alternative; boundary="b"\r\n\r\n--b\r\n\r\n'
        b'Come!\r\n--b\r\nContent-Type: text/calendar; method=REQUEST; charset="utf-8"\r\n'
        b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(raw) + b"--b--\r\n"
    )


def test_an_invitation_is_read():
    found = invited().invitation
    assert found is not None
    assert (found.method, found.summary, found.location) == (
        "REQUEST", "Zelte anprobieren", "Lager 5, Tor 2",
    )  # fmt: skip
    assert (found.starts, found.ends) == ("2026-03-10T13:00:00+00:00", "2026-03-10T14:00:00+00:00")
    assert found.organiser["address"] == "ada@shop.example"
    assert [one["address"] for one in found.attendees] == ["help@desk.example"]


def test_the_answer_to_an_invitation_names_it_and_who_answers():
    found = invited().invitation
    at = datetime(2026, 3, 1, tzinfo=UTC)
    raw = invitations.answer(
        found.as_dict(), attendee="help@desk.example", name="Zelt", choice="declined", at=at
    )
    calendar = Calendar.from_ical(raw)
    event = calendar.walk("VEVENT")[0]
    assert (str(calendar["METHOD"]), str(event["UID"])) == ("REPLY", found.uid)
    assert (int(event["SEQUENCE"]), str(event["ORGANIZER"])) == (2, "mailto:ada@shop.example")
    assert event["ATTENDEE"].params["PARTSTAT"] == "DECLINED"


@pytest.mark.parametrize(
    "text",
    [
        "BEGIN:VCALENDAR\n" + "BEGIN:VEVENT\n" * 50_000,
        INVITATION.replace("SUMMARY", "ATTENDEE:mailto:a@b.example\n" * 20_000 + "SUMMARY"),
        INVITATION.replace("UID:", "UID" + ';X="y"' * 30_000 + ":"),
        INVITATION.replace("20260310T140000", "99999999T999999"),
        INVITATION.replace("mailto:", "x" * 100_000),
        INVITATION.replace("SEQUENCE:2", "SEQUENCE:" + "9" * 5000 + "\nDURATION:P999999999D"),
        INVITATION.replace("DTEND", "X-A").replace("SEQUENCE:2", "DURATION:P99999999999W"),
    ],
)
def test_hostile_invitations_cost_nothing(text):
    began = time.process_time()
    invited(text)
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    ("charset", "subject"),
    [
        ("koi8-r", "Палатка"),
        ("gb2312", "帐篷"),
        ("shift_jis", "テント"),
        ("windows-1250", "Żółty"),
        ("utf-8", "Zelt für zwei"),
    ],
)
def test_raw_eight_bit_headers_are_read_in_the_charset_of_the_body(charset, subject):
    name = f'"{subject}" <ada@shop.example>'.encode(charset)
    mail = reading.read(
        b"From: " + name + b"\r\nSubject: " + subject.encode(charset) + b"\r\n"
        b"Content-Type: text/plain; charset=" + charset.encode() + b"\r\n\r\n"
        + subject.encode(charset)
    )  # fmt: skip
    assert (mail.subject, mail.author.name, mail.text) == (subject, subject, subject)


def test_japanese_mail_with_microsofts_characters_is_read():
    raw = b"\x1b$B-!%F%s%H\x1b(B"  # a one in a circle, then "tento"
    mail = reading.read(
        b"From: a@b.example\r\nSubject: =?ISO-2022-JP?B?" + base64.b64encode(raw) + b"?=\r\n"
        b"Content-Type: text/plain; charset=iso-2022-jp\r\n\r\n" + raw + b"\r\nok"
    )
    assert mail.subject == "①テント"
    assert mail.text == "①テント\nok"


def test_uuencoded_files_in_a_text_are_files():
    mail = reading.read(
        HEAD + b"\r\nHere it is.\r\n\r\nbegin 644 cat.txt\r\n#0V%T\r\n`\r\nend\r\n\r\nBye"
    )
    assert [(one.name, one.content_type, one.data) for one in mail.files] == [
        ("cat.txt", "text/plain", b"Cat")
    ]
    assert "begin" not in mail.text
    assert mail.text.endswith("Bye")


def carried(*cards: bytes, kind: bytes = b"text/vcard; name=cleo.vcf") -> Mail:
    body = b"".join(b"--b\r\nContent-Type: " + kind + b"\r\n\r\n" + one + b"\r\n" for one in cards)
    head = HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhi\r\n"
    return reading.read(head + body + b"--b--\r\n")


def test_a_business_card_is_read_and_stays_a_file():
    mail = carried(
        b"BEGIN:VCARD\r\nN:Client;Cleo;;;\r\nFN:Cleo Client\r\nORG:Tents\\, Ltd;Sales"
        b"\r\nTITLE:Head of\r\n  Camping\r\nitem1.EMAIL;TYPE=work:cleo@x.example\r\nTEL;TYPE=cell:"
        b"tel:+49-170-1\r\nPHOTO;ENCODING=b:AAAA\r\nEMAIL:<script>\r\nEND:VCARD"
    )
    [card] = mail.cards
    assert card.as_dict() == {
        "name": "Cleo Client", "organisation": "Tents, Ltd, Sales", "title": "Head of Camping",
        "addresses": ["cleo@x.example"], "phones": ["+49-170-1"],
    }  # fmt: skip
    assert [one.name for one in mail.files] == ["cleo.vcf"]


def test_an_old_card_has_its_umlauts():
    [card] = carried(
        b"BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:M=FCller;J=F6rg"
        b"\r\nTEL;WORK;VOICE:(030) 1 23\r\nEND:VCARD",
        kind=b"application/octet-stream; name=j.VCF",
    ).cards
    assert (card.name, card.phones) == ("Jörg Müller", ["(030) 1 23"])


@pytest.mark.parametrize(
    "data",
    [b"", b"BEGIN:VCARD", b"BEGIN:VCARD\r\nEND:VCARD", b"\x00\xff" * 999, b"BEGIN:VCARD\r\n" * 9999,
     b"BEGIN:VCARD\r\nFN:" + b";" * 99999 + b"\r\nEND:VCARD" + b"\r\nX:" * 99999],
)  # fmt: skip
def test_no_card_breaks_anything(data):
    assert len(vcards.read(data)) <= 1


def test_three_cards_are_enough():
    cards = [b"BEGIN:VCARD\r\nFN:C\r\nEND:VCARD"] * 9
    assert len(carried(*cards).cards) == len(vcards.read(b"\r\n".join(cards))) == vcards.MOST
