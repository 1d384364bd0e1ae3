"""F1: the far side puts off or refuses; each answer is sent once, or said to fail."""

from faults.counting import Outcome
from faults.rig import Rig
from tests.peers.sink import Manners

REPLIES = 6
MODES = {
    "puts off at RCPT": {"rcpt": lambda address: "451 4.7.1 Greylisted, please come back"},
    "puts off at MAIL": {"mail": lambda address: "421 4.3.2 Going down"},
    "puts off after DATA": {"data": lambda data: "452 4.3.1 Disk is full"},
    "refuses at RCPT": {"rcpt": lambda address: "550 5.1.1 No such user"},
    "refuses after DATA": {"data": lambda data: "554 5.7.1 Looks like spam"},
    "size": {"data": lambda data: "552 5.3.4 Too large"},
}


def run(rig: Rig, scale: float) -> Outcome:
    outcome = Outcome("F1 far side fails")
    replies = max(2, round(REPLIES * scale))
    for number, (mode, manners) in enumerate(MODES.items()):
        name = f"f1-{number}"
        rig.hand_over(name, range(replies), Outcome(""))
        rig.settle_in(outcome)
        rig.sink.manners = Manners(**manners)
        rig.answer(name)
        if mode.startswith("puts off"):
            rig.until_tried(name, replies)
            rig.sink.manners = Manners()
            rig.make_due(name)
        rig.settle_out(name, outcome)
        rig.sink.manners = Manners()
        outcome.rounds += 1
        states = rig.replies(name)
        wanted = "sent" if mode.startswith("puts off") else "failed"
        if set(states.values()) != {wanted}:
            outcome.troubles.append(f"{mode}: {sorted(states.values())}")
        outcome.count_out(states, rig.arrived())
    return outcome
