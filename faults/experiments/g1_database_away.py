"""G1: the database is away for minutes, as while it is upgraded: mail is put off, pages say so, and
all is well soon after it is back."""

import time
from urllib.error import HTTPError
from urllib.request import urlopen

from faults.counting import Outcome, times
from faults.replicas import desk_on_a_wire
from faults.rig import Rig
from tests.peers.desk import free_port, until

MAILS = 20
AWAY = 150  # seconds
BACK = 15  # seconds until mail is taken and a page is shown
PATIENCE = 25  # seconds until a sender or a reader is told that it is away


def run(_: Rig, scale: float) -> Outcome:
    outcome = Outcome("G1 database away")
    for number in range(times(1, scale, most=10)):
        _go_away(f"g1{chr(97 + number)}", outcome)
    return outcome


def _go_away(name: str, outcome: Outcome) -> None:
    with desk_on_a_wire() as (rig, wire, pair):
        promised = rig.hand_over(name, range(MAILS), outcome)
        wire.target = free_port()
        wire.cut()
        refused = _meanwhile(rig, name, outcome)
        wire.target = pair.port
        began = time.monotonic()
        promised |= rig.hand_over(name, range(2000, 2000 + MAILS), outcome)
        outcome.must_be_within(BACK, began, "mail was taken again")
        until(lambda: _page(rig) == 200, 120)
        outcome.must_be_within(BACK, began, "a page was shown again")
        outcome.rounds += 1
        rig.settle_in(outcome, hurries=True)
        rig.answer(name)
        rig.settle_out(name, outcome)
        found = rig.stored(name)
        outcome.count_in(promised, found)
        outcome.count_out(rig.replies(name), rig.arrived())
        if refused & set(found):
            outcome.troubles.append("a mail was refused and kept all the same")


def _meanwhile(rig: Rig, name: str, outcome: Outcome) -> set[str]:
    """Mails that were put off, and pages, as long as it is away."""
    until_back, refused = time.monotonic() + AWAY, set()
    while time.monotonic() < until_back:
        began = time.monotonic()
        mark = f"{name}-{1000 + len(refused)}"
        refused.add(mark)
        answer = rig.answer_to(mark)
        outcome.must_be_within(PATIENCE, began, "a mail was put off")
        if not answer.startswith("4"):
            outcome.troubles.append(f"without a database a mail was answered with {answer}")
        began = time.monotonic()
        status = _page(rig)
        outcome.must_be_within(PATIENCE, began, "a page said so")
        if status < 500:
            outcome.troubles.append(f"without a database a page came with {status}")
    return refused


def _page(rig: Rig) -> int:
    """The answer to the page of the sign-in."""
    try:
        with urlopen(f"{rig.desk.url}/account/login/", timeout=60) as answer:
            return int(answer.status)
    except HTTPError as error:
        return error.code
