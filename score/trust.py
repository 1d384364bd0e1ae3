"""The trust scenarios, played over the SMTP intake of a running desk.

    python -m score.trust --shared FOLDER [--many N]

Each scenario is a mail and the one outcome that is right: who may write into which ticket as whom,
and who gets an automatic answer.
"""

from __future__ import annotations

import argparse
import json
import smtplib
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from score.rows import Row
from tests.peers.desk import Desk, until

CASES = Path("data/mail/cases/thread_trust.json")
SERVER = "mx.help.example"
HELP, LOUD = "help@help.example", "loud@help.example"
CANARY = "xcanaryx"
PER_CONNECTION = 200
Case = dict[str, Any]

_BUILD = """
import json
from foredesk.channels.models import Mailbox
from foredesk.logbook.actors import SYSTEM
from foredesk.people.identifying import identify
from foredesk.people.inviting import add_agent
from foredesk.people.models import Identity
from foredesk.plumbing.clock import now
from foredesk.tickets import agent_tokens, merging, opening, replying
from foredesk.tickets.models import Message, Ticket
ids = json.loads(%(ids)r)
at = now()
anna = add_agent(email="anna@help.example", name="Anna", role="agent", by=SYSTEM, at=at)
def box(name, address, **more):
    known = {field.name for field in Mailbox._meta.fields}
    more = {key: value for key, value in more.items() if key in known}
    return Mailbox.objects.create(name=name, address=address, trusted_servers=["mx.help.example"],
                                  created_at=at, changed_at=at, **more)
quiet = box("Help", "help@help.example", is_default=True)
box("Loud", "loud@help.example", acknowledges=True)
carol = identify(kind="email", value="carol@cust.example", name="Carol", at=at)
Identity.objects.create(customer=carol, value="carol.private@mail.example", verified_at=at)
dave = identify(kind="email", value="dave@other.example", name="Dave", at=at)
def ticket(requester, wire_id):
    made = opening.open_ticket(subject="x", requester=requester, channel="email",
                               account=str(quiet.pk), by=requester, at=at)
    written = replying.reply(made, by=anna, at=at, body_html="<p>Hello</p>")
    Message.objects.filter(pk=written.pk).update(external_id=wire_id, delivery="sent")
    return made
found = {}
for case in ids:
    asked = ticket(carol, f"ours100.{case}@help.example")
    other = ticket(dave, f"ours200.{case}@help.example")
    merged = ticket(carol, f"ours90.{case}@help.example")
    merging.merge(merged, into=asked, by=anna, at=at)
    erased = ticket(carol, f"ours80.{case}@help.example")
    Message.objects.filter(ticket=erased).delete()
    number = erased.pk
    erased.delete()
    token = agent_tokens.token_for(asked, anna, agent_tokens.REPLY)
    found[case] = {"100": asked.pk, "200": other.pk, "90": merged.pk, "80": number, "token": token,
                   "people": asked.participants.count()}
print(json.dumps(found))
"""

_LOOK = """
import json
from foredesk.channels.models import Envelope
from foredesk.tickets.models import Message
sent = json.loads(%(sent)r)
found = {}
for case, numbers in sent.items():
    rows = []
    for number in numbers:
        envelope = Envelope.objects.get(pk=number)
        message = Message.objects.filter(pk=envelope.message_id).select_related("ticket").first()
        row = {"state": envelope.state, "reason": envelope.reason, "message": None}
        if message is not None:
            row |= {
                "message": message.pk, "ticket": message.ticket_id, "kind": message.author_kind,
                "agent": message.agent.name.lower() if message.agent else "",
                "is_unverified": message.is_unverified, "id": message.external_id,
                "people": message.ticket.participants.count(),
                "addresses": sorted(message.ticket.participants.values_list(
                    "customer__identities__value", flat=True)),
                "stored": Message.objects.filter(external_id=message.external_id).count(),
                "answers": Message.objects.filter(
                    ticket=message.ticket, author_kind__in=("system", "rule")).count(),
            }
        rows.append(row)
    found[case] = rows
print(json.dumps(found))
"""

_WAITING = """
from foredesk.channels.models import Envelope
print(Envelope.objects.filter(state="received").count())
"""

_STORM = """
import json
from collections import Counter
from foredesk.tickets.models import Message
said = list(Message.objects.filter(author_kind="system").select_related("ticket__requester")
            .values_list("ticket__requester__identities__value", "body_text", "ticket__subject"))
told = Counter(address for address, _, _ in said)
print(json.dumps({"most": max(told.values(), default=0), "all": len(said),
                  "carol": told["carol@cust.example"],
                  "canary": any("xcanaryx" in text for _, text, _ in said)}))
"""


def run(shared: Path, *, many: int = 200) -> Iterator[Row]:
    """One row: how many scenarios have exactly their outcome; a row for each that has not.

    `many` cuts the two scenarios of thousands of mails short: score/storms.py plays them in full.
    """
    cases: list[Case] = json.loads((shared / CASES).read_text())
    with Desk(FOREDESK_UNDO_SECONDS="0") as desk:
        worlds = desk.run(_BUILD % {"ids": json.dumps([case["id"] for case in cases])})
        wrong = _play(desk, [case for case in cases if not is_storm(case)], worlds)
        for case in filter(is_storm, cases):
            wrong |= play_storm(desk, case, many)
    right, count = len(cases) - len(wrong), len(cases)
    yield Row("trust scenarios, as stated", f"{right} of {count}", str(count), right == count)
    for one, why in wrong.items():
        yield Row(f"trust: {one}", why[:200], "", False)


def build(desk: Desk) -> None:
    """The mailboxes and people of the scenarios, without a ticket."""
    desk.run(_BUILD % {"ids": "[]"})


def is_storm(case: Case) -> bool:
    """Whether it is one of thousands of mails."""
    return "storm" in case["mail"] or "from_many" in case["mail"]


def _play(desk: Desk, cases: list[Case], worlds: dict[str, Any]) -> dict[str, str]:
    sent: dict[str, list[int]] = {}
    for case in cases:
        mails = _mails(case, worlds[case["id"]])
        sent[case["id"]] = []
        for mail in mails:
            sent[case["id"]] += _send(desk, [mail], case)
            if len(mails) > 1:
                _wait(desk)
    _wait(desk)
    seen = desk.run(_LOOK % {"sent": json.dumps(sent)})
    wrong = {}
    for case in cases:
        why = _judge(case, seen[case["id"]], worlds[case["id"]])
        if why:
            wrong[case["id"]] = why
    return wrong


def _filled(text: str, case: str, world: dict[str, Any]) -> str:
    """OURS(…) and the like as ids that the desk knows."""
    token = world["token"]
    for name in ("100", "200"):
        text = text.replace(f"OURS({name})", f"<ours{name}.{case}@help.example>")
    text = text.replace("OURS(90 merged into 100)", f"<ours90.{case}@help.example>")
    text = text.replace("OURS(80 erased)", f"<ours80.{case}@help.example>")
    text = text.replace("NOTIFY_MAC(100,anna)", f"<{token}.1@help.example>")
    text = text.replace("FORGED_NOTIFY(100,anna)", f"<{token[:-16]}{'a' * 16}.1@help.example>")
    text = text.replace("<m1@cust>", f"<m1.{case}@cust>")
    return text.replace("[#100]", f"[#{world['100']}]").replace("help+100", f"help+{world['100']}")


def _mails(case: Case, world: dict[str, Any]) -> list[bytes]:
    """The mails of a scenario, in their order."""
    given, name = case["mail"], case["id"]
    mail = _mail(given, name, world)
    if given.get("twice"):
        return [mail, b"Received: from a by b; Mon, 2 Mar 2026 10:00:00 +0000\r\n" + mail]
    if name == "duplicate-id-new-body":
        first = {**given, "from": "carol@cust.example", "body": "first", "in_reply_to": "OURS(100)"}
        return [_mail(first, name, world), mail]
    return [mail]


def _mail(given: dict[str, Any], name: str, world: dict[str, Any]) -> bytes:
    people = given["from"] if isinstance(given["from"], list) else [given["from"]]
    raw = given.get("raw_header", "")
    label = raw.partition(":")[0].lower()
    fields = [] if label == "from" else [("From", one) for one in people]
    fields += [
        ("To", given.get("to", LOUD if name.startswith("loop-") else HELP)),
        ("Subject", given.get("subject", "")),
        ("Message-ID", given.get("message_id", f"<{name}.{time.time_ns()}@cust>")),
        ("Date", "Mon, 02 Mar 2026 10:00:00 +0000"),
        ("In-Reply-To", given.get("in_reply_to", "")),
        ("References", " ".join(given.get("references", []))),
        ("Cc", ", ".join(given.get("cc", []))),
        ("Reply-To", given.get("reply_to", "")),
    ]
    domain = people[0].rpartition("@")[2].strip(">")
    says = f"{SERVER}; dmarc={given['dmarc']} header.from={domain}; spf={given.get('spf', 'none')}"
    lines = [f"Authentication-Results: {says}", *([raw] if raw else [])]
    lines += [
        f"{key}: {value}"
        for key, value in fields
        if value and (key.lower() != label or key == "From")
    ]
    text = "\r\n".join([*lines, "", given.get("body", "Where is it?"), ""])
    return _filled(text, name, world).encode()


def _send(desk: Desk, mails: list[bytes], case: Case) -> list[int]:
    """Hand mails to the intake; the numbers under which it keeps them."""
    kept = []
    recipient = _recipient(mails[0])
    for start in range(0, len(mails), PER_CONNECTION):
        with smtplib.SMTP("127.0.0.1", desk.smtp_port, timeout=60) as server:
            server.ehlo()
            for mail in mails[start : start + PER_CONNECTION]:
                server.mail("bounce@front.example" if b"Return-Path: <>" not in mail else "")
                server.rcpt(recipient)
                code, text = server.data(mail)
                assert code == 250, (code, text)
                kept.append(int(text.decode().rpartition(" ")[2]))
    return kept


def _recipient(mail: bytes) -> str:
    line = next(one for one in mail.split(b"\r\n") if one.lower().startswith(b"to:"))
    return line.partition(b":")[2].strip().decode()


def _wait(desk: Desk) -> None:
    until(lambda: desk.run(_WAITING) == 0, 1800)


def _judge(case: Case, rows: list[dict[str, Any]], world: dict[str, Any]) -> str:
    """Empty when everything is as the scenario says, else what differs."""
    wanted, row = case["expect"], rows[-1]
    outcome, acts_as, adds = _outcome(row, world)
    differs = []
    if wanted["outcome"] not in ("any", outcome):
        differs.append(f"{outcome} instead of {wanted['outcome']} ({row['reason']})")
    if wanted["outcome"] != "any" and acts_as != wanted["acts_as"]:
        differs.append(f"as {acts_as}")
    if acts_as.startswith("agent") and not wanted["acts_as"].startswith("agent"):
        differs.append(f"as {acts_as}")
    if adds != wanted["adds_participant"]:
        differs.append(f"participants {row.get('addresses')}")
    if bool(row.get("answers")) != wanted["auto_reply"]:
        differs.append("an automatic answer")
    if "ticket" in wanted and row.get("ticket") != world[str(wanted["ticket"])]:
        differs.append("another ticket")
    if wanted["outcome"].startswith("append") and row.get("ticket") != world["100"]:
        differs.append("another ticket")
    if "stored_times" in wanted and row.get("stored") != wanted["stored_times"]:
        differs.append(f"stored {row.get('stored')} times")
    return "; ".join(differs)


def _outcome(row: dict[str, Any], world: dict[str, Any]) -> tuple[str, str, bool]:
    if row["message"] is None:
        outcome = "quarantine" if row["state"] == "suspended" else row["state"]
        return outcome, "nobody", False
    acts_as = f"agent {row['agent']}" if row["kind"] == "agent" else "sender"
    if row["ticket"] not in (world["100"], world["200"], world["90"]):
        return "new", acts_as, row["people"] > 1
    outcome = "append_unverified" if row["is_unverified"] else "append"
    before = world["people"] if row["ticket"] == world["100"] else 1
    return outcome, acts_as, row["people"] > before


def play_storm(desk: Desk, case: Case, many: int | None = None) -> dict[str, str]:
    """Thousands of mails, `many` at most, to a mailbox that acknowledges; what differs."""
    wanted, given = case["expect"], case["mail"]
    count = min(given.get("storm") or given["from_many"], many or 1_000_000)
    mails = []
    for number in range(count):
        author = "carol@cust.example" if "storm" in given else f"s{number}@d{number}.example"
        says = f"{SERVER}; dmarc={given.get('dmarc', 'none')}"
        mails.append(
            f"Authentication-Results: {says}\r\nFrom: {CANARY} <{author}>\r\nTo: {LOUD}\r\n"
            f"Subject: {CANARY} {number}\r\nMessage-ID: <{case['id']}.{number}@x.example>\r\n\r\n"
            f"{CANARY} {number}\r\n".encode()
        )
    before = desk.run(_STORM)
    _send(desk, mails, case)
    _wait(desk)
    told = desk.run(_STORM)
    differs = []
    if "storm" in given and told["carol"] - before["carol"] > wanted["max_auto_replies_per_hour"]:
        differs.append(f"{told['carol'] - before['carol']} automatic mails within the hour")
    if "from_many" in given:
        # carol has had hers: everybody else wrote once
        if (
            told["all"] - before["all"]
            > count * wanted["max_auto_replies_per_unverified_address_day"]
        ):
            differs.append("more than one automatic mail to an unverified address")
        if told["canary"] != wanted["ack_contains_user_text"]:
            differs.append("their words stand in an acknowledgement")
    return {case["id"]: "; ".join(differs)} if differs else {}


def main() -> int:
    """Print the rows; 1 when a scenario differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--many", type=int, default=200, help="at most so many mails in a storm")
    given = parser.parse_args()
    rows = list(run(given.shared, many=given.many))
    for row in rows:
        print(f"{row.name:50} {row.figure:>10} {row.bar:>6}")
    return 0 if rows[0].is_ok else 1


if __name__ == "__main__":
    sys.exit(main())
