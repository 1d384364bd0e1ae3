"""G2: the primary database dies under load, its synchronous standby takes over: none is lost."""

import threading
import time

from faults.counting import Outcome, times
from faults.replicas import Pair
from faults.rig import Rig
from foredesk.plumbing.postgres.cluster import SUPERUSER
from foredesk.plumbing.postgres.embedded import DATABASE
from tests.peers.proxy import Proxy

MAILS = 150
LONGEST = 30  # seconds until mail is taken again


def run(_: Rig, scale: float) -> Outcome:
    outcome = Outcome("G2 standby takes over")
    for number in range(times(1, scale, most=10)):
        _fail_over(f"g2{chr(97 + number)}", outcome)
    return outcome


def _fail_over(name: str, outcome: Outcome) -> None:
    with Pair() as pair, Proxy(pair.port) as wire:
        url = f"postgresql://{SUPERUSER}@127.0.0.1:{wire.port}/{DATABASE}"
        with Rig(DATABASE_URL=url) as rig:
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
            took = time.monotonic() - began
            loading.join()
            outcome.rounds += 1
            if took > LONGEST:
                outcome.troubles.append(f"{took:.0f} s until mail was taken again")
            rig.settle_in(outcome)
            rig.answer(name)
            rig.settle_out(name, outcome)
            outcome.count_in(promised, rig.stored(name))
            outcome.count_out(rig.replies(name), rig.arrived())
