"""What journeys share: real mail servers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.peers.mailserver import MailServer


@pytest.fixture(scope="session")
def mailserver() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server
