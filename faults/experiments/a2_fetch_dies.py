"""A2: pollers and worker are killed while a mailbox is fetched from Dovecot."""

import random
import time

from faults.counting import Outcome, times
from faults.mailboxes import Far
from faults.rig import Rig

MAILS, KILLS = 300, 15


def run(rig: Rig, scale: float) -> Outcome:
    """Mail goes on coming in, so that every kill hits a fetch."""
    outcome = Outcome("A2 fetching dies")
    name = rig.named("a2")
    chance = random.Random(2)
    mails = times(MAILS, scale, most=2000, least=30)
    with Far(rig, f"{name}@shop.example") as far:
        promised = far.deliver(name, range(mails))
        far.connect(after_fetch="seen")
        rig.until_kept(far.address, 1)
        for number in range(times(KILLS, scale, most=100, least=2)):
            time.sleep(chance.uniform(0, 1))  # into whatever is being done then
            rig.kill_surely("worker" if number % 3 == 2 else "pollers", outcome)
            first = 10_000 + 10 * number
            promised |= far.deliver(name, range(first, first + 10))
        far.wait_for(name, promised, outcome)
        rig.settle_in(outcome, hurries=True)
        outcome.count_in(promised, rig.stored(name))
        far.check_left_alone(outcome)
    return outcome
