"""Mails of three kinds through SMTP and IMAP, and the first import of a mailbox."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial

from bench import importing, mailing
from bench.accounting import Meter, Spent
from bench.desk import Desk
from bench.reporting import Result
from tests.peers.mailserver import MailServer, Missing

KINDS: tuple[tuple[str, Callable[[int, str], bytes], int, str], ...] = (
    ("mail", mailing.letter, 200, "≤ 15"),
    ("mail with HTML and files (450 KB)", mailing.with_files, 60, ""),
    ("mail of 20 MB", mailing.large, 6, ""),
)
"""The name, the letter, how many, and the target in processor milliseconds."""
FEW = 2_000
"""How many mails the first import of `make bench` has; `python -m bench.importing` takes 50,000."""


def measure(
    desk: Desk, meter: Meter, size: int, *, idle: Spent, say: Callable[[str], None]
) -> list[Result]:
    """A row for every kind and road but plain mail by SMTP, which is measured at every size."""
    results = []

    def one(work: str, count: int, run: Callable[[], float], target: str) -> None:
        meter.start()
        seconds = run()
        spent = meter.stop().less(idle)
        result = Result(
            work, size, spent.server * 1000 / count, spent.database * 1000 / count,
            count / seconds, None, None, None, 0.0, target,
        )  # fmt: skip
        say(f"{size:,} {work}: {result.total:.1f} ms CPU, {result.per_second:.1f}/s")
        results.append(result)

    for name, letter, count, _ in KINDS[1:]:
        letters = [letter(n, "smtp") for n in range(count)]
        one(f"{name} by SMTP to a stored ticket", count, partial(mailing.send, desk, letters), "")
    try:
        with MailServer() as server:
            box = importing.mailbox(server, "usual@bench.example")
            for name, letter, count, target in KINDS:
                letters = [letter(n, "imap") for n in range(count)]
                one(
                    f"{name} by IMAP to a stored ticket",
                    count,
                    partial(importing.deliver, desk, server, box, letters),
                    target,
                )
            count = int(os.environ.get("BENCH_IMPORT") or FEW)
            importing.fill(server, count)
            one(
                f"first import of {count:,} mails by IMAP, the pollers killed half-way",
                count,
                lambda: importing.import_all(desk, server, count).until_tickets,
                "",
            )
    except Missing as why:
        say(f"No IMAP: {why}")
    return results
