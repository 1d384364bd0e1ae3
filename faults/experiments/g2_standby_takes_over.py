"""G2: the primary database dies under load, its synchronous standby takes over: none is lost."""

import threading
import time

from faults.counting import Outcome, times
from faults.replicas import desk_on_a_wire
from faults.rig import Rig

MAILS = 150
LONGEST = 30  # seconds until mail is taken again


def run(_: Rig, scale: float) -> Outcome:
    outcome = Outcome("G2 standby takes over")
    for number in range(times(1, scale, most=10)):
        _fail_over(f"g2{chr(97 + number)}", outcome)
    return outcome


def _fail_over(name: str, outcome: Outcome) -> None:
    with desk_on_a_wire() as (rig, wire, pair):
        promised = rig.hand_over(name, range(20), outcome)
        loading = threading.Thread(
            target=lambda: promised.update(rig.hand_over(name, range(20, 20 + MAILS), outcome))
        )
        loading.start()
        time.sleep(1)  # into the middle of it
        began = time.monotonic()
        pair.fail_over()
        wire.target = pair.spare_port
        wire.cut()
        promised |= rig.hand_over(name, [5000], outcome)
        outcome.must_be_within(LONGEST, began, "mail was taken again")
        loading.join()
        outcome.rounds += 1
        rig.settle_in(outcome)
        rig.answer(name)
        rig.settle_out(name, outcome)
        outcome.count_in(promised, rig.stored(name))
        outcome.count_out(rig.replies(name), rig.arrived())
