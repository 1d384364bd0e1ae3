"""Our signed reply addresses, `local+TOKEN@domain`, read from a mail and made for one."""

import re

from foredesk.channels.mail import charsets
from foredesk.channels.mail.mime import Part

_TOKEN = re.compile(
    r"\+(t[0-9]{1,18}-[a-z2-7]{16}|a[0-9]{1,15}-[0-9]{1,15}-[rn]-[a-z2-7]{16})@", re.I
)
_DETAIL = re.compile(
    r"(?<![^\s<>,;:\"(])([^\s<>,;:\"()@+]{1,64})\+([^\s<>,;:\"()@]{1,60})@([\w.-]{1,253})"
)
MOST_RECIPIENTS = 100
_FIELDS = (b"to", b"cc", b"delivered-to", b"x-original-to", b"envelope-to", b"x-envelope-to")


def token_in(root: Part, rcpt_to: list[str]) -> str:
    """The first reply token that the mail was addressed to, lower case, or ""."""
    for recipient in rcpt_to:
        match = _TOKEN.search(recipient)
        if match:
            return match[1].lower()
    for name in _FIELDS:
        for value in root.all(name)[:10]:
            match = _TOKEN.search(charsets.decode(value[:65536]))
            if match:
                return match[1].lower()
    return ""


def details_in(root: Part, rcpt_to: list[str], own: list[str]) -> list[str]:
    """What stands after a plus in the addresses of ours (`own`, lower case) that the mail was sent
    to, each once, as the envelope and the header say; no reply tokens."""
    texts = list(rcpt_to[:MOST_RECIPIENTS])
    for name in _FIELDS:
        texts += [charsets.decode(value[:65536]) for value in root.all(name)[:10]]
    found: dict[str, None] = {}
    for text in texts:
        for match in _DETAIL.finditer(text):
            address = f"{match[1]}@{match[3]}".lower()
            if address in own and not _TOKEN.fullmatch(f"+{match[2]}@"):
                found[match[2]] = None
    return list(found)


def signed(address: str, token: str) -> str:
    """`address` with the token in its local part; a plus that is there already is replaced."""
    local, _, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}+{token}@{domain}"


def plain(address: str) -> str:
    """`address` in lower case and without anything after a plus in its local part."""
    local, _, domain = address.strip().lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"
