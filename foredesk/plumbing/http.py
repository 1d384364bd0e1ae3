"""The one door to the network: addresses are checked, and the checked one is connected to.

A name is resolved once, every answer is judged, and the socket goes to the judged address, so that
a name that changes its answer in between (DNS rebinding) gains nothing. Private, loopback and other
special networks are refused unless FOREDESK_ALLOW_PRIVATE_HOSTS names the host or its network.
"""

from __future__ import annotations

import ipaddress
import re
import socket
import ssl
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from django.conf import settings

if TYPE_CHECKING:
    import httpx

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str], Sequence[str]]

MAX_REDIRECTS = 3
TIMEOUT = 15.0  # seconds to connect, and between two pieces of an answer
WEB_PORTS = frozenset({80, 443, 8000, 8080, 8443, 8444, 9443})
_SPECIAL = [
    ipaddress.ip_network(text)
    for text in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
        "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16",
        "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        "::/96", "::ffff:0:0:0/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32",
        "2002::/16", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
    )
]  # fmt: skip
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,62})(?:\.[a-z0-9_-]{1,63})*", re.I)
_NUMBERLIKE = re.compile(r"(?:0x[0-9a-f]*|[0-9]+)", re.I)


class RefusedAddress(Exception):
    """This address must not be reached; the text is a sentence for the person who entered it."""


class TooBig(Exception):
    """The answer is larger than what was asked for."""


def is_public(address: Address) -> bool:
    """Whether an address belongs to the public internet, whatever it is wrapped in."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if address in _NAT64:
            return is_public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        if address.scope_id is not None:
            return False
    if any(address in network for network in _SPECIAL if network.version == address.version):
        return False
    return address.is_global and not address.is_multicast


def check_address(
    host: str,
    port: int,
    *,
    allow: Iterable[str] | None = None,
    resolve: Resolve | None = None,
) -> list[str]:
    """The IP addresses of `host` that may be connected to, in the resolver's order.

    `allow` names hosts and networks that may be private; by default what the settings allow. All
    answers of the resolver must be allowed. Raises RefusedAddress; OSError when there is no such
    host.
    """
    if not 0 < port < 65536:
        raise RefusedAddress(f"{port} is not a port.")
    name = host.strip().strip("[]").rstrip(".").lower()
    is_named, networks = _allowed(
        name, settings.ENV.allow_private_hosts if allow is None else allow
    )
    literal = _literal(name)
    if literal is None:
        _check_name(name)
        found = [_literal(text) for text in (resolve or _resolve)(name)]
        answers = [address for address in found if address is not None]
        if len(answers) < len(found):
            answers = []
    else:
        answers = [literal]
    if not answers:
        raise OSError(f"There is no host called {name}.")
    for address in answers:
        plain = getattr(address, "ipv4_mapped", None) or address
        if not (is_named or is_public(address) or any(plain in one for one in networks)):
            raise RefusedAddress(
                f"{host} is at {address}, a private or special address. If that is your own "
                "server, name it in FOREDESK_ALLOW_PRIVATE_HOSTS."
            )
    return [str(address) for address in answers]


def check_url(url: str) -> None:
    """Refuse what is no web address, or names a private or special address by its number.

    Names are resolved when they are connected to. Raises RefusedAddress.
    """
    host, port = _parts(url)
    name = host.strip("[]").rstrip(".").lower()
    if _literal(name) is None:
        _check_name(name)
    else:
        check_address(host, port)


def open_connection(
    host: str, port: int, *, timeout: float = TIMEOUT, allow: Iterable[str] | None = None
) -> socket.socket:
    """A TCP connection to a checked address of `host`. Raises RefusedAddress, OSError."""
    last: OSError | None = None
    for address in check_address(host, port, allow=allow):
        try:
            connection = socket.create_connection((address, port), timeout)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            return connection
        except OSError as error:
            last = error
    raise last or OSError(f"{host} can't be reached.")


def tls_context() -> ssl.SSLContext:
    """TLS that verifies the certificate and the host's name."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def pin(url: str, resolve: Resolve | None = None) -> str | None:
    """The one address to connect to for `url`; None when it must not be reached."""
    try:
        host, port = _parts(url)
        return check_address(host, port, allow=(), resolve=resolve)[0]
    except (RefusedAddress, OSError):
        return None


@dataclass(frozen=True)
class Answer:
    """What came back: status, lower-case header names, body."""

    status: int
    headers: dict[str, str]
    body: bytes
    url: str


def fetch(
    url: str,
    *,
    method: str = "GET",
    headers: dict[str, str] | None = None,
    content: bytes | None = None,
    max_bytes: int = 5_000_000,
    timeout: float = TIMEOUT,
    within: float | None = None,
    allow: Iterable[str] | None = None,
) -> Answer:
    """Ask for `url`, following three redirects at most, each checked like the first; a POST follows
    none. `within`: seconds for each request as a whole, however slowly the far side drips.

    No cookies, no proxies from the environment. Raises RefusedAddress, TooBig, httpx.HTTPError.
    """
    for _ in range(MAX_REDIRECTS + 1):
        _parts(url)
        with (
            client(timeout=timeout, within=within, allow=allow) as asking,
            asking.stream(method, url, headers=headers, content=content) as response,
        ):
            target = response.headers.get("location")
            if response.is_redirect and target and method in ("GET", "HEAD"):
                url = urljoin(url, target)
                continue
            body = _bounded(response, max_bytes)
            found = {name.lower(): value for name, value in response.headers.items()}
            return Answer(response.status_code, found, body, url)
    raise RefusedAddress("It redirects too often.")


def client(
    *, timeout: float = TIMEOUT, within: float | None = None, allow: Iterable[str] | None = None
) -> httpx.Client:
    """An httpx client whose every connection goes through `open_connection`; each lives for
    `within` seconds at most."""
    from foredesk.plumbing import http_client  # heavy, and most processes ask nobody

    return http_client.make(timeout=timeout, within=within, allow=allow)


def _bounded(response: httpx.Response, max_bytes: int) -> bytes:
    body = bytearray()
    for piece in response.iter_bytes():
        body += piece
        if len(body) > max_bytes:
            raise TooBig(f"The answer is larger than {max_bytes} bytes.")
    return bytes(body)


def _parts(url: str) -> tuple[str, int]:
    """(host, port) of a web address. Raises RefusedAddress for anything else."""
    if url != url.strip() or re.search(r"[\x00-\x20\x7f\\]", url):
        raise RefusedAddress("This is not a web address.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise RefusedAddress("This is not a web address.") from error
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
        raise RefusedAddress("A web address begins with http:// or https:// and names a host.")
    port = (443 if parts.scheme.lower() == "https" else 80) if port is None else port
    if port not in WEB_PORTS:
        raise RefusedAddress(f"Port {port} is not one of a web server.")
    return parts.hostname, port


def _literal(text: str) -> Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def _check_name(name: str) -> None:
    """Refuse names that some resolvers read as addresses, and names of this machine."""
    try:
        ascii_name = name.encode("idna").decode() if not name.isascii() else name
    except UnicodeError:
        raise RefusedAddress(f"{name} is not a host name.") from None
    if not _HOST.fullmatch(ascii_name) or len(ascii_name) > 253:
        raise RefusedAddress(f"{name} is not a host name.")
    if not name.isascii() and (_literal(ascii_name) or re.search(r"[。．｡]", name)):
        raise RefusedAddress(f"{name} is not a host name.")
    if _NUMBERLIKE.fullmatch(ascii_name.rpartition(".")[2]):
        raise RefusedAddress(f"{name} is not a host name: write the address as four numbers.")


def _allowed(name: str, allow: Iterable[str]) -> tuple[bool, list]:
    """(whether the host itself is named, the networks that are)."""
    networks = []
    for entry in allow:
        if entry.strip().rstrip(".").lower() == name:
            return True, []
        try:
            networks.append(ipaddress.ip_network(entry.strip(), strict=False))
        except ValueError:
            continue
    return False, networks


def _resolve(name: str) -> list[str]:
    found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))
