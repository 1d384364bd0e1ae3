"""A desk with one agent and one mailbox at a real server, for journeys that need no more."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.peers.desk import Desk
from tests.peers.mailserver import PASSWORD, MailServer

HELP = "help@shop.example"


@pytest.fixture(scope="session")
def desk(mailserver: MailServer) -> Iterator[Desk]:
    """Ada works there. Each journey brings customers and tickets of its own."""
    mailserver.add(HELP)
    with Desk(
        FOREDESK_ALLOW_PRIVATE_HOSTS="127.0.0.1,localhost",
        FOREDESK_UNDO_SECONDS="1",
        SSL_CERT_FILE=str(mailserver.authority),
    ) as desk:
        desk.add_person("Ada")
        desk.run(
            f"""
from foredesk.channels import mailboxes
from foredesk.logbook.actors import SYSTEM
from foredesk.plumbing.clock import now
mailboxes.add(by=SYSTEM, at=now(), name="Help", address="{HELP}",
    imap_host="localhost", imap_port={mailserver.imaps}, imap_security="ssl",
    imap_user="{HELP}", imap_password="{PASSWORD}",
    smtp_host="localhost", smtp_port={mailserver.submission}, smtp_security="starttls",
    smtp_user="{HELP}", smtp_password="{PASSWORD}")
"""
        )
        yield desk
