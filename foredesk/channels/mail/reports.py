"""Reports of machines about mails of ours: bounces, delays, receipts, complaints.

Standard forms: RFC 3464 (delivery status), RFC 8098 (disposition), RFC 5965 (feedback), all within
RFC 6522. What has no form is known by its sender, its subject and its words together: none of them
alone makes a bounce of what a person wrote.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from foredesk.channels.kinds.contract import Failure, Report
from foredesk.channels.mail import automatic, charsets, statuses, transfer
from foredesk.channels.mail import bounce_wordings as wordings
from foredesk.channels.mail.contents import Mail
from foredesk.channels.mail.mime import Part

HEAD = 6000  # characters of explanation that are looked at
LOOKED_AT = 400_000  # bytes in which ids of ours are searched
MOST = 20

_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9.-]{1,253}[A-Za-z0-9]")
_MARK = re.compile(rb"(?i)x-foredesk-delivery:[ \t]*([a-z0-9]{20}-[a-z2-7]{16})")
_ID = re.compile(rb"(?i)message-id:[ \t]*(?:\r?\n[ \t]+)?<([^<>\s]{3,300})>")
_FIELD = re.compile(r"(?m)^([A-Za-z][A-Za-z-]{1,60})[ \t]*:[ \t]*([^\n]*(?:\n[ \t]+[^\n]*)*)")
_REPORTS = ("message/delivery-status", "message/global-delivery-status")
_RECEIPTS = ("message/disposition-notification", "message/global-disposition-notification")
_ORIGINALS = ("message/rfc822", "text/rfc822-headers", "message/global", "message/rfc822-headers")
_ACTIONS = {"failed": "failure", "delayed": "delay", "delivered": "delivered"}


def read(mail: Mail, *, has_null_sender: bool = False) -> Report | None:
    """The report that this mail is, or None for a mail of anybody else."""
    root = mail.root
    parts = list(_leaves(root))
    types = {part.type for part in parts}
    is_report = automatic.is_report(root)
    weight = _sender(mail, has_null_sender)
    if "message/feedback-report" in types or _is_complaint(mail, types):
        return _complaint(mail, parts)
    if types.intersection(_RECEIPTS) and (is_report or weight):
        return _known("receipt", mail, ())
    told = [part for part in parts if part.type in _REPORTS]
    if told and (is_report or weight):
        found = _from_status(told, mail)
        if found is not None:
            return found
    if weight or root.first(b"x-failed-recipients"):
        return _from_words(mail, weight, types)
    return None


def _leaves(root: Part) -> Iterator[Part]:
    stack = [root]
    while stack:
        part = stack.pop()
        if part.is_multipart:
            stack.extend(reversed(part.parts))
        else:
            yield part


def _sender(mail: Mail, has_null_sender: bool) -> int:
    """How much the sender looks like a mail server: 3 for sure, 0 not at all."""
    root = mail.root
    name = f"{mail.author.name} {mail.author.value}" if mail.author else ""
    if not name:
        name = charsets.decode(root.first(b"from")[:400])
    if wordings.DAEMON.search(name[:400]):
        return 3
    path = root.first(b"return-path").strip().lower()
    is_null = has_null_sender or path in (b"<>", b"<mailer-daemon>") or name.strip() == "<>"
    is_master = bool(mail.author and wordings.POSTMASTER.match(mail.author.value))
    is_robot = bool(mail.author and automatic.is_robot(mail.author.value))
    return is_null + is_master + (is_robot and not is_master)


def _from_words(mail: Mail, weight: int, types: set[str]) -> Report | None:
    """Bounces without a form: qmail, exim, Exchange, Notes and those who write like them."""
    head = _head(mail)
    named = [one.lower() for one in _ADDRESS.findall(_decoded(mail, b"x-failed-recipients"))]
    says_so = bool(wordings.SUBJECT.match(mail.subject[:300].strip()))
    in_words = bool(wordings.BODY.search(head) or wordings.JAPANESE.search(head))
    is_returned = bool(types.intersection(_ORIGINALS))
    is_bounce = weight + says_so + in_words + is_returned + 2 * bool(named) >= 3 and (
        says_so or in_words or bool(named)
    )
    if not is_bounce:
        return None
    start = f"{mail.subject}\n{head}"
    is_delay = bool(wordings.DELAYED.search(start)) and not wordings.GIVEN_UP.search(start)
    own = {one.value.lower() for one in mail.to} | {_author(mail)}
    found = named or [one.lower() for one in _ADDRESS.findall(head) if one.lower() not in own]
    code = statuses.code_in(head)
    failures = tuple(_failure(one, code, head) for one in list(dict.fromkeys(found))[:MOST])
    return _known("delay" if is_delay and not named else "failure", mail, failures)


def _from_status(parts: list[Part], mail: Mail) -> Report | None:
    failures: list[Failure] = []
    kinds: list[str] = []
    for part in parts[:5]:
        for group in re.split(r"\n[ \t]*\n", _text_of(part))[:500]:
            fields = {name.lower(): value for name, value in _FIELD.findall(group)}
            names = [fields.get("final-recipient", ""), fields.get("original-recipient", "")]
            action = fields.get("action", "").strip().lower().split(" ")[0]
            if not any(names) and not action:
                continue
            kinds.append(_ACTIONS.get(action, "failure" if not action else "other"))
            said = " ".join(fields.get("diagnostic-code", "").split())
            code = statuses.code_in(fields.get("status", "")) or statuses.code_in(said)
            for address in dict.fromkeys(a.lower() for one in names for a in _ADDRESS.findall(one)):
                failures.append(_failure(address, code, said or _head(mail)))
    if not kinds:
        return None
    kind = next((one for one in ("failure", "delay", "delivered") if one in kinds), "other")
    return _known(kind, mail, tuple(failures[:MOST]))


def _complaint(mail: Mail, parts: list[Part]) -> Report:
    kind = "complaint"
    failures: list[Failure] = []
    for part in parts:
        if part.type == "message/feedback-report":
            fields = {name.lower(): value for name, value in _FIELD.findall(_text_of(part))}
            kind_of = fields.get("feedback-type", "abuse").strip().lower()
            kind = "complaint" if kind_of not in ("not-spam", "auth-failure") else "other"
            address = _ADDRESS.search(fields.get("original-rcpt-to", ""))
            if address:
                failures.append(Failure(address[0].lower()))
    return _known(kind, mail, tuple(failures))


def _is_complaint(mail: Mail, types: set[str]) -> bool:
    return bool(
        "message/rfc822" in types
        and mail.author
        and wordings.COMPLAINANT.match(mail.author.value)
        and wordings.COMPLAINT.match(mail.subject[:300].strip())
    )


def _known(kind: str, mail: Mail, failures: tuple[Failure, ...]) -> Report:
    """With every id in it that may be ours: the reader checks them."""
    root = mail.root
    body = root.raw[root.body_start : root.body_start + LOOKED_AT]
    text = mail.text[:LOOKED_AT].encode("utf-8", "replace")
    marks = [one.decode() for one in (*_MARK.findall(body), *_MARK.findall(text))]
    ids = [*_ID.findall(body)[:MOST], *_ID.findall(text)[:MOST]]
    named = [one.decode("ascii", "replace") for one in ids]
    addresses = [one.lower() for one in _ADDRESS.findall(_head(mail))]
    return Report(
        kind=kind,
        marks=tuple(dict.fromkeys(marks))[:MOST],
        references=tuple(dict.fromkeys([*named, *mail.references]))[: 2 * MOST],
        addresses=tuple(dict.fromkeys(addresses))[: 5 * MOST],
        failures=failures,
    )


def _failure(address: str, code: str, said: str) -> Failure:
    reason = statuses.meaning(code, said) or " ".join(said.split())[:200]
    return Failure(address, code, reason, statuses.is_hard(code, said))


def _head(mail: Mail) -> str:
    """What the server says, without the mail that it returns."""
    text = mail.text[:HEAD]
    match = wordings.ORIGINAL.search(text)
    return text[: match.start()] if match and match.start() > 40 else text


def _text_of(part: Part) -> str:
    data = part.body[:100_000]
    encoding = charsets.decode(part.first(b"content-transfer-encoding")[:80])
    return charsets.decode(transfer.undo(data, encoding)).replace("\r\n", "\n")


def _decoded(mail: Mail, name: bytes) -> str:
    return charsets.decode(mail.root.first(name)[:2000])


def _author(mail: Mail) -> str:
    return mail.author.value.lower() if mail.author else ""
