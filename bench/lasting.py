"""Whether a desk that works on and on grows: `python -m bench.lasting`.

BENCH_ROUNDS rounds (12) of the same work: pages, tickets, mails, and now and then mails of 20 MB.
After each it says what every process holds (PSS).
"""

from __future__ import annotations

import os
import random

from bench import loading, mailing, seeding
from bench.accounting import memory_by_name
from bench.desk import Desk, seeded
from bench.run import CLICK, CLIENTS, new_ticket

SIZE = 10_000
ROUNDS = 12
LARGE_EVERY = 4  # rounds


def main() -> None:
    rounds = int(os.environ.get("BENCH_ROUNDS", "") or ROUNDS)
    with seeded(SIZE) as desk:
        _say("at first", desk)
        for number in range(1, rounds + 1):
            _work(desk, number)
            _say(f"after round {number}", desk)


def _work(desk: Desk, number: int) -> None:
    from bench import signing_in  # needs the settings of the desk that runs now

    cookie, rng = signing_in.cookie(), random.Random(number)
    with desk.connect() as connection:
        numbers = seeding.some_tickets(connection)

    def ticket(_: int) -> tuple[str, str, str | None]:
        return "GET", f"/tickets/{rng.choice(numbers)}/?view=open", None

    def a_list(_: int) -> tuple[str, str, str | None]:
        return "GET", f"/inbox/?view={rng.choice(('open', 'mine', 'unassigned'))}", None

    def a_new_one(one: int) -> tuple[str, str, str | None]:
        return "POST", "/tickets/new/", new_ticket(rng, one)

    for what, count, expected, headers in (
        (a_list, 500, 200, None),
        (ticket, 500, 200, None),
        (ticket, 500, 200, CLICK),
        (a_new_one, 200, 302, None),
    ):
        loading.ask(
            desk.port,
            cookie,
            what,
            count=count,
            clients=CLIENTS,
            expected=expected,
            headers=headers,
        )
    letters = [mailing.letter(n, f"lasting{number}") for n in range(300)]
    letters += [mailing.with_files(n, f"lasting{number}") for n in range(20)]
    if number % LARGE_EVERY == 0:
        letters += [mailing.large(n, f"lasting{number}") for n in range(4)]
    mailing.send(desk, letters)
    mailing.until_idle(desk)


def _say(when: str, desk: Desk) -> None:
    held = memory_by_name(desk.process.pid)
    each = ", ".join(f"{name.removeprefix('foredesk-')} {mb:.0f}" for name, mb in held.items())
    print(f"{when}: {sum(held.values()):.0f} MB ({each})", flush=True)


if __name__ == "__main__":
    main()
