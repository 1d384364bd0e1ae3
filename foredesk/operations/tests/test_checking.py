"""The report on the desk: every check against the real database."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection

from foredesk.channels import beating
from foredesk.channels.models import Dispatch, Mailbox
from foredesk.channels.tests.mails import a_mailbox
from foredesk.files import clamd, scanning, storing
from foredesk.operations import checking, checks, measuring_disks
from foredesk.operations.checks import (
    clock,
    files,
    intake,
    mailboxes,
    outgoing,
    queue,
    scanner,
    sender_domain,
    worker,
)
from foredesk.operations.checks.finding import STATES, Finding, worst
from foredesk.plumbing.clock import now

GB = 1024**3


def a_job(
    status="failed",
    task="channels.send_due",
    at=None,
    worker=None,
    attempts=1,
    only_one=None,
    **args,
):
    """A row of the queue, as procrastinate writes it."""
    import json

    with connection.cursor() as cursor:
        cursor.execute(
            "insert into procrastinate_jobs (queue_name, task_name, args, status, scheduled_at,"
            " worker_id, attempts, queueing_lock)"
            " values ('default', %s, %s, %s::procrastinate_job_status, %s, %s, %s, %s)"
            " returning id",
            [task, json.dumps(args), status, at, worker, attempts, only_one],
        )
        return cursor.fetchone()[0]


def a_worker(silent_for=0):
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into procrastinate_workers (last_heartbeat)"
            " values (now() - make_interval(secs => %s)) returning id",
            [silent_for],
        )
        return cursor.fetchone()[0]


def states(module, at=None):
    return [finding.state for finding in module.look(at=at or now())]


@pytest.mark.parametrize("name", checks.registry())
def test_each_check_says_what_it_is_and_what_to_do(name):
    check = checks.registry()[name]
    assert check.LABEL
    assert check.ADVICE.endswith(".")
    assert isinstance(check.RANK, int)


def test_the_report_has_one_sentence_for_each(db):
    results = checking.report(at=now())
    assert {one.name.split(".")[0] for one in results} == set(checks.registry())
    for one in results:
        assert one.state in STATES
        assert one.text.endswith(".")
        assert bool(one.advice) == (one.state in ("warn", "bad"))


def test_a_check_that_breaks_is_bad_and_stops_no_other(db, monkeypatch):
    def broken(*, at):
        raise ValueError("out of tune")

    monkeypatch.setattr(clock, "look", broken)
    results = {one.name: one for one in checking.report(at=now())}
    assert results["clock"].state == "bad"
    assert "out of tune" in results["clock"].text
    assert results["database"].state == "ok"


def test_a_check_that_breaks_the_transaction_stops_no_other(db, monkeypatch):
    def broken(*, at):
        with connection.cursor() as cursor:
            cursor.execute("select 1 / 0")
        yield Finding("ok", "Never reached.")

    monkeypatch.setattr(worker, "look", broken)
    results = {one.name: one for one in checking.report(at=now())}
    assert "division by zero" in results["worker"].text
    assert results["backups"].state in STATES


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["ok", "off"], "ok"),
        (["ok", "warn"], "warn"),
        (["warn", "bad", "ok"], "bad"),
        (["off"], "off"),
        ([], "off"),
    ],
)
def test_the_worst_speaks_for_all(given, said):
    assert worst(given) == said


@pytest.mark.parametrize(
    ("free", "total", "state"),
    [
        (100 * GB, 200 * GB, "ok"),
        (4 * GB, 500 * GB, "warn"),
        (9 * GB, 100 * GB, "warn"),
        (90 * GB, 1000 * GB, "ok"),
        (4 * GB, 10 * GB, "ok"),
        (GB // 2, 500 * GB, "bad"),
        (GB // 2, GB, "ok"),
        (0, 0, "bad"),
    ],
)
def test_a_small_disk_is_judged_by_its_share(free, total, state):
    assert measuring_disks.judge(free=free, total=total) == state


def test_files_that_can_not_be_stored_are_bad(db, monkeypatch, tmp_path):
    from django.core.files.storage import storages

    blocked = tmp_path / "a file, no folder"
    blocked.write_text("")
    monkeypatch.setattr(storages["blobs"], "_location", str(blocked))
    storages["blobs"].__dict__.pop("location", None)
    storages["blobs"].__dict__.pop("base_location", None)
    try:
        assert states(files) == ["bad"]
    finally:
        storages["blobs"].__dict__.pop("location", None)
        storages["blobs"].__dict__.pop("base_location", None)


@pytest.mark.parametrize(
    ("answer", "state", "words"),
    [
        ("ClamAV 1.4.3", "ok", "ClamAV 1.4.3 answers. 1 file waits for it."),
        ("ClamAV 1.4.3/27500/{fresh}", "ok", "ClamAV 1.4.3 answers. 1 file waits for it."),
        ("ClamAV 1.4.3/27500/Thu Jan  2 09:41:12 2025", "warn", "days old. 1 file waits for it."),
        (clamd.Away("It does not answer."), "bad", "It does not answer. 1 file waits for it."),
    ],
)
def test_a_virus_scanner_that_is_away_or_old(db, settings, monkeypatch, answer, state, words):
    def version(where):
        if isinstance(answer, Exception):
            raise answer
        return answer.format(fresh=f"{now():%a %b %d %H:%M:%S %Y}")

    assert states(scanner) == ["off"]
    settings.ENV = replace(settings.ENV, clamav="/run/clamav/clamd.ctl")
    monkeypatch.setattr(clamd, "version", version)
    scanning.ask([storing.keep(b"x").pk], topic="ticket-1")
    (found,) = scanner.look(at=now())
    assert found.state == state
    assert words in found.text


@pytest.mark.parametrize(
    ("seconds", "state"), [(0, "ok"), (4, "ok"), (6, "warn"), (59, "warn"), (61, "bad")]
)
def test_clocks_that_differ(seconds, state):
    assert clock.judge(timedelta(seconds=seconds)) == state


@pytest.mark.parametrize(
    ("silences", "state"), [([], "bad"), ([3], "ok"), ([3, 900], "ok"), ([45], "bad")]
)
def test_a_worker_that_says_nothing_is_bad(db, silences, state):
    for silence in silences:
        a_worker(silence)
    assert states(worker) == [state]


def test_jobs_that_wait_and_jobs_that_failed(db):
    at = now()
    assert states(queue) == ["ok"]
    a_job("todo", at=at - timedelta(minutes=2))
    assert states(queue, at) == ["warn"]
    a_job("todo", at=at - timedelta(minutes=6))
    a_job("todo", at=at + timedelta(hours=1))
    waiting, *_ = queue.look(at=at)
    assert (waiting.state, waiting.text) == ("bad", "2 wait, the oldest for 6 min.")
    a_job("failed")
    assert states(queue, at) == ["bad", "warn"]


@pytest.mark.parametrize(
    "owing",
    [
        {"task": "logbook.deliver", "entry_id": 1},
        {"task": "channels.open_envelope", "envelope_id": 1, "hears": [1]},
    ],
)
def test_facts_that_did_not_arrive(db, owing):
    a_job("failed", task="channels.open_envelope", envelope_id=2)
    assert next(one for one in checking.report(at=now()) if one.name == "listeners").state == "ok"
    a_job("failed", **owing)
    results = {one.name: one for one in checking.report(at=now())}
    assert results["listeners"].state == "bad"


def test_the_intake_that_fell_silent(db):
    at = now()
    assert states(intake, at) == ["bad"]
    beating.beat("intake", at=at - timedelta(seconds=20), detail="4 mails taken")
    assert states(intake, at) == ["ok"]
    beating.beat("intake", at=at - timedelta(minutes=3))
    assert states(intake, at) == ["bad"]
    a_mailbox(imap_host="imap.halden.example")
    assert states(intake, at) == ["bad", "bad"]


MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("fields", "state", "said"),
    [
        ({}, "ok", "comes in by the mail intake"),
        ({"is_active": False}, "off", "switched off"),
        ({"imap_host": "i", "last_success_at": 0.2}, "ok", "Fetched"),
        ({"imap_host": "i", "changed_at": 1}, "warn", "not been fetched yet"),
        ({"imap_host": "i", "changed_at": 30}, "bad", "Nobody looked at it for 30 min"),
        ({"imap_host": "i", "last_success_at": 45}, "bad", "Nobody looked at it for 45 min"),
        (
            {"imap_host": "i", "last_success_at": 2, "failing_since": 1, "last_error": "No."},
            "warn",
            "Fetching fails for 1 min: No.",
        ),
        (
            {"imap_host": "i", "last_success_at": 9, "failing_since": 8, "last_error": "No."},
            "bad",
            "Nothing comes in for 8 min: No.",
        ),
        ({"imap_host": "i", "failing_since": 0.1, "last_error": "No."}, "bad", "No."),
        ({"smtp_host": "s", "send_failing_since": 9, "send_error": "Busy."}, "bad", "Busy."),
        ({"smtp_host": "s", "send_failing_since": 1, "send_error": "Busy."}, "warn", "Busy."),
        ({"smtp_host": "s", "last_sent_at": 5}, "ok", "Last sent 5 minutes ago"),
    ],
)
def test_how_a_mailbox_does(db, fields, state, said):
    at = now()
    times = {"last_success_at", "failing_since", "changed_at", "send_failing_since", "last_sent_at"}
    a_mailbox(**{k: at - v * MINUTE if k in times else v for k, v in fields.items()})
    (found,) = mailboxes.look(at=at)
    assert found.state == state
    assert said in found.text
    assert found.subject == "help@halden.example"


def test_mail_that_does_not_leave(db):
    at = now()
    assert states(outgoing, at) == ["off"]
    box = a_mailbox(smtp_host="smtp.halden.example")
    assert states(outgoing, at) == ["ok"]
    Dispatch.objects.create(mailbox=box, state="failed", at=at - timedelta(hours=2), started_at=at)
    (found,) = outgoing.look(at=at)
    assert (found.state, found.text) == ("warn", "1 mail failed in the last day.")


def test_a_backup_that_is_old(db, monkeypatch, tmp_path):
    from foredesk.operations.checks import backups

    monkeypatch.setattr(settings, "ENV", type("E", (), {"data_dir": tmp_path}))
    at = now()
    assert states(backups, at) == ["warn"]
    (tmp_path / "last_backup").write_text((at - timedelta(hours=5)).isoformat())
    assert states(backups, at) == ["ok"]
    (tmp_path / "last_backup").write_text((at - timedelta(days=3)).isoformat())
    assert states(backups, at) == ["warn"]


def test_the_doctor_says_what_to_publish_for_a_domain(db):
    at = now()
    box = Mailbox.objects.create(
        name="Help",
        address="help@shop.example",
        smtp_host="smtp.shop.example",
        created_at=at,
        changed_at=at,
    )
    assert [one.state for one in sender_domain.look(at=at)] == ["off"]
    box.domain_findings = [
        {
            "what": "SPF",
            "state": "bad",
            "text": "There is none.",
            "name": "shop.example",
            "value": "v=spf1 mx ~all",
        }
    ]
    box.save()
    [said] = sender_domain.look(at=at)
    assert (said.state, said.text) == ("warn", "SPF: There is none.")
    assert said.advice == "Publish: shop.example TXT v=spf1 mx ~all"
