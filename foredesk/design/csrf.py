"""The token against forged requests, masked once per page; Django masks it for each use, and
draws each letter of the mask by itself."""

from __future__ import annotations

import secrets
import time
from functools import cached_property, lru_cache

from django.http import HttpRequest
from django.middleware.csrf import CSRF_ALLOWED_CHARS, CSRF_SECRET_LENGTH, get_token


class Token:
    """`{{ csrf_token }}`: letters and digits, so there is nothing to escape."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def text(self) -> str:
        token = self._request.META.get("CSRF_COOKIE")
        if not token or len(token) != CSRF_SECRET_LENGTH:
            return get_token(self._request)  # a new secret, or one that Django knows to read
        if _is_due(token):
            self._request.META["CSRF_COOKIE_NEEDS_UPDATE"] = True  # as get_token: it lives on
        return masked(token)

    def __str__(self) -> str:
        return self.text

    def __html__(self) -> str:
        return self.text


class Field:
    """`{{ csrf_input }}`: the hidden field that carries the token."""

    def __init__(self, token: Token) -> None:
        self._token = token

    def __html__(self) -> str:
        return f'<input type="hidden" name="csrfmiddlewaretoken" value="{self._token}">'

    __str__ = __html__


def masked(secret: str) -> str:
    """`secret` under a fresh mask, as Django's middleware unmasks it."""
    mask = [byte % _MANY for byte in secrets.token_bytes(64) if byte < _EVEN][:CSRF_SECRET_LENGTH]
    if len(mask) < CSRF_SECRET_LENGTH:  # too many bytes were left out, which hardly ever happens
        return masked(secret)
    cipher = [(one + other) % _MANY for one, other in zip(_places(secret), mask, strict=True)]
    return "".join([CSRF_ALLOWED_CHARS[place] for place in (*mask, *cipher)])


def _is_due(secret: str) -> bool:
    """Whether the browser's cookie is to be sent anew: once a day is enough for one that lives a
    year."""
    today = int(time.time()) // 86_400
    if _sent.get(secret) == today:
        return False
    if len(_sent) >= MOST_SENT:
        _sent.clear()
    _sent[secret] = today
    return True


MOST_SENT = 10_000
_sent: dict[str, int] = {}
"""The day on which each browser's cookie was last sent by this process."""

_MANY = len(CSRF_ALLOWED_CHARS)
_EVEN = 256 - 256 % _MANY  # bytes above would make some letters likelier


@lru_cache(1000)
def _places(secret: str) -> tuple[int, ...]:
    return tuple(CSRF_ALLOWED_CHARS.index(letter) for letter in secret)


def context(request: HttpRequest) -> dict[str, object]:
    """For the templates, in place of what Django's backend puts there."""
    token = Token(request)
    return {"csrf_token": token, "csrf_input": Field(token)}
