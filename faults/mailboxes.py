"""A mailbox at Dovecot behind a wire that can be cut."""

from __future__ import annotations

import time
from collections.abc import Iterable

from faults.counting import Outcome
from faults.rig import Rig, letter
from tests.peers.mailserver import PASSWORD, MailServer
from tests.peers.proxy import Proxy

_server: list[MailServer] = []


def server() -> MailServer:
    """Postfix and Dovecot, once for all experiments."""
    if not _server:
        _server.append(MailServer().__enter__())
    return _server[0]


def close() -> None:
    """Stop them."""
    while _server:
        _server.pop().__exit__()


class Far:
    """`with Far(rig, address) as far:` the far side of one mailbox."""

    def __init__(self, rig: Rig, address: str) -> None:
        self.rig, self.address = rig, address
        self.server = server()

    def __enter__(self) -> Far:
        self.server.add(self.address)
        self.wire = Proxy(self.server.imaps)
        self.wire.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self.rig.desk.run(
            "from foredesk.channels import mailboxes\n"
            "from foredesk.channels.models import Mailbox\n"
            "from foredesk.logbook.actors import SYSTEM\n"
            "from foredesk.plumbing.clock import now\n"
            f"for box in Mailbox.objects.filter(address={self.address!r}):\n"
            "    mailboxes.change(box, is_active=False, by=SYSTEM, at=now())\n"
        )
        self.wire.__exit__()

    def connect(self, **fields: str) -> None:
        """Let the desk fetch it from now on, all that lies there too."""
        self.rig.add_mailbox(
            self.address, imap_host="localhost", imap_port=self.wire.port, imap_security="ssl",
            imap_user=self.address, imap_password=PASSWORD, fetch_since=None, **fields,
        )  # fmt: skip

    def put(self, raw: bytes) -> None:
        self.server.deliver(raw, to=self.address)

    def deliver(self, name: str, numbers: Iterable[int]) -> set[str]:
        """Put mails into the mailbox; what lies there is promised."""
        marks = [f"{name}-{number}" for number in numbers]
        for mark in marks:
            self.put(letter(mark))
        return set(marks)

    def wait_for(self, name: str, promised: set[str], outcome: Outcome) -> None:
        """Until all of them are stored, or nothing came for long; how long it took counts as one
        answer."""
        began = moved = time.monotonic()
        missing = len(promised)
        while left := len(promised - set(self.rig.stored(name))):
            if left < missing:
                missing, moved = left, time.monotonic()
            if time.monotonic() - moved > self.rig.patience:
                return
            time.sleep(0.3)
        outcome.seconds.append(time.monotonic() - began)

    def check_left_alone(self, outcome: Outcome) -> None:
        """Nothing was removed from the far side."""
        if not self.server.raw_mails(self.address):
            outcome.troubles.append("the mailbox was emptied")

    def change_uidvalidity(self) -> None:
        self.server.change_uidvalidity(self.address)
        self.wire.cut()

    def refuse(self) -> None:
        """The server is away."""
        self.server.stop_dovecot()
        self.wire.cut()

    def accept(self) -> None:
        self.server.start_dovecot()
