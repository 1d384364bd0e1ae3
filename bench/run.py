"""`make bench`: seed, load, measure, print one table.

BENCH_SIZES=10000,100000 chooses the sizes; --no-large leaves out the million. BENCH_IMPORT is the
number of mails of the first import, 2,000 when nothing is said. BENCH_ONLY=pages leaves out mail,
BENCH_ONLY=mail leaves out pages; then nothing is written.
"""

from __future__ import annotations

import argparse
import os
import random
import tempfile
import time
from pathlib import Path
from urllib.parse import urlencode

from bench import limits, listening, loading, mailing, reporting, roads, rounds, seeding, starting
from bench.accounting import Meter, Spent, memory_of
from bench.desk import Desk
from bench.reporting import Result

CLIENTS = 8
CLICK = {"HX-Request": "true"}  # what a click on a row sends
LARGE = 1_000_000
SIZES = (10_000, 100_000, LARGE)
ONLY = os.environ.get("BENCH_ONLY", "")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--large", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--requests", type=int, default=400, help="requests of each round")
    parser.add_argument("--write", action=argparse.BooleanOptionalAction, default=True)
    given = parser.parse_args()
    asked = os.environ.get("BENCH_SIZES", "")
    sizes = [int(size) for size in asked.split(",") if size.strip()] or [
        size for size in SIZES if given.large or size < LARGE
    ]
    with tempfile.TemporaryDirectory(prefix="foredesk-bench-") as folder:
        Path(folder).chmod(0o755)  # the database's account has to get through
        desk = Desk(Path(folder) / "data")
        desk.environment["FOREDESK_ALLOW_PRIVATE_HOSTS"] = "127.0.0.1"  # the bench's mail server
        desk.start()
        try:
            desk.enter()
            results, notes = measure(desk, sizes, requests=given.requests)
        finally:
            desk.stop()
        again = starting.sentence(starting.again(desk)) if not ONLY else ""
    text = "\n\n".join(
        part
        for part in (
            f"Measured {reporting.machine()}",
            reporting.table(results),
            reporting.growth(results),
            notes,
            again,
        )
        if part
    )
    print(f"\n{text}")
    if given.write and not ONLY:
        reporting.write(text)
        print(f"\nWritten to {reporting.PAGE.relative_to(Path.cwd())}.")


def measure(desk: Desk, sizes: list[int], *, requests: int) -> tuple[list[Result], str]:
    """All works at all sizes, and a sentence about memory."""
    meter = Meter(server=desk.process.pid, database=desk.database_pid)
    from bench import signing_in  # needs the settings of the desk that runs now

    cookie = signing_in.cookie()
    results: list[Result] = []
    for size in sizes:
        begun = time.monotonic()
        with desk.connect() as connection:
            added = seeding.grow(connection, upto=size)
        leave_the_past_uncounted()
        say(f"{size:,} tickets: seeded {added:,} in {time.monotonic() - begun:.0f} s")
        time.sleep(2)
        idle = rest(meter)
        insert_limit = limits.run(desk, meter, limits.INSERT)
        with desk.connect() as connection:
            seeding.tidy(connection)
        if ONLY != "mail":
            results += pages(desk, meter, cookie, size, insert_limit, idle=idle, requests=requests)
        if ONLY != "pages":
            count = min(requests, 200)
            results.append(mails(desk, meter, size, insert_limit, idle=idle, count=count))
        if size == sizes[0] and ONLY != "pages":
            results += roads.measure(desk, meter, size, idle=idle, say=say)
        with desk.connect() as connection:
            seeding.tidy(connection)
    if ONLY != "pages":
        listening.turn_on()
        until_recalculated()
        more = mails(desk, meter, size, insert_limit, idle=idle, count=count, work=listening.WHAT)
        results.append(more)
    memory = memory_of(desk.process.pid)
    return results, (
        f"Memory after that, all processes without the database: {memory:.0f} MB (PSS). With "
        f"nothing to do they use {idle.server / idle.wall * 100:.1f} % of a core, the database "
        f"{idle.database / idle.wall * 100:.1f} %."
    )


def rest(meter: Meter) -> Spent:
    """What the desk uses with nothing to do."""
    meter.start()
    time.sleep(6)
    return meter.stop()


def pages(
    desk: Desk,
    meter: Meter,
    cookie: str,
    size: int,
    insert_limit: limits.Limit,
    *,
    idle: Spent,
    requests: int,
) -> list[Result]:
    rng = random.Random(size)
    with desk.connect() as connection:
        numbers = seeding.some_tickets(connection)

    def some_ticket() -> int:
        return rng.choice(numbers)

    a_list, a_ticket = "/inbox/?view=open", f"/tickets/{some_ticket()}/?view=open"
    list_limit = limits.run(desk, meter, limits.script_of(limits.selects_of(a_list, cookie)))
    ticket_limit = limits.run(desk, meter, limits.script_of(limits.selects_of(a_ticket, cookie)))
    click_limit = limits.run(
        desk, meter, limits.script_of(limits.selects_of(a_ticket, cookie, CLICK))
    )

    def one(
        work: str,
        what: loading.Ask,
        limit: limits.Limit,
        target: str,
        *,
        count: int = requests,
        expected: int = 200,
        headers: dict[str, str] | None = None,
    ) -> Result:
        def asked(number: int) -> loading.Load:
            return loading.ask(
                desk.port,
                cookie,
                what,
                count=number,
                clients=CLIENTS,
                expected=expected,
                headers=headers,
            )

        asked(50)
        done = rounds.measure(meter, lambda _: asked(count), count=count, idle=idle)
        spent, load = done.middle.spent, done.middle.seen
        result = Result(
            work,
            size,
            spent.server * 1000,
            spent.database * 1000,
            load.per_second,
            load.percentile(0.5),
            load.percentile(0.95),
            load.percentile(0.99),
            limit.milliseconds,
            target,
            done,
        )
        say(f"{size:,} {work}: {result.said} CPU, {load.per_second:.0f}/s")
        return result

    return [
        one("inbox list, 50 rows", lambda n: ("GET", a_list, None), list_limit, "≤ 6"),
        one(
            "ticket page, beside its list",
            lambda n: ("GET", f"/tickets/{some_ticket()}/?view=open", None),
            ticket_limit,
            "≤ 6",
        ),
        one(
            "ticket opened from the list",
            lambda n: ("GET", f"/tickets/{some_ticket()}/?view=open", None),
            click_limit,
            "≤ 6",
            headers=CLICK,
        ),
        one(
            "new ticket by the form",
            lambda n: ("POST", "/tickets/new/", new_ticket(rng, n)),
            insert_limit,
            "≤ 6",
            expected=302,
        ),
    ]


def new_ticket(rng: random.Random, number: int) -> str:
    """The form of a ticket that a customer told by phone."""
    return urlencode(
        {
            "csrfmiddlewaretoken": loading.CSRF,
            "email": f"caller{rng.randint(1, 10**9)}@bench.example",
            "name": f"Caller {number}",
            "subject": f"Called about order {number}",
            "body": "The parcel did not arrive. " * 12,
            "how": "told",
            "team": "",
            "priority": "2",
        }
    )


def mails(
    desk: Desk,
    meter: Meter,
    size: int,
    limit: limits.Limit,
    *,
    idle: Spent,
    count: int,
    work: str = "mail by SMTP to a stored ticket",
) -> Result:
    def sent(number: int, run: str) -> float:
        seconds = mailing.send(desk, [mailing.letter(n, f"{run}{size}") for n in range(number)])
        mailing.until_idle(desk)
        return number / seconds

    sent(40, "warm")
    done = rounds.measure(meter, lambda turn: sent(count, f"count{turn}-"), count=count, idle=idle)
    spent, per_second = done.middle.spent, done.middle.seen
    result = Result(
        work,
        size,
        spent.server * 1000,
        spent.database * 1000,
        per_second,
        None,
        None,
        None,
        limit.milliseconds,
        "≤ 15",
        done,
    )
    say(f"{size:,} {work}: {result.said} CPU, {result.per_second:.0f}/s")
    return result


def leave_the_past_uncounted() -> None:
    """The desk would count what was seeded while it is measured: it goes on behind it."""
    from foredesk.analytics.models import Standing
    from foredesk.logbook import replaying

    patience = time.monotonic() + 60
    while not Standing.objects.exclude(counted_at=None).exists() and time.monotonic() < patience:
        time.sleep(0.5)
    xact, entry = replaying.end()
    Standing.objects.filter(pk=1).update(xact=str(xact), entry=entry)


def until_recalculated() -> None:
    """Wait until every open ticket is under the new promise."""
    from foredesk.sla import queries

    patience = time.monotonic() + 600
    while queries.recalculation() is not None and time.monotonic() < patience:
        time.sleep(0.5)


def say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    main()
