"""What became of a mail, from the codes of mail servers (RFC 3463, RFC 5321) and their words."""

from __future__ import annotations

import re

_CODE = re.compile(r"(?<![\d.])([245])\.([0-9])\.([0-9]{1,3})(?![\d.])")
_SMTP = re.compile(r"(?<![\d.])([45])([0-5])\d[ -](?!\d)")

MEANINGS = {
    "1.0": "the address is not accepted",
    "1.1": "no such mailbox",
    "1.2": "no such domain",
    "1.3": "the address is malformed",
    "1.6": "the mailbox has moved",
    "1.10": "the domain takes no mail",
    "2.0": "the mailbox can't take it",
    "2.1": "the mailbox is disabled",
    "2.2": "the mailbox is full",
    "2.3": "the mail is too large",
    "3.4": "the mail is too large",
    "4.1": "its mail server does not answer",
    "4.4": "there is no way to its mail server",
    "4.6": "the mail goes in circles",
    "4.7": "its mail server did not take it in time",
    "6.0": "the mail is malformed",
    "7.0": "it is not allowed",
    "7.1": "it is not allowed",
    "7.26": "the sender could not be verified",
}
_WORDS = (
    ("2.2", r"(?:mailbox|quota|inbox|storage).{0,30}(?:full|exceed)|over ?quota|disk quota"),
    ("1.1", r"(?:user|recipient|account|mailbox|address|addressee).{0,40}(?:unknown"
            r"|not (?:be )?found|not exist|doesn.t exist|not recogni[sz]ed|no longer"
            r"|invalid|reject)"),
    ("1.1", r"(?:unknown|no such|invalid|bad|nonexistent) (?:local )?(?:user|recipient|account"
            r"|mailbox|address|person|name)|no mailbox here|not a valid (?:mailbox|recipient)"),
    ("1.2", r"(?:host|domain).{0,30}(?:not found|unknown|not exist)|unknown (?:host|domain)"
            r"|no such domain|bad destination (?:host|system)|unrouteable address"),
    ("2.1", r"(?:account|mailbox|user).{0,30}(?:disabled|inactive|suspended|locked|deactivated)"),
    ("3.4", r"(?:message|mail).{0,30}(?:too (?:large|big)|exceeds.{0,20}size)|size limit"),
    ("4.6", r"(?:hop count|too many hops|routing loop|mail loop)"),
    ("4.7", r"(?:timed? ?out|timeout|in the queue too long|retry time|expired|giving up)"),
    ("4.1", r"connection (?:refused|reset|lost|dropped)|could not connect|unable to connect"),
    ("7.1", r"(?:spam|blocked|blacklist|block ?list|denied|policy|not (?:permitted|allowed"
            r"|authori[sz]ed)|refused|rejected)"),
)  # fmt: skip
_KNOWN = tuple((code, re.compile(words, re.I)) for code, words in _WORDS)
LONGEST = 2000  # characters that are looked at
HARD = {"1.0", "1.1", "1.2", "1.3", "1.6", "1.10", "2.1"}
"""The address itself is wrong: the next mail will come back too."""


def code_in(text: str) -> str:
    """The first status code such as 5.1.1, or ""."""
    match = _CODE.search(text[:LONGEST])
    return ".".join(match.groups()) if match else ""


def meaning(code: str, text: str = "") -> str:
    """Plain words for a status code, else for what the far side wrote; "" when neither says."""
    detail = detail_of(code, text)
    return MEANINGS.get(detail, "")


def detail_of(code: str, text: str = "") -> str:
    """Subject and detail of a code ("1.1" of 5.1.1), or what the words mean; a code that says only
    “something” is no better than the words."""
    detail = code.partition(".")[2]
    if detail in MEANINGS and not detail.endswith(".0"):
        return detail
    start = text[:LONGEST]
    found = next((known for known, words in _KNOWN if words.search(start)), "")
    return found or (detail if detail in MEANINGS else "")


def is_hard(code: str, text: str = "") -> bool:
    """Whether the address itself is wrong. Temporary codes that were given up are not hard."""
    if code.startswith("4") or (not code and _is_temporary(text)):
        return False
    return detail_of(code, text) in HARD


def _is_temporary(text: str) -> bool:
    match = _SMTP.search(text[:LONGEST])
    return match is not None and match[1] == "4"
