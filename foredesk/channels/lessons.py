"""Whether the spam filter has learnt enough to be asked, kept in memory for a moment.

A desk that never taught it does not pay for it. What this process learns is seen at once, what
another learns within ten seconds.
"""

from __future__ import annotations

import time

from foredesk.channels.models import SpamWord

ENOUGH = 20
"""How many mails of each kind the words must know before they count."""
KEPT = 10.0  # seconds
_kept: list[tuple[float, bool]] = []


def are_enough() -> bool:
    """Whether the team has marked enough mails of both kinds."""
    if not _kept or time.monotonic() - _kept[0][0] >= KEPT:
        counts = SpamWord.objects.filter(word="").values_list("spam", "ham").first() or (0, 0)
        _kept[:] = [(time.monotonic(), min(counts) >= ENOUGH)]
    return _kept[0][1]


def forget() -> None:
    """Count anew at the next mail; whoever teaches calls this."""
    _kept.clear()
