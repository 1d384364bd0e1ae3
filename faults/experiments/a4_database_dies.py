"""A4: PostgreSQL is killed under load; everything comes back without anybody."""

import random
import threading

from faults.counting import Outcome
from faults.rig import Rig

MAILS, KILLS = 200, 3


def run(rig: Rig, scale: float) -> Outcome:
    outcome = Outcome("A4 database dies")
    chance = random.Random(4)
    is_over = threading.Event()

    def kill() -> None:
        for _ in range(max(1, round(KILLS * scale))):
            if is_over.wait(chance.uniform(1, 3)):
                return
            rig.kill_database()
            outcome.rounds += 1
            rig.ask("select 1")

    killer = threading.Thread(target=kill)
    killer.start()
    promised = rig.hand_over("a4", range(round(MAILS * scale)), outcome)
    is_over.set()
    killer.join()
    rig.answer("a4")
    rig.settle_in(outcome)
    rig.settle_out("a4", outcome)
    outcome.count_in(promised, rig.stored("a4"))
    outcome.count_out(rig.replies("a4"), rig.arrived())
    return outcome
