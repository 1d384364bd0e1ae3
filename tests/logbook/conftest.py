import pytest

from foredesk.logbook import listening


@pytest.fixture
def listeners():
    """Listen to facts for the length of one test: `listeners(Fact)(function)`."""
    before = {fact: dict(named) for fact, named in listening._listeners.items()}
    yield listening.on
    listening._listeners.clear()
    listening._listeners.update(before)
