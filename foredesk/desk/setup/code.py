"""The setup code: on an open port not whoever comes first owns the desk.

It is printed where the desk was started and lies in the data folder. Somebody who sits at the same
machine needs none.
"""

import hmac
import ipaddress
from collections.abc import Mapping
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest

from foredesk.plumbing import keys

FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Via")
KEPT = "setup_code_shown"


def is_needed(request: HttpRequest) -> bool:
    """Whether this visitor has to show the code."""
    if request.session.get(KEPT):
        return False
    return not is_from_here(
        peer=request.META.get("REMOTE_ADDR", ""),
        headers=request.headers,
        host=request.get_host(),
        site=settings.SITE_URL,
    )


def is_from_here(*, peer: str, headers: Mapping[str, str], host: str, site: str) -> bool:
    """Whether the browser runs on this machine: it came over the loopback, asked for a loopback
    name, no proxy says otherwise, and the desk was given no public address."""
    if any(name in headers for name in FORWARDED):
        return False
    names = (urlsplit(f"//{host}").hostname, urlsplit(site).hostname)
    return _is_loopback(peer) and all(_is_loopback(name or "") for name in names)


def _is_loopback(name: str) -> bool:
    if name == "localhost":
        return True
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


def is_right(given: str) -> bool:
    """Whether `given` is the code, however it was typed."""
    code = keys.setup_code(settings.ENV.data_dir)
    return hmac.compare_digest(_plain(given).encode(), _plain(code).encode())


def _plain(code: str) -> str:
    return "".join(one for one in code.lower() if one.isalnum())


def remember(request: HttpRequest) -> None:
    """This browser showed the code."""
    request.session[KEPT] = True


def drop() -> None:
    """The first admin is there."""
    keys.drop_setup_code(settings.ENV.data_dir)
