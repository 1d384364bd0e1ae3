"""Forget what rules did long ago."""

from datetime import datetime, timedelta

from foredesk.automations.models import CloseWarning, Following, Run, WebhookCall

RUNS_KEPT = timedelta(days=400)
CALLS_KEPT = timedelta(days=30)


def forget_old(*, at: datetime) -> dict[str, int]:
    """Remove old runs, webhooks, warnings and ended follow-ups; returns how many of each."""
    old = at - RUNS_KEPT
    return {
        "runs": Run.objects.filter(at__lt=old).delete()[0],
        "webhooks": WebhookCall.objects.filter(ended_at__lt=at - CALLS_KEPT).delete()[0],
        "warnings": CloseWarning.objects.filter(at__lt=old).delete()[0],
        "follow-ups": Following.objects.filter(ended_at__lt=old).delete()[0],
    }
