"""Remove what nobody needs any more."""

from datetime import datetime, timedelta

from django.contrib.sessions.models import Session
from django.db import connection

from foredesk.analytics import answering
from foredesk.automations import forgetting
from foredesk.channels import braking, hooking
from foredesk.channels.models import Heartbeat
from foredesk.notices import reading as notices
from foredesk.people.models import Invitation

SILENT_PARTS_FOR = timedelta(days=7)
DEAD_LINKS_FOR = timedelta(days=30)


def tidy(*, at: datetime) -> dict[str, int]:
    """Remove ended sessions, old cache rows, dead links and parts that are gone; returns how many
    of each."""
    removed = {
        "sessions": Session.objects.filter(expire_date__lt=at).delete()[0],
        "heartbeats": Heartbeat.objects.filter(at__lt=at - SILENT_PARTS_FOR).delete()[0],
        "links": Invitation.objects.filter(expires_at__lt=at - DEAD_LINKS_FOR).delete()[0],
        "calls": hooking.forget_old(at=at),
    }
    removed |= forgetting.forget_old(at=at)
    removed["notices"] = notices.forget_old(at=at)
    removed["answers"] = answering.forget_old(at=at)
    removed["automatic mails"] = braking.tidy(at=at)
    with connection.cursor() as cursor:
        cursor.execute("delete from plumbing_cache where expires < %s", [at])
        removed["cached"] = cursor.rowcount
    return removed
