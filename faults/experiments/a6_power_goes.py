"""A6: everything is killed at once in the middle of work, and started again."""

import threading
import time

from faults.counting import Outcome, times
from faults.rig import Rig

MAILS, CUTS = 60, 2
LONGEST = 20  # seconds until the first good page


def run(rig: Rig, scale: float) -> Outcome:
    outcome = Outcome("A6 power goes")
    promised: set[str] = set()
    for number in range(times(CUTS, scale, most=20)):
        name = f"a6-{number}"
        handing = threading.Thread(
            target=lambda name=name: promised.update(rig.hand_over(name, range(MAILS), outcome))
        )
        handing.start()
        time.sleep(1.5)  # into the middle of it
        rig.kill_all()
        took = rig.desk.start()
        outcome.rounds += 1
        if took > LONGEST:
            outcome.troubles.append(f"{took:.0f} s until the first page")
        handing.join()
    rig.settle_in(outcome, hurries=True)
    rig.answer("a6")
    rig.settle_out("a6", outcome, hurries=True)
    outcome.count_in(promised, rig.stored("a6"))
    outcome.count_out(rig.replies("a6"), rig.arrived())
    return outcome
