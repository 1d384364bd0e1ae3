"""The token against forged requests, masked once per page; Django masks it for each use."""

from __future__ import annotations

from functools import cached_property

from django.http import HttpRequest
from django.middleware.csrf import get_token


class Token:
    """`{{ csrf_token }}`: letters and digits, so there is nothing to escape."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def text(self) -> str:
        return get_token(self._request)

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


def context(request: HttpRequest) -> dict[str, object]:
    """For the templates, in place of what Django's backend puts there."""
    token = Token(request)
    return {"csrf_token": token, "csrf_input": Field(token)}
