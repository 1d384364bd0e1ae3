"""Readers of settings: text in, a value out, or Unreadable with what the setting takes."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from foredesk.plumbing import extras

_HOST = re.compile(
    r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,62}[A-Za-z0-9_])?(?:\.[A-Za-z0-9_-]{1,63}){0,126}\.?"
)


class Unreadable(ValueError):
    """Its text completes the sentence 'NAME must be …'."""


def whole(low: int, high: int) -> Callable[[str], int]:
    """A whole number between two bounds, both allowed."""

    def read(text: str) -> int:
        if not re.fullmatch(r"-?[0-9]{1,9}", text) or not low <= int(text) <= high:
            raise Unreadable(f"a whole number from {low} to {high}")
        return int(text)

    return read


def yes_or_no(text: str) -> bool:
    """1, true, yes or on; 0, false, no or off."""
    if text.lower() in ("1", "true", "yes", "on"):
        return True
    if text.lower() in ("0", "false", "no", "off"):
        return False
    raise Unreadable("1 or 0")


def one_of(*words: str) -> Callable[[str], str]:
    """One of a few words, in any case; read in lower case."""

    def read(text: str) -> str:
        if text.lower() not in words:
            raise Unreadable(" or ".join([", ".join(words[:-1]), words[-1]]))
        return text.lower()

    return read


def path(text: str) -> Path:
    """A path, made absolute; ~ is the home folder."""
    return Path(text).expanduser().resolve()


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text.strip("[]"))
    except ValueError:
        return False
    return True


def host(text: str) -> str:
    """A host name or an IP address; an IPv6 address loses its brackets."""
    if _is_address(text):
        return text.strip("[]")
    if len(text) > 253 or not _HOST.fullmatch(text):
        raise Unreadable("a host name or an IP address")
    return text


def words(text: str) -> tuple[str, ...]:
    """Parts between commas, without the space around them; empty ones are left out."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def networks(text: str) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    """Networks or single addresses, separated by commas."""
    try:
        return tuple(ipaddress.ip_network(part, strict=False) for part in words(text))
    except ValueError:
        raise Unreadable("networks such as 10.0.0.0/8 or 192.0.2.7, separated by commas") from None


def name_servers(text: str) -> tuple[str, ...]:
    """Addresses with an optional port, such as 192.0.2.53 or 192.0.2.53:5353; or the word off."""
    if text.lower() == "off":
        return ("off",)
    for part in words(text):
        address, port = address_and_port(part, 53)
        if not _is_address(address) or not 0 < port < 65536:
            raise Unreadable("addresses such as 192.0.2.53 or 192.0.2.53:5353, or off")
    return words(text)


def address_and_port(text: str, default: int) -> tuple[str, int]:
    """`192.0.2.53:5353` or `[2001:db8::1]:53` in two; a part without a port gets `default`."""
    match = re.fullmatch(r"(\[[0-9A-Fa-f:.]{1,45}\]|[0-9.]{1,15}):([0-9]{1,5})", text)
    if match:
        return match[1].strip("[]"), int(match[2])
    return text.strip("[]"), default


def scanner(text: str) -> str:
    """Where clamd listens: host:port, or the path of its socket."""
    if text.startswith("/") and "\x00" not in text:
        return text
    name, _, port = text.rpartition(":")
    is_port = re.fullmatch(r"[0-9]{1,5}", port) and 0 < int(port) < 65536
    if not is_port or not (_is_address(name) or _HOST.fullmatch(name)):
        raise Unreadable("host:port, or the path of a socket such as /run/clamav/clamd.ctl")
    return text


def hosts_or_networks(text: str) -> tuple[str, ...]:
    """Host names, addresses or networks, separated by commas."""
    for part in words(text):
        try:
            ipaddress.ip_network(part, strict=False)
        except ValueError:
            if len(part) > 253 or not _HOST.fullmatch(part) or re.fullmatch(r"[0-9./]+", part):
                raise Unreadable("hosts or networks, separated by commas") from None
    return words(text)


def _is_web_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def url(text: str) -> str:
    """A public address without path, such as https://help.example.org."""
    parts = urlsplit(text) if _is_web_url(text) else None
    if parts is None or parts.path not in ("", "/") or parts.query or parts.fragment:
        raise Unreadable("an address such as https://help.example.org, without a path")
    return text.rstrip("/")


def database_url(text: str) -> str:
    """The address of a PostgreSQL database."""
    if not re.match(r"postgres(ql)?://", text):
        raise Unreadable("an address such as postgresql://user:password@host:5432/name")
    return text


def files(text: str) -> str:
    """A folder, made absolute, or s3://bucket?endpoint=…&region=…."""
    if not re.match(r"[a-z0-9]{1,20}://", text):
        return str(path(text))
    parts = urlsplit(text)
    if parts.scheme != "s3" or not parts.netloc or parts.path not in ("", "/"):
        raise Unreadable("a folder or s3://bucket?endpoint=https://host&region=name")
    if not extras.is_here("s3"):
        raise Unreadable(
            f"a folder, as S3 needs packages that are not installed ({extras.HOW['s3']})"
        )
    return text


def secret(length: int) -> Callable[[str], str]:
    """A secret of at least so many characters."""

    def read(text: str) -> str:
        if len(text) < length:
            raise Unreadable(f"text of {length} characters or more")
        return text

    return read


def secrets(length: int) -> Callable[[str], tuple[str, ...]]:
    """One or more secrets, separated by commas."""

    def read(text: str) -> tuple[str, ...]:
        if not words(text) or any(len(part) < length for part in words(text)):
            raise Unreadable(f"text of {length} characters or more")
        return words(text)

    return read
