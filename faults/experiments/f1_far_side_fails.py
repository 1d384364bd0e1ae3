"""F1: the far side puts off, refuses, hangs, is slow or can't be reached; each answer is sent once,
or said to fail, and other mailboxes hardly wait."""

from __future__ import annotations

import itertools
import smtplib
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field

from faults.counting import Outcome, times
from faults.letters import letter
from faults.rig import Rig
from tests.peers.proxy import Proxy
from tests.peers.sink import Manners, Sink

REPLIES = 6
LONGEST = 30  # seconds that others may wait for one bad mailbox
TOLD = 10  # seconds until an agent sees that a mail was refused for good
CONNECTED = {"smtp_host": "localhost", "smtp_security": "none", "smtp_user": ""}


@dataclass
class Mode:
    """What is wrong with the server of one mailbox; `wanted` is what becomes of its answers once it
    is well again, sent or failed; where the wire breaks in the middle, some may be flagged.
    `settings` are put into the mailbox; `sends` is how many bytes of ours pass."""

    name: str
    wanted: str
    manners: Callable[[], Manners] = Manners
    settings: dict[str, str] = field(default_factory=dict)
    sends: int | None = None
    copies: tuple[str, ...] = ()


def _flapping() -> Manners:
    turns = itertools.cycle((True, False))
    return Manners(greets=lambda: next(turns))


def _partly(address: str) -> str:
    return "550 5.1.1 No such user" if address.startswith("nobody@") else "250 2.1.5 OK"


def _answer(**what: str) -> Callable[[], Manners]:
    return lambda: Manners(**{name: lambda _, said=said: said for name, said in what.items()})


QUICK = (
    # what is refused for good comes first: it is told at once, and the clock runs
    Mode("permfail", "failed", _answer(rcpt="550 5.1.1 No such user")),
    Mode("spam", "failed", _answer(data="554 5.7.1 Looks like spam")),
    Mode("size", "failed", lambda: Manners(most_bytes=500)),
    Mode("size at the end", "failed", _answer(data="552 5.3.4 Too large")),
    Mode("tempfail", "sent", _answer(mail="421 4.3.2 Going down")),
    Mode("greylist", "sent", _answer(rcpt="451 4.7.1 Greylisted, please come back")),
    Mode("full", "sent", _answer(data="452 4.3.1 Disk is full")),
    Mode("flap", "sent", _flapping),
    Mode("hangup", "sent", lambda: Manners(greets=lambda: False)),
    Mode("broken off", "sent", sends=700),
    Mode("auth", "sent", lambda: Manners(password="right"), {"smtp_password": "wrong"}),
    Mode("tls", "sent", settings={"smtp_security": "ssl"}),
    Mode("dns", "sent", settings={"smtp_host": "nowhere.invalid"}),
    Mode("partly", "sent", lambda: Manners(rcpt=_partly), copies=("nobody@customer.example",)),
)
LONG = (
    Mode("hang", "sent", lambda: Manners(pause=3600)),
    Mode("slow", "sent", lambda: Manners(pause=30)),
)
"""The product waits for a minute here, so these are left out of the short cut."""


def run(rig: Rig, scale: float) -> Outcome:
    outcome = Outcome("F1 far side fails")
    replies = times(REPLIES, scale, most=500, least=2)
    with ExitStack() as stack:
        boxes = [
            _Box(stack, rig, f"f1{chr(97 + number)}", mode)
            for number, mode in enumerate((*QUICK, *(LONG if scale >= 1 else ())))
        ]
        healthy = _Box(stack, rig, "f1z", Mode("healthy", "sent"))
        _together(rig, boxes[: len(QUICK)], replies, outcome)
        for box in boxes[len(QUICK) :]:
            _beside(rig, box, healthy, replies, outcome)
    outcome.rounds = len(boxes)
    return outcome


class _Box:
    """A mailbox with a server and a wire of its own."""

    def __init__(self, stack: ExitStack, rig: Rig, name: str, mode: Mode) -> None:
        self.rig, self.name, self.mode = rig, name, mode
        self.address = f"{name}@shop.example"
        self.sink = stack.enter_context(Sink())
        self.wire = stack.enter_context(Proxy(self.sink.port))
        self.well = CONNECTED | {"smtp_port": self.wire.port}
        rig.add_mailbox(self.address, **self.well)
        stack.callback(rig.change_mailbox, self.address, is_active=False)

    def break_it(self) -> None:
        self.sink.manners = self.mode.manners()
        self.wire.most_sent = self.mode.sends
        if self.sink.manners.password:
            self.rig.change_mailbox(self.address, smtp_user="x", **self.mode.settings)
        elif self.mode.settings:
            self.rig.change_mailbox(self.address, **self.mode.settings)

    def heal(self) -> None:
        self.sink.manners = Manners()
        self.wire.heal()
        if self.mode.settings:
            self.rig.change_mailbox(self.address, **self.well)
        self.rig.make_due(self.name)

    def ask(self, count: int, outcome: Outcome, first: int = 0) -> None:
        """Mails of customers, which are then to be answered."""
        self.rig.hand_over(self.name, range(first, first + count), outcome, to=self.address)

    def check(self, outcome: Outcome) -> None:
        """Count; and each answer must have come to the end that belongs to the mode."""
        states = self.rig.replies(self.name)
        ends = set(states.values())
        allowed = {self.mode.wanted} | ({"unknown"} if self.mode.sends else set())
        if not ends or ends - allowed:
            outcome.troubles.append(f"{self.mode.name}: {dict(Counter(states.values()))}")
        taken = Counter(one.mail["Message-ID"].strip("<>") for one in self.sink.taken)
        outcome.count_out(states, taken)


def _together(rig: Rig, boxes: list[_Box], replies: int, outcome: Outcome) -> None:
    """All that fail quickly at once."""
    for box in boxes:
        box.ask(replies, Outcome(""))
    rig.settle_in(outcome)
    for box in boxes:
        box.break_it()
    for box in boxes:
        began = time.monotonic()
        rig.answer(box.name, copies=box.mode.copies)
        if box.mode.wanted == "failed":
            rig.settle_out(box.name, outcome)
            took = time.monotonic() - began
            outcome.seconds.append(took)
            if took > TOLD:
                outcome.troubles.append(f"{box.mode.name}: told after {took:.0f} s")
    for box in boxes:
        if box.mode.wanted == "sent" and not box.mode.copies:
            rig.until_put_off(box.name)
    for box in boxes:
        box.heal()
    for box in boxes:
        rig.settle_out(box.name, outcome)
        box.check(outcome)


def _beside(rig: Rig, box: _Box, healthy: _Box, replies: int, outcome: Outcome) -> None:
    """One mailbox's server hangs while another's mail comes and is answered."""
    box.ask(replies, Outcome(""))
    rig.settle_in(outcome)
    box.break_it()
    rig.answer(box.name)
    for number in range(replies):  # customers go on, and the agent is told of each by this mailbox
        again = letter(f"{box.name}again-{number}", after=f"{box.name}-{number}")
        with smtplib.SMTP("127.0.0.1", rig.desk.smtp_port, timeout=60) as client:
            client.sendmail("x@customer.example", [box.address], again)
    before = len(outcome.seconds)
    for number in range(8):
        began = time.monotonic()
        first = len(rig.replies(healthy.name))
        healthy.ask(1, Outcome(""), first=first)
        rig.until_open(healthy.name, first + 1)
        rig.answer(healthy.name)
        rig.settle_out(healthy.name, outcome)
        outcome.seconds.append(time.monotonic() - began)
        time.sleep(number % 3)  # so that they fall on different moments
    waited = sorted(outcome.seconds[before:])
    if waited[-1] > LONGEST:
        outcome.troubles.append(f"{box.mode.name}: others waited for {waited[-1]:.0f} s")
    if box.mode.name == "hang":
        rig.until_put_off(box.name)
    box.heal()
    rig.settle_out(box.name, outcome)
    box.check(outcome)
    healthy.check(Outcome(""))
