"""Read the logbook by position without ever missing an entry.

The position is (transaction, id). Ids alone won't do: a transaction that began to write later may
draw the lower id and commit last, and a reader who already stands at the higher id never sees it.
"""

from django.db import connection

from foredesk.logbook.models import Entry

Position = tuple[int, int]
START: Position = (0, 0)


def entries_after(position: Position = START, *, limit: int = 500) -> list[tuple[Position, Entry]]:
    """The next entries after `position` in replaying order, each with its own, `limit` at most.

    Only those of transactions older than every running one (xid8 below pg_snapshot_xmin): a
    younger one may still be overtaken. They come with the next call.
    """
    found = list(
        Entry.objects.extra(
            select={"position": "xact::text"},
            where=[
                "(xact, id) > (%s::text::xid8, %s)",
                "xact < pg_snapshot_xmin(pg_current_snapshot())",
            ],
            params=[str(position[0]), position[1]],
            order_by=["xact", "id"],
        )[:limit]
    )
    return [((int(entry.position), entry.pk), entry) for entry in found]


def end() -> Position:
    """The position behind every entry that is settled: what running transactions still write, and
    all that comes later, is after it."""
    with connection.cursor() as cursor:
        cursor.execute("select (pg_snapshot_xmin(pg_current_snapshot())::text)::bigint - 1")
        return int(cursor.fetchone()[0]), 2**63 - 1
