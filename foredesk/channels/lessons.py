"""Whether the spam filter has learnt enough to be asked, kept in memory for a moment.

A desk that never taught it does not pay for it. What this process learns is seen at once, what
another learns within ten seconds.
"""

from __future__ import annotations

from foredesk.channels.models import SpamWord
from foredesk.logbook.freshness import Kept

ENOUGH = 20
"""How many mails of each kind the words must know before they count."""


def _read() -> bool:
    counts = SpamWord.objects.filter(word="").values_list("spam", "ham").first() or (0, 0)
    return min(counts) >= ENOUGH


are_enough = Kept(_read, seconds=10)
"""Whether the team has marked enough mails of both kinds."""
forget = are_enough.forget
"""Count anew at the next mail; whoever teaches calls this."""
