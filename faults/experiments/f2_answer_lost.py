"""F2: the far side has the mail, and its answer never comes: never sent again, always flagged."""

from faults.counting import Outcome, times
from faults.rig import Rig
from tests.peers.sink import Manners

REPLIES = 20


def run(rig: Rig, scale: float) -> Outcome:
    outcome = Outcome("F2 answer lost")
    replies = times(REPLIES, scale, most=500, least=5)
    rig.hand_over("f2", range(replies), Outcome(""))
    rig.settle_in(outcome)
    rig.sink.manners = Manners(drops_answer=True)
    try:
        rig.answer("f2")
        rig.settle_out("f2", outcome)
    finally:
        rig.sink.manners = Manners()
    outcome.rounds = replies
    states, arrived = rig.replies("f2"), rig.arrived()
    outcome.count_out(states, arrived)
    if outcome.flagged != replies or any(arrived[one] != 1 for one in states):
        outcome.troubles.append("not every one was flagged, and sent once")
    return outcome
