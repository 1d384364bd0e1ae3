"""Whether a server may send for a domain: SPF (RFC 7208), by pyspf."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from typing import Any

import spf

Ask = Callable[[str, str], list[Any]]


def spf_of(*, peer: str, mail_from: str, helo: str, ask: Ask) -> tuple[str, str]:
    """(result, domain that was judged). `ask` gives records of a name and type, or raises."""
    sender = mail_from.strip("<>")
    domain = sender.rpartition("@")[2] or helo
    if not is_public(peer) or "." not in domain:
        return "none", domain.lower()
    query = _Query(ask, peer, sender, helo)
    try:
        result, _, _ = query.check()
    except Exception:  # pyspf raises what it meets in malformed records
        return "permerror", domain.lower()
    return str(result), domain.lower()


def is_public(peer: str) -> bool:
    """Whether it is an address of the internet, so that a domain can have said a word on it."""
    try:
        return ipaddress.ip_address(peer).is_global
    except ValueError:
        return False


class _Query(spf.query):
    """pyspf's query with our own way to the DNS."""

    def __init__(self, ask: Ask, peer: str, sender: str, helo: str) -> None:
        super().__init__(i=peer, s=sender, h=helo, querytime=0)
        self.ask = ask

    def dns(self, name: str, qtype: str, cnames: Any = None, ignore_void: bool = False) -> list:
        name = str(name).rstrip(".").lower()
        labels = name.split(".")
        if not name or not all(0 < len(label) < 64 for label in labels):
            return []
        try:
            found = [_plain(record, qtype) for record in self.ask(name, qtype)]
        except Exception as error:
            raise spf.TempError(f"DNS {error}") from error
        if not found and not ignore_void:
            self.void_lookups += 1
            if self.void_lookups > spf.MAX_VOID_LOOKUPS:
                raise spf.PermError(f"Void lookup limit of {spf.MAX_VOID_LOOKUPS} exceeded")
        return found


def _plain(record: Any, qtype: str) -> Any:
    if qtype in ("A", "AAAA"):
        return record.address
    if qtype == "MX":
        return (record.preference, record.exchange.to_text(True))
    if qtype == "PTR":
        return record.target.to_text(True)
    return list(record.strings)
