"""Files of strangers and a virus scanner: kept at once, opened after its verdict.

Without FOREDESK_CLAMAV nobody is asked and every file opens. With it a file stays closed until
clamd has looked at it: a job does so when the file comes, whoever opens it earlier does so too.
"""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F

from foredesk.files import clamd, reading, tasks
from foredesk.files.events import FileHeldBack
from foredesk.files.models import Scan, ScanState
from foredesk.logbook import recording
from foredesk.logbook.actors import SYSTEM

STRIKES = 3  # files in a row without an answer: the scanner is away, not one file odd
_ASK = """
    insert into files_scan (blob_id, state, note, topic)
    select distinct one, 'waiting', '', %s from unnest(%s::text[]) one
    on conflict do nothing returning blob_id
"""


class HeldBack(Exception):
    """Something bad is in the file. Its text is a sentence for whoever wanted to open it."""


class NotChecked(Exception):
    """The file could not be checked now, so it stays closed. Its text is a sentence."""


def is_on() -> bool:
    """Whether files wait for the verdict of a scanner."""
    return bool(settings.ENV.clamav)


def ask(sha256s: Iterable[str], *, topic: str) -> None:
    """Have these stored bytes looked at soon; `topic` is whose screens show them.

    Call it in the transaction that attaches them. What has been looked at is left as it is.
    """
    wanted = list(sha256s)
    if not wanted or not is_on():
        return
    with connection.cursor() as cursor:
        cursor.execute(_ASK, [topic, wanted])
        new = sorted(row[0] for row in cursor.fetchall())
    if new:
        tasks.check.defer(sha256s=new)


def check(sha256: str, *, at: datetime) -> Scan:
    """Ask the scanner about one blob and keep what it says; bytes that were judged are not asked
    about again. When nobody answers the blob waits on, with the reason in `note`.

    Raises reading.Missing.
    """
    scan = Scan.objects.filter(pk=sha256).first() or Scan(blob_id=sha256)
    if scan.state != ScanState.WAITING:
        return scan
    before = scan.note
    try:
        with reading.open_blob(sha256) as handle:
            scan.note = clamd.scan(settings.ENV.clamav, handle.chunks(clamd.CHUNK))
        scan.state = ScanState.INFECTED if scan.note else ScanState.CLEAN
    except clamd.Refused as refused:
        scan.state, scan.note = ScanState.REFUSED, str(refused)
    except clamd.Away as away:
        scan.note = str(away)
    _keep(scan, is_news=scan.state != ScanState.WAITING or scan.note != before, at=at)
    return scan


def _keep(scan: Scan, *, is_news: bool, at: datetime) -> None:
    with transaction.atomic():
        Scan.objects.update_or_create(
            pk=scan.pk, defaults={"state": scan.state, "note": scan.note, "at": at}
        )
        if scan.state == ScanState.INFECTED:
            fact = FileHeldBack(sha256=scan.pk, signature=scan.note, topic=scan.topic)
            recording.record(fact, by=SYSTEM, at=at)
        elif scan.topic and is_news:
            recording.poke((scan.topic,))


def must_be_clean(sha256: str, *, at: datetime) -> None:
    """Return when a file may be opened; look at it now if nobody has. Raises HeldBack, NotChecked.

    What was found bad stays closed when the scanner is switched off later.
    """
    if is_on():
        scan = check(sha256, at=at)
    else:
        found = Scan.objects.filter(pk=sha256, state=ScanState.INFECTED).first()
        if found is None:
            return
        scan = found
    if scan.state == ScanState.INFECTED:
        raise HeldBack(f"This file is held back: the virus scanner found {scan.note} in it.")
    if scan.state == ScanState.REFUSED:
        raise NotChecked(f"This file could not be checked, so it stays closed. {scan.note}")
    if scan.state == ScanState.WAITING:
        raise NotChecked("This file could not be checked. It is kept; try again in a minute.")


def bad_among(sha256s: Iterable[str]) -> dict[str, str]:
    """Those of these blobs that are held back, each with what was found in it."""
    found = Scan.objects.filter(pk__in=list(sha256s), state=ScanState.INFECTED)
    return dict(found.values_list("pk", "note"))


def check_waiting(*, at: datetime, most: int = 200) -> int:
    """Look at files that still wait, those first that nobody tried, until the scanner is away;
    returns how many got a verdict."""
    done, strikes = 0, 0
    if not is_on():
        return done
    waiting = Scan.objects.filter(state=ScanState.WAITING)
    waiting = waiting.order_by(F("at").asc(nulls_first=True), "-blob__created_at")
    for sha256 in list(waiting.values_list("pk", flat=True)[:most]):
        try:
            scan = check(sha256, at=at)
        except reading.Missing:
            continue
        strikes = strikes + 1 if scan.state == ScanState.WAITING else 0
        done += not strikes
        if strikes == STRIKES:
            break
    return done


def waiting_count() -> int:
    """How many files wait for a verdict, 1,000 at most."""
    return Scan.objects.filter(state=ScanState.WAITING)[:1000].count()
