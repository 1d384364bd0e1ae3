"""What journeys share: real mail servers, a desk, a browser that reports every breach."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.peers.browser import Chromium
from tests.peers.mailserver import MailServer


@pytest.fixture(scope="session")
def mailserver() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    with Chromium() as browser:
        yield browser
