"""F3: a mailbox is cut, refused, silent, loses its folder and its mails under our hands."""

from __future__ import annotations

import time

from faults.counting import Outcome, times
from faults.letters import letter
from faults.mailboxes import Far
from faults.rig import Rig
from tests.peers.mailserver import PASSWORD

MAILS, CUTS = 60, 8
NOTICED, LONGEST = 300, 30
"""Seconds until a connection that died silently is noticed; that another mailbox may wait."""


def run(rig: Rig, scale: float) -> Outcome:
    outcome = Outcome("F3 mailbox fails")
    with (
        Far(rig, "f3@shop.example") as far,
        Far(rig, "f3-silent@shop.example") as silent,
        Far(rig, "f3-other@shop.example") as other,
    ):
        promised = far.deliver("f3a", range(times(MAILS, scale, most=2000, least=10)))
        for each in (far, silent, other):
            each.connect()
        _cut(far, promised, times(CUTS, scale, most=200, least=3), outcome)
        _refused(far, promised, outcome)
        went_silent_at = time.time()
        silent.wire.go_silent()
        silent.wire.heal()
        unheard = silent.deliver("f3b", range(5))
        promised |= unheard
        _folder_goes(rig, promised, outcome)
        _mail_goes(rig, promised, outcome)
        _large(rig, far, promised, outcome)
        _others(other, promised, outcome)
        silent.wait_for("f3b", unheard, Outcome(""))
        heard_at = rig.ask(
            "select extract(epoch from max(e.opened_at)) from channels_envelope e"
            " join channels_mailbox b on b.id = e.mailbox_id where b.address = %s",
            silent.address,
        )[0][0]
        if heard_at is None or float(heard_at) - went_silent_at > NOTICED:
            outcome.troubles.append("the silent connection was not noticed in time")
        outcome.rounds += 1
        rig.settle_in(outcome)
        found = rig.stored("f3a") + rig.stored("f3b")
        outcome.count_in(promised, found)
    return outcome


def _cut(far: Far, promised: set[str], cuts: int, outcome: Outcome) -> None:
    """At any moment, and after ever more bytes of an answer."""
    for number in range(cuts):
        far.wire.cut()
        promised |= far.deliver("f3a", [1000 + number])
        time.sleep(0.4)  # so that the cuts fall on different steps
    far.wait_for("f3a", promised, outcome)
    far.wire.most = 12_000
    far.wire.cut()
    for number in range(12):
        far.put(letter(f"f3a-{1500 + number}", 2500))
        promised.add(f"f3a-{1500 + number}")
    far.wait_for("f3a", promised, outcome)
    far.wire.heal()
    far.wire.cut()
    outcome.rounds += cuts + 1


def _refused(far: Far, promised: set[str], outcome: Outcome) -> None:
    """The sign-in is refused, the server is away, and UIDVALIDITY is another."""
    far.server.ask_for("another")
    far.wire.cut()
    far.until_deaf("refused the sign-in")
    far.server.ask_for(PASSWORD)
    promised |= far.deliver("f3a", [2000])
    far.wait_for("f3a", promised, outcome)
    far.refuse()
    far.until_deaf()
    far.accept()
    promised |= far.deliver("f3a", [2001])
    far.wait_for("f3a", promised, outcome)
    far.change_uidvalidity()
    promised |= far.deliver("f3a", [2002])
    far.wait_for("f3a", promised, outcome)
    outcome.rounds += 3


def _folder_goes(rig: Rig, promised: set[str], outcome: Outcome) -> None:
    """The folder is deleted, and is there again with other mails."""
    with Far(rig, "f3-folder@shop.example") as far, far.server.client(far.address) as client:
        for number in (3000, 3010):
            client.create_folder("Work")
            for one in range(number, number + 3):
                client.append("Work", letter(f"f3a-{one}"))
                promised.add(f"f3a-{one}")
            if number == 3000:
                far.connect(imap_folder="Work")
            far.wait_for("f3a", promised, outcome)
            if number == 3000:
                client.delete_folder("Work")
                far.until_deaf("Work")
    outcome.rounds += 1


def _mail_goes(rig: Rig, promised: set[str], outcome: Outcome) -> None:
    """A mail is deleted after it was listed and before it is fetched."""
    with Far(rig, "f3-gone@shop.example") as far:
        far.deliver("f3gone", [1])
        promised |= far.deliver("f3a", range(4000, 4004))
        deleted: list[int] = []

        def delete(said: bytes) -> None:
            if b"BODY.PEEK[]" in said and not deleted:
                with far.server.client(far.address) as client:
                    client.select_folder("INBOX")
                    deleted.append(min(client.search()))
                    client.delete_messages(deleted)
                    client.expunge()

        far.wire.overhears = delete
        far.connect(imap_security="none")
        far.wait_for("f3a", promised, outcome)
        if not deleted or rig.stored("f3gone"):
            outcome.troubles.append("nothing was deleted between list and fetch")
        _check_nothing_aside(far, 0, outcome)
    outcome.rounds += 1


def _large(rig: Rig, far: Far, promised: set[str], outcome: Outcome) -> None:
    """60 MB are more than a mail may have: it is shown as such, and the next ones come."""
    far.put(letter("f3large-1", 60_000_000))
    promised |= far.deliver("f3a", [5000])
    far.wait_for("f3a", promised, outcome)
    _check_nothing_aside(far, 1, outcome)
    outcome.rounds += 1


def _others(other: Far, promised: set[str], outcome: Outcome) -> None:
    """While one mailbox hears nothing, another is fetched as ever."""
    for number in range(6):
        began = time.monotonic()
        promised |= other.deliver("f3b", [100 + number])
        while f"f3b-{100 + number}" not in other.rig.stored("f3b"):
            if time.monotonic() - began > LONGEST:
                outcome.troubles.append(f"another mailbox waited for more than {LONGEST} s")
                return
            time.sleep(0.1)
        outcome.seconds.append(time.monotonic() - began)


def _check_nothing_aside(far: Far, wanted: int, outcome: Outcome) -> None:
    """So many mails of this mailbox could not be fetched, and no more."""
    [(count,)] = far.rig.ask(
        "select count(*) from channels_envelope e join channels_mailbox b on b.id = e.mailbox_id"
        " where b.address = %s and e.state = 'unreadable'",
        far.address,
    )
    if count != wanted:
        outcome.troubles.append(f"{count} mails of {far.address} were set aside, not {wanted}")
