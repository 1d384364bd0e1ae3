"""Which mail servers a mailbox believes when they vouch for a sender."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence

from django.conf import settings

from foredesk.channels.mail import auth_results
from foredesk.channels.mail.auth_results import Report
from foredesk.channels.mail.mime import Part
from foredesk.channels.models import Envelope, Mailbox

FETCHED = ("imap", "pop3")
PROVIDERS = {
    "gmail.com": ("mx.google.com",),
    "googlemail.com": ("mx.google.com",),
    "outlook.com": ("",),
    "office365.com": ("",),
    "fastmail.com": ("*.messagingengine.com",),
    "yahoo.com": ("*.yahoo.com",),
    "me.com": ("*.icloud.com",),
}
"""The names that large providers write into mail, by the domain of their IMAP server; Microsoft
writes none ("")."""

_NAME = re.compile(r"(?:\*\.)?[a-z0-9_](?:[a-z0-9_.-]{0,251}[a-z0-9])?")
MOST = 20


def trusted_report(root: Part, envelope: Envelope) -> tuple[Report | None, str]:
    """(what a trusted server says of the mail, the first server that is not trusted).

    Of mail that came by the intake nothing is believed unless the peer is one of our own servers
    (FOREDESK_SMTP_FRONT) and the mailbox names it. Of fetched mail, without names, the server of a
    known provider is believed, or else whoever wrote above the first `Received`. Of mail by any
    other road nothing is: a provider may have put it together from what the sender wrote.
    """
    if envelope.road not in ("smtp", *FETCHED):
        return None, ""
    names = trusted_names(envelope.mailbox)
    if envelope.road == "smtp":
        if not _is_front(envelope.peer):
            return None, ""
        return auth_results.believed(root, lambda server: is_among(server, names))
    if names:
        return auth_results.believed(root, lambda server: is_among(server, names))
    return auth_results.believed(root, lambda _: False, trusts_the_top=True)


def trusted_names(mailbox: Mailbox | None) -> tuple[str, ...]:
    """The names that the mailbox lists, or those of its provider."""
    if mailbox is None:
        return ()
    if mailbox.trusted_servers:
        return tuple(mailbox.trusted_servers)
    labels = mailbox.imap_host.lower().rstrip(".").split(".")
    return PROVIDERS.get(".".join(labels[-2:]), ())


def is_among(server: str, names: Sequence[str]) -> bool:
    """Whether one of the names means this server."""
    return any(auth_results.matches(server, name) for name in names)


def cleaned(names: str | Sequence[str]) -> list[str]:
    """Names as they are stored. Raises ValueError with a sentence for one that can't be."""
    parts = re.split(r"[\s,;]+", names) if isinstance(names, str) else list(names)
    found = list(dict.fromkeys(one.strip().lower().rstrip(".") for one in parts if one.strip()))
    for name in found:
        if not _NAME.fullmatch(name):
            raise ValueError(f"“{name[:100]}” is not the name of a mail server.")
    if len(found) > MOST:
        raise ValueError(f"Name {MOST} servers at most; *.mail.example stands for many.")
    return found


def _is_front(peer: str) -> bool:
    try:
        address = ipaddress.ip_address(peer)
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return any(
        address.version == network.version and address in network
        for network in settings.ENV.smtp_front
    )
