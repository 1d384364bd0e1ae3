"""A4: PostgreSQL is killed under load; everything comes back without anybody."""

import random
import threading
import time

from faults.counting import Outcome, times
from faults.rig import Rig

MAILS, KILLS = 100, 4


def run(rig: Rig, scale: float) -> Outcome:
    outcome = Outcome("A4 database dies")
    chance = random.Random(4)

    def kill() -> None:
        for _ in range(times(KILLS, scale, most=30)):
            time.sleep(chance.uniform(1, 3))
            rig.kill_database()
            outcome.rounds += 1
            rig.ask("select 1")

    killer = threading.Thread(target=kill)
    killer.start()
    mails = times(MAILS, scale, most=1000, least=30)
    promised = rig.hand_over("a4", range(mails), outcome)
    promised |= rig.hand_over_during(killer, "a4", mails, outcome)
    rig.settle_in(outcome)
    rig.answer("a4")
    rig.settle_out("a4", outcome)
    outcome.count_in(promised, rig.stored("a4"))
    outcome.count_out(rig.replies("a4"), rig.arrived())
    return outcome
