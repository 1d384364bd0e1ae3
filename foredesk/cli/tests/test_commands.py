"""The foredesk command as scripts use it, on a real desk in a scratch data folder."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from foredesk import __version__
from foredesk.plumbing.postgres import embedded

ROOT = Path(__file__).resolve().parents[3]
PASSWORD = "correct horse battery\n"

MAKE_TICKET = """
from django.db import transaction
from foredesk.plumbing.clock import now
from foredesk.tickets import receiving
from foredesk.tickets.arrivals import Address, InboundMessage
with transaction.atomic():
    receiving.receive(
        InboundMessage(
            channel="email",
            account="help@halden.example",
            external_id="one@mail.example",
            author=Address("cleo@mail.example", "Cleo"),
            at=now(),
            subject="Tent pole broke",
            text="It snapped in the wind.",
            html="<p>It snapped in the wind.</p>",
        ),
        at=now(),
    )
"""


def foredesk(
    data_dir: Path, *arguments: str, text: str = "", **settings: str
) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("FOREDESK_")}
    environment.pop("DATABASE_URL", None)
    return subprocess.run(
        [sys.executable, "-m", "foredesk.cli.main", *arguments],
        cwd=ROOT,
        env=environment | {"FOREDESK_DATA_DIR": str(data_dir)} | settings,
        input=text,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def desk() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="foredesk-cli-"))
    assert foredesk(folder, "migrate").stdout == "The database is up to date.\n"
    embedded.attach(folder, for_tests=True)  # or every command would start and stop it
    yield folder
    embedded.release(folder)
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def ada(desk: Path) -> str:
    person = ("--email", "ada@halden.example", "--name", "Ada", "--role", "admin")
    done = foredesk(desk, "user", "add", *person, "--password-stdin", text=PASSWORD)
    assert done.stdout == "Added Ada <ada@halden.example> as admin.\n", done.stderr
    return "ada@halden.example"


def test_version_and_help_do_not_import_django() -> None:
    code = (
        "import sys\nfrom foredesk.cli.main import main\n"
        "try: main(sys.argv[1:])\nexcept SystemExit: pass\n"
        "assert not [name for name in sys.modules if name.split('.')[0] in ('django', 'psycopg')]"
    )
    for flag, said in (("--version", __version__), ("--help", "start the whole desk")):
        done = subprocess.run(
            [sys.executable, "-c", code, flag],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert said in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        (),
        ("user", "add"),
        ("ticket", "show", "abc"),
        ("ticket", "list", "--limit=0"),
    ],
)
def test_wrong_use_exits_with_2(desk: Path, arguments: tuple[str, ...]) -> None:
    done = foredesk(desk, *arguments)
    assert done.returncode == 2
    assert "usage: foredesk" in done.stderr


def test_a_wrong_setting_is_one_plain_sentence(desk: Path) -> None:
    done = foredesk(desk, "up", FOREDESK_PORT="abc")
    assert done.returncode == 1
    assert done.stderr == (
        'foredesk: FOREDESK_PORT must be a whole number from 1 to 65535, not "abc".\n'
    )


def test_a_flag_is_checked_like_a_setting(desk: Path) -> None:
    done = foredesk(desk, "up", "--port", "99999")
    assert done.returncode == 1
    assert "FOREDESK_PORT must be a whole number" in done.stderr


def test_settings_show_no_secrets(desk: Path) -> None:
    done = foredesk(desk, "settings", "--json", FOREDESK_SECRET_KEY="s" * 40)
    shown = json.loads(done.stdout)
    assert shown["FOREDESK_SECRET_KEY"] == "(set)"
    assert shown["FOREDESK_DATA_DIR"] == str(desk)


def test_migrating_again_does_nothing(desk: Path) -> None:
    assert foredesk(desk, "migrate").stdout == "Nothing to do.\n"


def test_the_data_folder_is_closed_to_others(desk: Path) -> None:
    for name in ("files", "secrets"):
        assert (desk / name).stat().st_mode & 0o077 == 0


def test_people_are_listed_as_json(desk: Path, ada: str) -> None:
    rows = json.loads(foredesk(desk, "user", "list", "--json").stdout)
    assert {"email": ada, "name": "Ada", "role": "admin", "is_active": True, "teams": []} in rows


@pytest.mark.parametrize(
    ("fields", "password", "sentence"),
    [
        (("ada@halden.example", "Ada", "agent"), PASSWORD, "already a person with the address"),
        (("not an address", "Ann", "agent"), PASSWORD, "is not a mail address"),
        (("ann@halden.example", "Ann", "boss"), PASSWORD, "is not a role"),
        (("ann@halden.example", "Ann", "agent"), "short\n", "too short"),
        (("ann@halden.example", "Ann", "agent"), "", "no password on standard input"),
    ],
)
def test_a_person_who_cannot_be_added_is_explained(
    desk: Path, ada: str, fields: tuple[str, str, str], password: str, sentence: str
) -> None:
    email, name, role = fields
    flags = ("--email", email, "--name", name, "--role", role, "--password-stdin")
    done = foredesk(desk, "user", "add", *flags, text=password)
    assert done.returncode == 1
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_a_person_without_password_gets_a_link(desk: Path) -> None:
    done = foredesk(desk, "user", "add", "--email", "lea@halden.example", "--name", "Lea")
    assert re.search(r"http://localhost:8000/\S+\S{20,}", done.stdout), done.stderr
    again = foredesk(
        desk, "user", "reset-link", "lea@halden.example", FOREDESK_URL="https://h.test"
    )
    assert again.stdout.startswith("https://h.test/")
    assert "no agent" in foredesk(desk, "user", "reset-link", "who@halden.example").stderr


def test_a_deactivated_person_is_shown_as_such(desk: Path, ada: str) -> None:
    person = ("--email", "lou@halden.example", "--name", "Lou", "--role", "light")
    foredesk(desk, "user", "add", *person, "--password-stdin", text=PASSWORD)
    done = foredesk(desk, "user", "deactivate", "lou@halden.example")
    assert done.returncode == 0, done.stderr
    rows = json.loads(foredesk(desk, "user", "list", "--json").stdout)
    assert [row["is_active"] for row in rows if row["email"] == "lou@halden.example"] == [False]
    assert foredesk(desk, "ticket", "list", "--as", "lou@halden.example").returncode == 1


def test_a_ticket_is_listed_shown_answered_and_noted(desk: Path, ada: str) -> None:
    made = foredesk(desk, "shell", "-c", MAKE_TICKET)
    assert made.returncode == 0, made.stderr
    (row,) = json.loads(foredesk(desk, "ticket", "list", "--json").stdout)
    assert row["subject"] == "Tent pole broke"
    number = str(row["number"])
    assert "Tent pole broke" in foredesk(desk, "ticket", "list", "--status", "new").stdout

    reply = foredesk(desk, "ticket", "reply", number, "--json", text="We send one.\n\n<b>Ada</b>\n")
    assert reply.returncode == 0, reply.stderr
    assert json.loads(reply.stdout)["is_public"] is True
    assert foredesk(desk, "ticket", "reply", number, "stock is low", "--note").returncode == 0

    shown = json.loads(foredesk(desk, "ticket", "show", f"#{number}", "--json").stdout)
    assert shown["status"] == "pending"
    assert shown["assignee"] == ada
    assert [(m["is_public"], m["text"]) for m in shown["messages"]] == [
        (True, "It snapped in the wind."),
        (True, "We send one.\n\n<b>Ada</b>"),
        (False, "stock is low"),
    ]


def test_an_empty_reply_and_a_foreign_ticket_are_explained(desk: Path, ada: str) -> None:
    assert "no text" in foredesk(desk, "ticket", "reply", "1", text=" \n").stderr
    done = foredesk(desk, "ticket", "show", "999999")
    assert (done.returncode, done.stderr) == (
        1,
        f"foredesk: There is no ticket #999999 that {ada} may see.\n",
    )


def test_a_closed_pipe_is_no_error_worth_a_trace(desk: Path, ada: str) -> None:
    command = f"{sys.executable} -m foredesk.cli.main settings | true"
    done = subprocess.run(
        ["sh", "-c", command], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert "Traceback" not in done.stderr


def test_the_doctor_finds_that_nothing_runs(desk: Path) -> None:
    done = foredesk(desk, "doctor", "--json")
    assert done.returncode == 1, done.stderr
    said = json.loads(done.stdout)
    states = {one["name"]: one["state"] for one in said["checks"]}
    assert said["is_well"] is False
    assert (states["database"], states["worker"]) == ("ok", "bad")
    plain = foredesk(desk, "doctor").stdout
    assert "✗ Worker: None runs.\n    Start it with “foredesk up”" in plain


def test_the_past_of_another_desk_is_taken_over(desk: Path, tmp_path: Path) -> None:
    usual = {
        "subject": "Printer",
        "requester": {"address": "old@mail.example"},
        "opened_at": "2016-02-29T01:16:00Z",
        "events": [{"at": "2016-02-29T02:00:00Z", "status": "solved"}],
    }
    lines = [json.dumps({"id": "1", **usual}), "{broken", "", json.dumps({"id": "2", **usual})]
    file = tmp_path / "past.jsonl"
    file.write_text("\n".join([*lines, "x" * 1_200_000, json.dumps({"id": 3}), lines[0]]))
    named = (
        "line 2: The line is not JSON.\n"
        "line 5: The line is longer than 1,000,000 characters.\n"
        'line 6: "requester" needs an object with an "address".\n'
    )
    checked = foredesk(desk, "import", str(file), "--from", "old", "--check")
    assert (checked.returncode, checked.stderr) == (1, named)
    assert checked.stdout == "3 tickets can be taken over.\n"
    came = foredesk(desk, "import", str(file), "--from", "old")
    assert (came.returncode, came.stderr.endswith(f"\n{named}")) == (1, True)
    assert came.stdout == "2 tickets taken over, 1 were here before.\n"
    again = foredesk(desk, "import", "-", "--from", "old", text=lines[0])
    assert (again.returncode, again.stdout) == (0, "0 tickets taken over, 1 were here before.\n")
    missing = foredesk(desk, "import", "/no/such.jsonl", "--from", "old")
    assert (missing.returncode, missing.stderr) == (
        1,
        "foredesk: There is no file /no/such.jsonl.\n",
    )
