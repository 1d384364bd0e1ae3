"""The page's content security policy, written once instead of for each answer."""

from __future__ import annotations

from functools import cache

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.http import HttpRequest
from django.http.response import HttpResponseBase

_NONCE = "THE-NONCE"


class Policy(CSPMiddleware):
    """django-csp's own middleware, for pages that all have the policy of the settings. An answer
    that brings a policy of its own keeps it."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Say the policy, with this request's nonce when a template used it."""
        nonce = getattr(request, "_csp_nonce", None)
        if HEADER not in response:
            response[HEADER] = _policy(has_nonce=bool(nonce)).replace(_NONCE, nonce or "")
        return response


@cache
def _policy(*, has_nonce: bool) -> str:
    return build_policy(nonce=_NONCE if has_nonce else None)
