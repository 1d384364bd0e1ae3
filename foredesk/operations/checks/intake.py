"""The mail intake and the pollers live."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings

from foredesk.channels.models import FETCHED, Heartbeat, Mailbox
from foredesk.design import wording
from foredesk.operations.checks.finding import Finding

LABEL = "Mail in"
ADVICE = "Start it: “foredesk up” runs it, or alone as “foredesk intake” and “foredesk pollers”."
RANK = 65
SILENT = timedelta(seconds=90)


def look(*, at: datetime) -> Iterator[Finding]:
    beats = {beat.name: beat for beat in Heartbeat.objects.all()}
    env = settings.ENV
    if env.smtp_port:
        yield _alive(beats.get("intake"), at, "by SMTP")
    else:
        yield Finding("off", "The intake is switched off (FOREDESK_SMTP_PORT).", subject="by SMTP")
    if Mailbox.objects.filter(FETCHED, is_active=True).exists():
        yield _alive(beats.get("pollers"), at, "by fetching")


def _alive(beat: Heartbeat | None, at: datetime, subject: str) -> Finding:
    if beat is None:
        return Finding("bad", "It never ran.", subject=subject)
    seen = wording.ago(beat.at, now=at)
    if at - beat.at > SILENT:
        return Finding("bad", f"Its last sign was {seen}.", subject=subject)
    detail = f" {beat.detail[:1].upper()}{beat.detail[1:]}." if beat.detail else ""
    return Finding("ok", f"It runs, last sign {seen}.{detail}", subject=subject)
