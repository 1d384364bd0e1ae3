"""Check the signatures of a mail: DKIM (RFC 6376) and ARC (RFC 8617), by dkimpy."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import dkim

from foredesk.channels.mail.alignment import normalised
from foredesk.channels.mail.mime import Part

MOST_SIGNATURES = 5
MOST_LINES = 1_500_000
MOST_HEADER_BYTES = 262_144
Ask = Callable[[str], list[bytes]]
_TAG = re.compile(rb"(?:^|;)\s*([a-z]+)\s*=\s*([^;]*)")


@dataclass(frozen=True)
class Signature:
    """`result` is pass, fail, none or temperror; `why` a few words when it is no pass."""

    domain: str
    result: str
    why: str = ""


def dkim_of(raw: bytes, root: Part, *, ask: Ask) -> list[Signature]:
    """What the first five signatures are worth. `ask` gives TXT records, or raises.

    A signature that leaves a part of the body open (`l=`), or that uses SHA-1 (RFC 8301), proves
    nothing.
    """
    fields = root.all(b"dkim-signature")[:MOST_SIGNATURES]
    if not fields or _is_too_much(raw, root):
        return [Signature("", "none", "too large to check")] if fields else []
    checker = dkim.DKIM(raw)
    return [_checked(checker, index, value, ask) for index, value in enumerate(fields)]


def arc_of(raw: bytes, root: Part, *, ask: Ask) -> tuple[str, str]:
    """(pass, fail or none, the domain that sealed last)."""
    seals = root.all(b"arc-seal")
    if not seals or len(seals) > 50 or _is_too_much(raw, root):
        return "none", ""
    domain = _domain(_tags(seals[0]))
    questions = _Answers(ask)
    try:
        chain, _, _ = dkim.ARC(raw).verify(dnsfunc=questions.txt)
    except Exception:  # dkimpy raises what it meets in malformed fields
        return "fail", domain
    if questions.failed:
        return "temperror", domain
    return (chain or b"none").decode("ascii", "replace"), domain


def _checked(checker: dkim.DKIM, index: int, value: bytes, ask: Ask) -> Signature:
    tags = _tags(value)
    domain = _domain(tags)
    if b"l" in tags:
        return Signature(domain, "none", "it leaves a part of the mail unsigned")
    if tags.get(b"a", b"").lower() != b"rsa-sha256":
        return Signature(domain, "none", "its algorithm is not accepted")
    questions = _Answers(ask)
    try:
        is_good = checker.verify(idx=index, dnsfunc=questions.txt)
    except Exception as error:  # dkimpy raises what it meets in malformed fields
        return Signature(domain, "fail", str(error)[:200] or type(error).__name__)
    if is_good:
        return Signature(domain, "pass")
    if questions.failed:
        return Signature(domain, "temperror", questions.failed)
    return Signature(domain, "fail", "the mail was changed, or the key is not the domain's")


class _Answers:
    """TXT records in the form that dkimpy asks for; `failed` says why when none could be had."""

    def __init__(self, ask: Ask) -> None:
        self.ask = ask
        self.failed = ""

    def txt(self, name: bytes, timeout: float = 5) -> bytes | None:
        try:
            found = self.ask(name.decode("ascii"))
        except UnicodeDecodeError:
            return None
        except Exception as error:
            self.failed = str(error)
            return None
        return found[0] if found else None


def _tags(value: bytes) -> dict[bytes, bytes]:
    text = re.sub(rb"\s+", b"", value[:20_000])
    return dict(_TAG.findall(text))


def _domain(tags: dict[bytes, bytes]) -> str:
    return normalised(tags.get(b"d", b"").decode("utf-8", "replace"))[:255]


def _is_too_much(raw: bytes, root: Part) -> bool:
    return root.body_start > MOST_HEADER_BYTES or raw.count(b"\n") > MOST_LINES
