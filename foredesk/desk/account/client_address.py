"""The address of the browser, also behind the reverse proxies that the operator trusts."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

from django.conf import settings
from django.http import HttpRequest

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
UNKNOWN = "0.0.0.0"  # noqa: S104  (a value to store, nothing listens on it)


def of(request: HttpRequest) -> str:
    """The client's IP address; UNKNOWN when the server gave none (a Unix socket)."""
    peer = request.META.get("REMOTE_ADDR", "")
    forwarded = request.headers.get("X-Forwarded-For", "")
    return nearest_stranger(peer, forwarded, trusted=settings.ENV.trusted_proxies)


def nearest_stranger(peer: str, forwarded: str, *, trusted: Iterable[Network]) -> str:
    """Walk from our side: the first address that is no trusted proxy. What it claims is ignored."""
    trusted = tuple(trusted)
    found = _parsed(peer)
    hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()]
    while found and hops and _is_in(found, trusted):
        further = _parsed(hops.pop())
        if further is None:
            break
        found = further
    return str(found) if found else UNKNOWN


def _is_in(address: Address, networks: tuple[Network, ...]) -> bool:
    return any(address in network for network in networks)


def _parsed(text: str) -> Address | None:
    try:
        address = ipaddress.ip_address(text.split("%")[0])
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    return mapped or address
