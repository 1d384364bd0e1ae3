"""Whatever is sent: an answer below 500, a sentence when it is refused, nothing half-written."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import world as worlds
from tests.test_rights import BOX, T, bodies, url_of

pytestmark = pytest.mark.django_db

MISSING = object()
BAD = {
    "missing": MISSING,
    "empty": "",
    "space": " \t\n ",
    "NUL": "a\x00b",
    "markup": "<script>alert(1)</script>\"'>",
    "another digit": "²",
    "Arabic digits": "٣",
    "negative": "-1",
    "two signs": "--5",
    "zero": "0",
    "fraction": "1.5",
    "exponent": "1e9",
    "beyond 32 bits": "3000000000",
    "beyond 64 bits": "9" * 30,
    "beyond int()": "9" * 5000,
    "infinite": "inf",
    "very long": "x" * 70_000,
    "controls": "\x01\x1b[0m\x7f\u202e\u2028",
    "a list": ["1", "2", "a"],
    "a time at the edge": "0001-01-01T00:00:00+23:59",
    "a time beyond it": "9999-12-31T23:59:59-23:59",
    "a path": "../../etc/passwd",
    "SQL": "'; drop table tickets_ticket; --",
}
FEW, WORST = 8, ("missing", "empty", "NUL", "markup", "two signs", "beyond int()", "very long")
"""A form of more fields than a few is tried with the worst alone, for the sake of time."""

MORE = {
    T + "replies/": {
        "kind": "reply", "draft": "", "revision": "", "cc": "", "bcc": "", "then": "pending",
        "sender": "1", "later": "at", "later_at": "2027-01-01T10:00",
        "to": "",
    },
    T + "scheduled/": {"draft": "1", "do": "move", "send_at": "2027-01-01T10:00"},
    T + "draft/": {"revision": "", "cc": "", "bcc": ""},
    T + "draft/discard/": {"kind": "reply"},
    T + "draft/files/": {"kind": "reply"},
    T + "status/": {"seen": "pending"},
    T + "assignment/": {"seen": ""},
    T + "team/": {"seen": ""},
    T + "priority/": {"seen": "2"},
    T + "subject/": {"seen": "Tent"},
    T + "tags/": {"remove": "x"},
    "tickets/new/": {"name": "", "team": "", "priority": ""},
    "me/": {
        "signature_html": "", "time_zone": "", "shortcuts_on": "", "mail_on_assignment": "",
        "mail_on_message": "",
    },
    "settings/people/new/": {"teams": ""},
    "account/login/": {"login": "ada@halden.example", "password": "x"},
    "account/password/reset/": {"email": "ada@halden.example"},
    "account/reauthenticate/": {"password": "x"},
    "account/password/change/": {"oldpassword": "x", "password1": "y", "password2": "y"},
    "settings/mailboxes/new/": {
        "receive": "pop3", "pop3_host": "pop.halden.example", "pop3_port": 995,
        "pop3_security": "ssl", "pop3_user": "help", "pop3_deletes": "on",
    },
    BOX: {
        "receive": "microsoft", "oauth_client_id": "x", "oauth_client_secret": "y",
        "oauth_tenant": "halden.example", "oauth_user": "", "oauth_fetch": "imap",
        "oauth_secret_until": "2027-01-01",
    },
    "setup/": {"email": "x", "name": "x", "password": "x"},
}  # fmt: skip
STRANGERS = ("account/login/", "account/password/reset/", "setup/")


def _cases(world: worlds.World) -> dict[str, dict[str, Any]]:
    found = {path: dict(body) for path, body in bodies(world).items()}
    for path, more in MORE.items():
        found.setdefault(path, {}).update(more)
    return found


def _bad_bodies(body: dict[str, Any]):
    yield "nothing at all", {}
    tried = BAD if len(body) <= FEW else {name: BAD[name] for name in WORST}
    for field in body:
        for name, value in tried.items():
            kept = {key: given for key, given in body.items() if key != field}
            yield f"{field}: {name}", kept if value is MISSING else {**kept, field: value}


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), worlds.lasting() as world:
        yield world


def _is_said(answer: Any) -> bool:
    return bool(re.search(r"\w\w.*[.?:]", re.sub(r"<[^>]+>", " ", answer.content.decode())))


def _paths() -> list[str]:
    return sorted(set(bodies(_Nothing()) | MORE))


class _Nothing:
    """Stands for a world when only the names of the paths are wanted."""

    def __getattr__(self, name: str) -> Any:
        return _Nothing()


@pytest.mark.parametrize("path", _paths())
def test_a_form_takes_it_or_refuses_it_whole(world, path):
    who = "nobody" if path in STRANGERS else "adi"
    client = world.client(who)
    url, body = url_of(path, world), _cases(world)[path]
    before = worlds.snapshot()
    wrong = []
    for name, bad in _bad_bodies(body):
        point = transaction.savepoint()
        answer = client.post(url, bad)
        if answer.status_code >= 500:
            wrong.append((name, answer.status_code))
        elif answer.status_code >= 400:
            if not _is_said(answer):
                wrong.append((name, "says nothing"))
            changed = worlds.changed(before)
            if changed:
                wrong.append((name, answer.status_code, changed))
        transaction.savepoint_rollback(point)
    assert wrong == []


def test_bytes_that_are_no_text_are_taken_or_refused(world):
    answer = world.client("ada").post(
        f"/tickets/{world.ticket.pk}/subject/",
        b"subject=%ff%fe%00%ed%a0%80&seen=%ff",
        content_type="application/x-www-form-urlencoded",
    )
    assert answer.status_code in (302, 409, 422)


QUERIES = {
    "inbox/": ("view", "sort", "q", "open", "after"),
    "inbox/list/": ("view", "sort", "q", "open"),
    "inbox/more/": ("view", "sort", "q", "after"),
    "nav/": ("view",),
    "search/palette": ("q",),
    "tickets/new/": ("email",),
    T: ("view", "sort", "q", "open"),
    T + "live/": ("view", "sort", "q"),
    T + "merge/": ("q",),
    T + "split/": ("message",),
    "messages/<slug:public_id>/frame/": ("remote", "whole"),
    "customers/": ("q", "after"),
    "mail/sent/": ("before", "state"),
    "mail/suspended/": ("before", "state"),
    "mail/senders/": ("before", "value"),
    "account/login/": ("next",),
}


@pytest.mark.parametrize("path", QUERIES)
def test_a_page_shows_something_whatever_its_address_says(world, path):
    client = world.client("adi")
    wrong = []
    for field in QUERIES[path]:
        for name, value in BAD.items():
            if value is MISSING or name == "very long":
                continue
            answer = client.get(url_of(path, world), {field: value})
            if answer.status_code not in (200, 302):
                wrong.append((field, name, answer.status_code))
    assert wrong == []


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=st.text(max_size=80), after=st.text(max_size=60), view=st.text(max_size=20))
def test_any_search_is_answered(world, text, after, view):
    client = world.client("ada")
    for url in ("/inbox/list/", "/inbox/more/", "/customers/", "/search/palette"):
        answer = client.get(url, {"q": text, "after": after, "view": view})
        assert answer.status_code == 200


NUMBERS = ["0", "9" * 15, "9" * 16, "9" * 400, "²", "-1", "1.5", "%00", "1%00", "a", "٣"]


@pytest.mark.parametrize("number", NUMBERS)
def test_a_ticket_number_that_is_none(world, number):
    assert world.client("ada").get(f"/tickets/{number}/").status_code == 404


@pytest.mark.parametrize("name", ["x" * 500, "%00", "..%2f..%2fetc", "a b", "%F0%9F%92%A9", "²"])
@pytest.mark.parametrize("place", ["files", "customers"])
def test_a_name_in_an_address_that_is_none(world, place, name):
    assert world.client("ada").get(f"/{place}/{name}/").status_code == 404


def _files(*sizes: int) -> list[SimpleUploadedFile]:
    return [SimpleUploadedFile(f"f{i}.bin", b"x" * size) for i, size in enumerate(sizes)]


MB = 1024 * 1024


@pytest.mark.parametrize("sizes", [(26 * MB,), (13 * MB, 13 * MB)], ids=["one", "together"])
def test_files_that_are_too_large_leave_nothing_behind(world, sizes):
    client = world.client("ada")
    before = worlds.snapshot()
    answer = client.post(f"/tickets/{world.ticket.pk}/draft/files/", {"file": _files(*sizes)})
    assert answer.status_code == 422
    assert "25 MB" in answer.content.decode()
    assert worlds.changed(before) == []


def test_a_second_draft_on_another_device_is_told_and_gets_the_other_text(world):
    client, url = world.client("ada"), f"/tickets/{world.ticket.pk}/draft/"
    first = client.post(url, {"kind": "reply", "body": "<p>a</p>"}).json()
    client.post(url, {"kind": "reply", "body": "<p>b</p>", "revision": first["revision"]})
    late = client.post(url, {"kind": "reply", "body": "<p>c</p>", "revision": first["revision"]})
    assert late.status_code == 409
    assert late.json()["body"] == "<p>b</p>"


def test_a_conflict_is_told_as_such(world):
    client = world.client("ada")
    answer = client.post(f"/tickets/{world.ticket.pk}/priority/", {"priority": "3", "seen": "1"})
    assert answer.status_code == 409
    assert "Somebody else changed the priority" in answer.content.decode()


def test_a_full_disk_is_said(world, settings, tmp_path):
    (tmp_path / "full").write_text("a file where the folder should be")
    settings.STORAGES = {
        **settings.STORAGES,
        "blobs": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / "full")},
        },
    }
    client = world.client("ada")
    before = worlds.snapshot()
    answer = client.post(f"/tickets/{world.ticket.pk}/draft/files/", {"file": _files(10)})
    assert answer.status_code == 507
    assert "file store" in answer.content.decode()
    assert worlds.changed(before) == []
