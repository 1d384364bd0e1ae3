"""A small OAuth 2 provider: consent, tokens, PKCE, and introspection for a mail server.

with OAuthServer("127.5.6.7") as provider:
    provider.account = "help@shop.example"      # who is signed in there, and always agrees
    provider.revoke()                           # from now on no refresh token is good
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

PORT = 8080


@dataclass
class OAuthServer:
    """What it knows, and how it behaves; tests change it while it runs."""

    host: str
    client_id: str = "client-1"
    client_secret: str = "canary-oauth-client-secret"
    redirect: str = ""
    account: str = "help@shop.example"
    seconds: int = 3600
    refresh_seconds: int | None = None
    fault: str = ""  # down, hang, garbage, or: no refresh
    asked: list[dict[str, str]] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    access: dict[str, tuple[str, float]] = field(default_factory=dict)
    refreshable: dict[str, str] = field(default_factory=dict)

    def __enter__(self) -> OAuthServer:
        owner = self

        class Handler(_Handler):
            server_of = owner

        self._released = threading.Event()
        self._server = ThreadingHTTPServer((self.host, PORT), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._released.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://{self.host}:{PORT}"

    def revoke(self) -> None:
        """The owner withdrew the consent: tokens to sign in with live on until they end."""
        self.refreshable.clear()

    def end_access(self) -> None:
        """All tokens to sign in with end now."""
        self.access.clear()

    def agree(self, query: dict[str, str]) -> str:
        """What the browser is sent back to after the consent."""
        assert query["client_id"] == self.client_id
        assert query["response_type"] == "code"
        assert query["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(12)
        self.codes[code] = query
        self.redirect = query["redirect_uri"]
        return f"{self.redirect}?{urlencode({'code': code, 'state': query['state']})}"

    def token(self, given: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """The answer of the token endpoint (RFC 6749, 5)."""
        self.asked.append(given)
        if (given.get("client_id"), given.get("client_secret")) != (
            self.client_id,
            self.client_secret,
        ):
            return 401, {"error": "invalid_client"}
        if given.get("grant_type") == "authorization_code":
            asked = self.codes.pop(given.get("code", ""), None)
            digest = hashlib.sha256(given.get("code_verifier", "").encode()).digest()
            challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
            if not asked or asked["code_challenge"] != challenge:
                return 400, {"error": "invalid_grant"}
            if asked["redirect_uri"] != given.get("redirect_uri"):
                return 400, {"error": "redirect_uri_mismatch"}
            return 200, self._tokens(self.account)
        account = self.refreshable.pop(given.get("refresh_token", ""), None)
        if account is None:
            return 400, {"error": "invalid_grant", "error_description": "Token revoked."}
        return 200, self._tokens(account)

    def introspect(self, token: str) -> dict[str, Any]:
        """What Dovecot asks (RFC 7662)."""
        account, until = self.access.get(token, ("", 0.0))
        if until <= time.time():
            return {"active": "false"}
        return {"active": "true", "username": account}

    def _tokens(self, account: str) -> dict[str, Any]:
        access, refresh = (f"canary-oauth-{secrets.token_urlsafe(16)}" for _ in range(2))
        self.access[access] = (account, time.time() + self.seconds)
        said: dict[str, Any] = {
            "access_token": access,
            "token_type": "Bearer",
            "expires_in": self.seconds,
            "id_token": _id_token(account),
        }
        if self.fault != "no refresh":
            self.refreshable[refresh] = account
            said["refresh_token"] = refresh
        if self.refresh_seconds:
            said["refresh_token_expires_in"] = self.refresh_seconds
        return said


def _id_token(account: str) -> str:
    parts = ({"alg": "RS256"}, {"email": account})
    coded = (base64.urlsafe_b64encode(json.dumps(one).encode()).rstrip(b"=") for one in parts)
    return b".".join((*coded, b"x")).decode()


class _Handler(BaseHTTPRequestHandler):
    server_of: OAuthServer

    def do_GET(self) -> None:
        place = urlsplit(self.path)
        if place.path == "/authorize":
            self.send_response(302)
            self.send_header("location", self.server_of.agree(_flat(place.query)))
            self.end_headers()
        else:
            self.send_error(404)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
        owner = self.server_of
        if self.path == "/introspect":
            self._answer(200, owner.introspect(_flat(body).get("token", "")))
        elif owner.fault == "down":
            self.send_error(503)
        elif owner.fault == "hang":
            owner._released.wait(30)
        elif owner.fault == "garbage":
            self._answer(200, [1, 2])
        else:
            self._answer(*owner.token(_flat(body)))

    def _answer(self, status: int, said: Any) -> None:
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def _flat(query: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(query).items()}
