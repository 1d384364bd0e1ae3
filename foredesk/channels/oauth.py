"""OAuth 2 at Google and Microsoft: the authorisation code flow with PKCE (RFC 6749, RFC 7636).

Two requests, both by our door to the network; a library would bring its own way to the sockets.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import secrets
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from foredesk.plumbing import http

TIMEOUT = 15.0  # seconds
MAX_BYTES = 200_000
SHORTEST = 60  # seconds that an access token lives at least


@dataclass(frozen=True)
class Server:
    """Where mail is fetched or handed over: host, port, security."""

    host: str
    port: int
    security: str


@dataclass(frozen=True)
class Provider:
    """Where people consent, where tokens come from, and where their mail lies."""

    name: str
    label: str
    authorize_url: str
    token_url: str
    scope: str
    imap: Server
    pop3: Server
    smtp: Server
    more: tuple[tuple[str, str], ...] = ()
    has_tenant: bool = False


PROVIDERS = {
    "google": Provider(
        name="google",
        label="Google",
        authorize_url="https://accounts.google.com/o/oauth2/v2/auth",
        token_url="https://oauth2.googleapis.com/token",  # noqa: S106
        scope="https://mail.google.com/ openid email",
        imap=Server("imap.gmail.com", 993, "ssl"),
        pop3=Server("pop.gmail.com", 995, "ssl"),
        smtp=Server("smtp.gmail.com", 587, "starttls"),
        # without these Google gives a refresh token at the very first consent only
        more=(("access_type", "offline"), ("prompt", "consent")),
    ),
    "microsoft": Provider(
        name="microsoft",
        label="Microsoft",
        authorize_url="https://login.microsoftonline.com/{tenant}/oauth2/v2.0/authorize",
        token_url="https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token",  # noqa: S106
        scope=(
            "offline_access openid email https://outlook.office.com/IMAP.AccessAsUser.All "
            "https://outlook.office.com/POP.AccessAsUser.All https://outlook.office.com/SMTP.Send"
        ),
        imap=Server("outlook.office365.com", 993, "ssl"),
        pop3=Server("outlook.office365.com", 995, "ssl"),
        smtp=Server("smtp.office365.com", 587, "starttls"),
        more=(("prompt", "select_account"),),
        has_tenant=True,
    ),
}


class Unreachable(Exception):
    """The provider did not answer properly; it may later."""


class Refused(Exception):
    """The provider says no. `is_consent`: the consent is gone, only a person can renew it."""

    def __init__(self, reason: str, *, is_consent: bool) -> None:
        super().__init__(reason)
        self.is_consent = is_consent


@dataclass(frozen=True)
class Client:
    """Who we are at a provider, as an admin registered us there."""

    provider: Provider
    client_id: str
    secret: str
    tenant: str = ""


@dataclass(frozen=True)
class Tokens:
    """What a provider gave. `refresh` may be empty: then the old one goes on."""

    access: str
    seconds: int
    refresh: str
    refresh_seconds: int | None
    account: str


def new_verifier() -> str:
    """A secret of 43 characters that only the two requests of one sign-in share (RFC 7636, 4.1)."""
    return secrets.token_urlsafe(32)


def authorize_url(client: Client, *, redirect: str, state: str, verifier: str, login: str) -> str:
    """Where the admin's browser goes to consent."""
    digest = hashlib.sha256(verifier.encode()).digest()
    query = {
        "response_type": "code",
        "client_id": client.client_id,
        "redirect_uri": redirect,
        "scope": client.provider.scope,
        "state": state,
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
        "login_hint": login,
        **dict(client.provider.more),
    }
    return f"{_place(client, client.provider.authorize_url)}?{urlencode(query)}"


def redeem(client: Client, *, code: str, redirect: str, verifier: str) -> Tokens:
    """Tokens for a code that the browser brought back. Raises Refused, Unreachable."""
    return _ask(
        client,
        grant_type="authorization_code",
        code=code,
        redirect_uri=redirect,
        code_verifier=verifier,
    )


def refresh(client: Client, refresh_token: str) -> Tokens:
    """New tokens for the old. Raises Refused, Unreachable."""
    return _ask(client, grant_type="refresh_token", refresh_token=refresh_token)


def sasl(user: str, token: str) -> str:
    """What XOAUTH2 says to a mail server, before base64."""
    return f"user={user}\1auth=Bearer {token}\1\1"


def _ask(client: Client, **fields: str) -> Tokens:
    import httpx

    label = client.provider.label
    fields |= {"client_id": client.client_id}
    if client.secret:
        fields["client_secret"] = client.secret
    try:
        answer = http.fetch(
            _place(client, client.provider.token_url),
            method="POST",
            headers={
                "content-type": "application/x-www-form-urlencoded",
                "accept": "application/json",
            },
            content=urlencode(fields).encode(),
            max_bytes=MAX_BYTES,
            timeout=TIMEOUT,
        )
    except (httpx.HTTPError, http.RefusedAddress, http.TooBig, OSError) as error:
        why = str(error) if isinstance(error, http.RefusedAddress) else type(error).__name__
        raise Unreachable(f"{label} can't be asked for a new sign-in: {why}.") from None
    said = _json(answer.body)
    if answer.status != 200 or not isinstance(said.get("access_token"), str):
        raise _refusal(label, answer.status, said)
    return Tokens(
        access=said["access_token"],
        seconds=max(_seconds(said.get("expires_in")) or 3600, SHORTEST),
        refresh=said["refresh_token"] if isinstance(said.get("refresh_token"), str) else "",
        refresh_seconds=_seconds(said.get("refresh_token_expires_in")),
        account=_account(said.get("id_token")),
    )


def _refusal(label: str, status: int, said: dict[str, Any]) -> Exception:
    """The provider's word for it (RFC 6749, 5.2), never its whole answer."""
    code = said.get("error")
    code = code if isinstance(code, str) and code.isascii() and len(code) < 60 else ""
    if code in ("invalid_grant", "interaction_required", "consent_required"):
        text = f"{label} no longer accepts the consent ({code}). Sign in there again."
        return Refused(text, is_consent=True)
    if code in ("invalid_client", "unauthorized_client"):
        text = f"{label} does not know this client id with this secret ({code})."
        return Refused(text, is_consent=False)
    if code and 400 <= status < 500:
        return Refused(f"{label} refused: {code}.", is_consent=False)
    return Unreachable(f"{label} answered {status} when asked for a new sign-in.")


def _place(client: Client, url: str) -> str:
    return url.replace("{tenant}", quote(client.tenant or "common", safe=""))


def _json(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _seconds(value: Any) -> int | None:
    try:
        found = int(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return found if 0 < found < 10**9 else None


def _account(id_token: Any) -> str:
    """Who consented, for display. The token came straight from the provider over TLS, so its
    signature says nothing more (OpenID Connect Core, 3.1.3.7)."""
    if not isinstance(id_token, str) or id_token.count(".") != 2:
        return ""
    payload = id_token.split(".")[1]
    try:
        said = _json(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (ValueError, binascii.Error):
        return ""
    found = said.get("email") or said.get("preferred_username")
    if not isinstance(found, str):
        return ""
    return "".join(char for char in found if char.isprintable())[:254]
