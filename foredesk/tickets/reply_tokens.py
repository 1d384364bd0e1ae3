"""Signed reply addresses: a MAC per ticket and participant.

The token in `help+TOKEN@shop.example` says who was written to about which ticket and can't be made
up: 80 bits of HMAC-SHA-256 over both.
"""

import re

from foredesk.plumbing import crypto
from foredesk.tickets.models import Participant

_SHAPE = re.compile(r"t([0-9]{1,18})-([a-z2-7]{16})")


def token_for(participant: Participant) -> str:
    """The token of one participant, lower case, safe in the local part of a mail address."""
    return f"t{participant.pk}-{_mac(participant)}"


def participant_of(token: str) -> Participant | None:
    """The participant whom this token was made for; None when it is forged or gone."""
    match = _SHAPE.fullmatch(token.strip().lower())
    if match is None:
        return None
    participant = (
        Participant.objects.select_related("ticket", "customer").filter(pk=match[1]).first()
    )
    if participant is None or not crypto.is_mac(
        match[2], participant.pk, participant.ticket.public_id, purpose="reply address"
    ):
        return None
    return participant


def _mac(participant: Participant) -> str:
    return crypto.mac(participant.pk, participant.ticket.public_id, purpose="reply address")
