"""A mailbox at Dovecot behind a wire that can be cut."""

from __future__ import annotations

import time
from collections.abc import Iterable

from faults.counting import Outcome
from faults.letters import letter
from faults.rig import Rig
from tests.peers.desk import until
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
        self.rig.change_mailbox(self.address, is_active=False)
        self.wire.__exit__()

    def connect(self, **fields: str) -> None:
        """Let the desk fetch it from now on, all that lies there too; by TLS unless `fields` say
        otherwise."""
        usual = {"imap_security": "ssl", "imap_user": self.address, "imap_password": PASSWORD}
        if fields.get("imap_security") == "none":
            self.wire.target = self.server.imap
        self.rig.add_mailbox(
            self.address, imap_host="localhost", imap_port=self.wire.port, fetch_since=None,
            **usual | fields,
        )  # fmt: skip

    def put(self, raw: bytes) -> None:
        """Put one mail into it."""
        self.server.deliver(raw, to=self.address)

    def deliver(self, name: str, numbers: Iterable[int]) -> set[str]:
        """Put mails into the mailbox; what lies there is promised."""
        marks = [f"{name}-{number}" for number in numbers]
        for mark in marks:
            self.put(letter(mark))
        return set(marks)

    def wait_for(self, name: str, promised: set[str], outcome: Outcome) -> None:
        """Until all of them with this name are stored, or nothing came for long; how long it took
        counts as one answer."""
        promised = {one for one in promised if one.startswith(f"{name}-")}
        began = moved = time.monotonic()
        missing = len(promised)
        while left := len(promised - set(self.rig.stored(name))):
            if left < missing:
                missing, moved = left, time.monotonic()
            if time.monotonic() - moved > self.rig.patience:
                return
            time.sleep(0.3)
        outcome.seconds.append(time.monotonic() - began)

    def until_deaf(self, because: str = "") -> None:
        """Until the desk itself says that the mailbox can't be fetched, and says why."""
        known = """select last_error from channels_mailbox
            where address = %s and failing_since is not null"""
        until(
            lambda: any(because in row[0] for row in self.rig.ask(known, self.address)),
            120,
        )

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
