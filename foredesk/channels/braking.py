"""Brakes on automatic mail: no machine of ours may flood anybody, whoever sets it off.

To an address go at most five automatic mails an hour and twenty a day, one a day where nobody has
proven that the address is theirs; to all together a number per minute that is set for the desk.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.models import Count

from foredesk.channels.events import AutomaticMailHeld
from foredesk.channels.models import AutomaticMail
from foredesk.logbook import recording
from foredesk.logbook.actors import SYSTEM

PER_HOUR, PER_DAY, UNPROVEN_PER_DAY = 5, 20, 1
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
KEPT = 2 * DAY
_LOCK = 0x466F726564  # one at a time counts and writes, or two would both be the last that may

_COUNT = """
    select count(*) filter (where held_by = '' and at > %(hour)s),
        count(*) filter (where held_by = ''),
        count(*) filter (where held_by = 'address'),
        (select count(*) from channels_automaticmail where held_by = '' and at > %(minute)s),
        exists (select from channels_automaticmail where held_by = 'desk' and at > %(hour)s)
    from channels_automaticmail where address = %(address)s and at > %(day)s
"""


def may_send(
    address: str, *, purpose: str, ticket_id: int | None, is_proven: bool, at: datetime
) -> bool:
    """Whether one more automatic mail may go to `address`; it is counted when it may.

    Within the transaction that writes the mail. Records AutomaticMailHeld when a brake begins to
    hold; the one a day for unproven addresses is no storm and is not told.
    """
    address = address.strip().lower()
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [_LOCK])
        times = {"minute": at - MINUTE, "hour": at - HOUR, "day": at - DAY}
        cursor.execute(_COUNT, {"address": address, **times})
        in_hour, in_day, held, by_all, is_told = cursor.fetchone()
    brake, limit = "", 0
    if in_hour >= PER_HOUR or in_day >= PER_DAY:
        brake, limit = "address", PER_HOUR if in_hour >= PER_HOUR else PER_DAY
    elif not is_proven and in_day >= UNPROVEN_PER_DAY:
        return False
    elif by_all >= settings.ENV.automatic_per_minute:
        brake, limit = "desk", settings.ENV.automatic_per_minute
    AutomaticMail.objects.create(
        address=address, purpose=purpose, ticket_id=ticket_id, held_by=brake, at=at
    )
    if (brake == "address" and not held) or (brake == "desk" and not is_told):
        fact = AutomaticMailHeld(brake=brake, address=address, limit=limit)
        recording.record(fact, by=SYSTEM, at=at)
    return not brake


def held_since(since: datetime) -> dict[str, int]:
    """How many automatic mails each brake held after `since`."""
    found = AutomaticMail.objects.filter(at__gt=since).exclude(held_by="")
    return {"address": 0, "desk": 0, **dict(found.values_list("held_by").annotate(Count("pk")))}


def tidy(*, at: datetime) -> int:
    """Forget what no brake counts any more; returns how many rows."""
    return AutomaticMail.objects.filter(at__lt=at - KEPT).delete()[0]
