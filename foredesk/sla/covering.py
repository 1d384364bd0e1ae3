"""Which policy a ticket is under: the first, from the top, whose conditions it fits. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from foredesk.sla.standards import Standard
from foredesk.tickets.conditions.evaluating import evaluate


def cover(
    picture: Any, policies: Iterable[Standard], *, at: datetime
) -> tuple[Standard | None, tuple[dict[str, Any], ...]]:
    """(the policy, the conditions that decided), or (None, ()) when none fits."""
    for policy in policies:
        verdict = evaluate(policy.conditions, picture, at=at)
        if verdict.fits:
            return policy, verdict.because
    return None, ()
