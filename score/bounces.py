"""Bounces, automatic answers and complaints: found, and people never taken for machines."""

from __future__ import annotations

import csv
import gzip
import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from score import adapters
from score.rows import MAIL, Row, at_least

KINDS = {
    "is_bounce": ("bounces found", 0.97),
    "is_auto_reply": ("vacation replies found", 1.0),
    "is_feedback_report": ("complaints found", 0.94),
}
WORDS = {
    "is_bounce": "a bounce",
    "is_auto_reply": "an automatic answer",
    "is_feedback_report": "a complaint",
}
PEOPLE = ("stalwart", "hunnysoft", "flanker")
ASIDE = 2000  # texts of one source, so that none outweighs the others


def run(shared: Path) -> Iterator[Row]:
    folder = shared / MAIL / "parse"
    asked = [
        (json.loads(path.read_text()), adapters.parse(path.with_suffix(".eml").read_bytes()))
        for path in sorted((folder / "sisimai").glob("*.json"))
    ]
    for name, (words, bar) in KINDS.items():
        wanted = [got[name] for expected, got in asked if expected.get(name)]
        hits, total = sum(wanted), len(wanted)
        yield at_least(f"{words} ({hits} of {total})", hits / max(total, 1), bar)
    yield from _misjudged("mails of the corpora", _of_corpora(folder))
    yield from _misjudged("letters of people", _letters(shared))
    yield from _misjudged("people who quote a bounce", _quoting(folder / "sisimai"))


def _misjudged(said: str, mails: Iterator[bytes]) -> Iterator[Row]:
    """How many of these mails, all of people, are taken for something else."""
    wrong: Counter[str] = Counter()
    total = 0
    for raw in mails:
        total += 1
        found = adapters.parse(raw)
        wrong.update(name for name in WORDS if found[name])
    for name, words in WORDS.items():
        figure = f"{wrong[name]} of {total:,}"
        is_ok = wrong[name] * 1000 <= total
        yield Row(f"{said}: called {words}", figure, "≤ 1 in 1,000", is_ok)


def _of_corpora(folder: Path) -> Iterator[bytes]:
    """Everything that is not about a bounce and says nowhere that a machine wrote it."""
    machines = (b"delivery-status", b"mailer-daemon", b"\nauto-submitted:", b"feedback-report")
    for corpus in PEOPLE:
        for path in sorted((folder / corpus).glob("*.eml")):
            raw = path.read_bytes()
            if "bounce" not in path.name and not any(one in raw.lower() for one in machines):
                yield raw


def _letters(shared: Path) -> Iterator[bytes]:
    """Texts of people, each as a mail; every tenth by somebody at postmaster@."""
    for number, (subject, text) in enumerate(_texts(shared)):
        author = "postmaster" if number % 10 == 0 else f"person{number}"
        yield _mail(f"Pat Person <{author}@customer.example>", subject, text)


def _texts(shared: Path) -> Iterator[tuple[str, str]]:
    """(subject, text): replies, requests of customers, reports of faults, short messages."""
    data = shared / "data"
    for path in sorted((shared / MAIL / "reply").glob("*/cases.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            yield "Re: Your request", json.loads(line)["body"]
    with tempfile.TemporaryDirectory() as made:
        maker = shared / MAIL / "tools" / "gen_replies.py"
        path = Path(made) / "cases.jsonl"
        command = [sys.executable, str(maker), str(path), "--n", str(ASIDE), "--seed", "7"]
        subprocess.run(command, check=True, capture_output=True)
        for line in path.read_text(encoding="utf-8").splitlines():
            yield "Re: [#1234] Your request", json.loads(line)["body"]
    with gzip.open(
        data / "duplicates" / "hadoop_reports.jsonl.gz", "rt", encoding="utf-8"
    ) as lines:
        for _, line in zip(range(ASIDE), lines, strict=False):
            report = json.loads(line)
            yield str(report.get("title") or ""), str(report.get("body") or "")
    for name, column in (
        ("intent/banking77_train.csv", "text"),
        ("spam/sms_spam_train.csv", "text"),
    ):
        for row in _spread(data / name):
            if row.get("label") != "spam":
                yield " ".join(row[column].split())[:60], row[column]


def _spread(path: Path) -> list[dict[str, Any]]:
    """At most ASIDE rows of a table, from all over it."""
    with path.open(encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    return rows[:: max(1, len(rows) // ASIDE)]


def _quoting(folder: Path) -> Iterator[bytes]:
    """The text of every bounce, sent on by a person who asks about it."""
    for path in sorted(folder.glob("*.eml")):
        text = adapters.parse(path.read_bytes())["text"][:3000]
        quoted = "\n".join(f"> {line}" for line in text.splitlines())
        asked = "Hi, my mail to you came back with this. What did I do wrong?\n\n"
        yield _mail("Pat Person <pat@customer.example>", "My mail came back", asked + quoted)
        yield _mail("Pat Person <pat@customer.example>", "Fwd: Mail delivery failed", asked + text)


def _mail(author: str, subject: str, text: str) -> bytes:
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"], mail["To"] = author, "help@shop.example"
    mail["Subject"] = " ".join("".join(c for c in subject if c.isprintable()).split())[:200]
    mail["Message-ID"] = "<1@customer.example>"
    mail.set_content(text.encode("utf-8", "replace").decode(), cte="base64")
    return mail.as_bytes()
