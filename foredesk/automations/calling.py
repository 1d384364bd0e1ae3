"""Webhooks: call a server of somebody's own, signed, until it takes the call.

Signed as standardwebhooks.com says. The far side may hang, redirect inwards or answer without end:
it gets ten seconds, no redirect is followed, and a megabyte of its answer is read. After twenty
failures in a row the rule's webhooks rest until somebody switches it on again.
"""

from __future__ import annotations

import base64
import json
import logging
import os
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from standardwebhooks.webhooks import Webhook

from foredesk.automations.events import RuleBroken
from foredesk.automations.models import Delivery, Rule, WebhookCall
from foredesk.logbook import recording
from foredesk.logbook.actors import SYSTEM
from foredesk.logbook.models import Entry
from foredesk.plumbing import crypto, http
from foredesk.plumbing.clock import now
from foredesk.tickets.models import Ticket

log = logging.getLogger(__name__)

SECONDS = 10.0
MOST_BYTES = 1_000_000
BREAKS_AFTER = 20
WAITS = (5, 60, 300, 1800, 7200, 21600, 43200)
"""Seconds before each further try; after the last one it is given up."""


def plan(ticket: Ticket, *, url: str, rule_id: int, entry: Entry | None, at: datetime) -> str:
    """Decide a call and queue it; returns the host. Within the transaction of the run."""
    from foredesk.automations import tasks

    rule = Rule.objects.get(pk=rule_id)
    body = json.dumps(payload(ticket, rule, entry, at=at), ensure_ascii=False)
    call = WebhookCall.objects.create(rule=rule, ticket=ticket, url=url, body=body, at=at)
    tasks.call_webhook.defer(call_id=call.pk)
    return urlsplit(url).hostname or url


def payload(ticket: Ticket, rule: Rule, entry: Entry | None, *, at: datetime) -> dict[str, Any]:
    """What the far side reads."""
    return {
        "type": "rule.fitted",
        "timestamp": at.isoformat(),
        "data": {
            "rule": {"id": rule.pk, "name": rule.name, "version": rule.version},
            "event": entry.kind if entry else "time",
            "ticket": {
                "number": ticket.pk,
                "id": ticket.public_id,
                "url": f"{settings.SITE_URL}/tickets/{ticket.pk}/",
                "subject": ticket.subject,
                "status": ticket.status,
                "priority": ticket.priority,
                "channel": ticket.channel,
                "tags": ticket.tags,
                "team": ticket.team.name if ticket.team else None,
                "assignee": ticket.assignee.name if ticket.assignee else None,
                "customer": {
                    "id": ticket.requester.public_id,
                    "name": ticket.requester.name,
                },
            },
        },
    }


def key_of(rule: Rule) -> str:
    """The key that signs this rule's calls; made at the first question."""
    with transaction.atomic():
        row = Rule.objects.select_for_update().get(pk=rule.pk)
        if not row.secret:
            fresh = "whsec_" + base64.b64encode(os.urandom(24)).decode()
            row.secret = crypto.seal(fresh, place=row.secret_place)
            row.save(update_fields=["secret"])
    return crypto.unseal(row.secret, place=row.secret_place)


def call(call_id: int) -> None:
    """Make a waiting call once, and say what became of it; a failed one is queued again.

    A call whose answer was lost is made again: its `webhook-id` is the same, so that the far side
    can drop the second.
    """
    row = WebhookCall.objects.select_related("rule").filter(pk=call_id).first()
    if row is None or row.state != Delivery.WAITING:
        return
    if row.rule.failures >= BREAKS_AFTER:
        _end(row, Delivery.FAILED, f"Not tried: {BREAKS_AFTER} calls before it failed.")
        return
    why = _trouble(row)
    with transaction.atomic():
        rule = Rule.objects.select_for_update().get(pk=row.rule_id)
        row.attempts += 1
        if not why:
            _end(row, Delivery.DONE, "")
            if rule.failures or rule.trouble:
                rule.failures, rule.trouble, rule.troubled_at = 0, "", None
                rule.save(update_fields=["failures", "trouble", "troubled_at"])
            return
        _count_failure(rule, why)
        _try_later(row, why)


def _trouble(row: WebhookCall) -> str:
    """Why the call failed, as a sentence; "" when it was taken."""
    import httpx

    host = urlsplit(row.url).hostname
    try:
        answer = http.fetch(
            row.url,
            method="POST",
            headers=_headers(row),
            content=row.body.encode(),
            max_bytes=MOST_BYTES,
            timeout=SECONDS,
            within=SECONDS,
        )
    except http.RefusedAddress as why:
        return str(why)
    except http.TooBig:
        return f"{host} answered with more than a megabyte."
    except httpx.TimeoutException:
        return f"{host} did not answer within {SECONDS:g} seconds."
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        return f"{host} can't be reached: {error or type(error).__name__}"
    except crypto.UnreadableSecret as why:
        return str(why)
    if 300 <= answer.status < 400:
        return f"{host} redirects elsewhere. Webhooks follow no redirect: enter the final address."
    if not 200 <= answer.status < 300:
        return f"{host} answered with the status {answer.status}."
    return ""


def _headers(row: WebhookCall) -> dict[str, str]:
    at = now()
    signature = Webhook(key_of(row.rule)).sign(row.public_id, at, row.body)
    return {
        "content-type": "application/json",
        "webhook-id": row.public_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": signature,
    }


def _count_failure(rule: Rule, why: str) -> None:
    rule.failures += 1
    rule.trouble, rule.troubled_at = why[:500], now()
    rule.save(update_fields=["failures", "trouble", "troubled_at"])
    if rule.failures == BREAKS_AFTER:
        fact = RuleBroken(rule_id=rule.pk, name=rule.name, reason=why[:500])
        recording.record(fact, by=SYSTEM, at=now())


def _try_later(row: WebhookCall, why: str) -> None:
    from foredesk.automations import tasks

    if row.attempts > len(WAITS):
        _end(row, Delivery.FAILED, why)
        return
    row.note = why[:500]
    row.save(update_fields=["attempts", "note"])
    later = now() + timedelta(seconds=WAITS[row.attempts - 1])
    tasks.call_webhook.configure(schedule_at=later).defer(call_id=row.pk)


def _end(row: WebhookCall, state: str, note: str) -> None:
    row.state, row.note, row.ended_at = state, note[:500], now()
    row.save(update_fields=["state", "note", "ended_at", "attempts"])
