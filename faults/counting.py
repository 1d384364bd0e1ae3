"""What was promised and what is there: every experiment ends with these numbers."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field


def times(usual: int, scale: float, *, most: int, least: int = 1) -> int:
    """How many rounds or mails: the usual number times FAULTS_SCALE, within bounds. `most` is what
    the plan of a whole night asks for."""
    return max(least, min(most, round(usual * scale)))


@dataclass
class Outcome:
    """One line of the table. `acknowledged` were promised; `lost` and `doubled` must be 0 of them;
    `flagged` are those about which a person is told that nobody knows; `p99` in seconds."""

    name: str
    rounds: int = 0
    acknowledged: int = 0
    lost: int = 0
    doubled: int = 0
    flagged: int = 0
    seconds: list[float] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        return not (self.lost or self.doubled or self.troubles) and self.acknowledged > 0

    @property
    def p99(self) -> float:
        ranked = sorted(self.seconds)
        return ranked[min(len(ranked) - 1, int(len(ranked) * 0.99))] if ranked else 0.0

    def line(self) -> str:
        """As it is printed."""
        words = (
            f"{self.name:28} rounds {self.rounds:4}  acknowledged {self.acknowledged:5}  "
            f"lost {self.lost:3}  doubled {self.doubled:3}  flagged {self.flagged:3}  "
            f"p99 {self.p99:6.2f} s"
        )
        return f"{words}  {'; '.join(self.troubles)}".rstrip()

    def must_be_within(self, seconds: float, began: float, what: str) -> None:
        """A trouble when `what` came later than so many seconds after `began` (monotonic)."""
        took = time.monotonic() - began
        if took > seconds:
            self.troubles.append(f"{took:.0f} s until {what}")

    def count_in(self, promised: set[str], found: Counter[str]) -> None:
        """Mails that came in: each promised one must be there exactly once (I1, I2)."""
        self.acknowledged += len(promised)
        self.lost += sum(1 for one in promised if not found[one])
        self.doubled += sum(count - 1 for count in found.values() if count > 1)

    def count_out(self, states: dict[str, str], arrived: Counter[str]) -> None:
        """Replies that went out, by their wire id: "sent" must be in the far side's ledger, and
        twice there only when it is flagged (I3, I4)."""
        self.acknowledged += len(states)
        for wire_id, state in states.items():
            if state == "unknown":
                self.flagged += 1
            elif state == "sent":
                self.lost += not arrived[wire_id]
            elif state not in ("failed", "kept"):
                self.lost += 1
            if arrived[wire_id] > 1 and state != "unknown":
                self.doubled += 1
