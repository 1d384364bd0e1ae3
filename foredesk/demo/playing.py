"""Play acts into rows and facts: what the abilities would have left, without asking the database.

tests/test_fidelity.py plays the same script through the abilities themselves and compares every
field.
"""

from collections.abc import Iterable

from foredesk.demo.acts import Act
from foredesk.demo.sorting import Sorting
from foredesk.demo.talking import Talking


class Player(Talking, Sorting):
    """Plays acts in order; `rows` holds what they left."""

    def play(self, acts: Iterable[Act]) -> None:
        """Play all acts; they must be in the order of time."""
        for act in acts:
            getattr(self, f"_{act.verb}")(act, **act.values)
