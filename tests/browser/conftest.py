"""Desks that the tests of the screens share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.browser import filled
from tests.browser.filled import Filled
from tests.peers.desk import Desk


@pytest.fixture(scope="session")
def filled_desk() -> Iterator[Filled]:
    """A desk with people and tickets in every state. Who reads it does not change it."""
    with Desk() as desk:
        yield filled.fill(desk)
