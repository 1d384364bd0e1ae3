"""The customer's link: who has it may answer for them, so nobody else gets it.

It holds the survey's random id and a MAC over it (80 bits of HMAC-SHA-256), so a link can neither
be guessed nor made from what stands in the database.
"""

from __future__ import annotations

import re

from django.conf import settings

from foredesk.plumbing import crypto
from foredesk.surveys.models import Survey

_SHAPE = re.compile(r"([a-z0-9]{20})-([a-z2-7]{16})")
_PURPOSE = "survey"


def token_of(survey: Survey) -> str:
    """The secret of a survey's page."""
    return f"{survey.public_id}-{crypto.mac(survey.public_id, purpose=_PURPOSE)}"


def survey_of(token: str) -> Survey | None:
    """The survey whose secret this is, if its customer was asked; None for what we never made."""
    match = _SHAPE.fullmatch(token.strip().lower())
    if match is None or not crypto.is_mac(match[2], match[1], purpose=_PURPOSE):
        return None
    found = Survey.objects.select_related("ticket", "customer", "ticket__assignee")
    return found.filter(public_id=match[1], held="").first()


def address_of(survey: Survey, score: int | None = None) -> str:
    """Where the customer's page is; with a step of the scale it is chosen there already."""
    chosen = f"?r={score}" if score else ""
    return f"{settings.SITE_URL}/rate/{token_of(survey)}/{chosen}"
