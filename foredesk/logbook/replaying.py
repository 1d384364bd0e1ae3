"""Read the logbook by position without ever missing an entry."""

from django.db import connection

from foredesk.logbook.models import Entry


def entries_after(position: int, *, limit: int = 500) -> list[Entry]:
    """The next committed entries after the id `position`, in order, `limit` at most.

    Ids are given before commit, so a lower id may appear later; entries of transactions that may
    still be running are left for the next call (xid8 below pg_snapshot_xmin).
    """
    with connection.cursor() as cursor:
        cursor.execute("select pg_snapshot_xmin(pg_current_snapshot())::text")
        oldest_running = cursor.fetchone()[0]
    return list(
        Entry.objects.filter(pk__gt=position)
        .extra(where=["xact < %s::xid8"], params=[oldest_running])
        .order_by("pk")[:limit]
    )
