"""A company and its script, small enough to be played through the real abilities."""

from random import Random

import pytest

from foredesk.demo import founding, picturing
from foredesk.demo.rhythms import WorkingTime
from foredesk.demo.scripting import Script
from foredesk.demo.stories import World
from foredesk.plumbing.clock import now


@pytest.fixture
def until():
    return now()


@pytest.fixture
def cast(db, until):
    return founding.found(at=until)


@pytest.fixture
def world(cast, until):
    accounts = {box.address: account for account, box in cast.mailboxes.items()}
    return World(until, WorkingTime(until=until), picturing.stored(), accounts)


@pytest.fixture
def acts(world):
    """The whole script of the demo."""
    return Script(world, Random(7)).acts()
