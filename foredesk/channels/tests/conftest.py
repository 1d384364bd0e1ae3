import asyncio
import threading
from dataclasses import replace

import pytest

from foredesk.channels import intake, oauth
from foredesk.channels.models import Mailbox
from foredesk.plumbing import crypto
from foredesk.plumbing.clock import now
from foredesk.plumbing.ids import public_id
from tests.peers.mailserver import MailServer
from tests.peers.oauth_server import OAuthServer


@pytest.fixture
def mailbox(db) -> Mailbox:
    at = now()
    return Mailbox.objects.create(
        name="Help", address="help@shop.example", is_default=True, created_at=at, changed_at=at
    )


@pytest.fixture
def blobs(settings, tmp_path):
    """A file store of the test's own."""
    storages = dict(settings.STORAGES)
    storages["blobs"] = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(tmp_path / "blobs")},
    }
    settings.STORAGES = storages
    return tmp_path / "blobs"


class Intake:
    """The intake on a free port, in a thread with a loop of its own."""

    def __init__(self, rules: intake.Rules) -> None:
        self.rules = rules
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)

    def __enter__(self) -> int:
        self.thread.start()
        serving = asyncio.run_coroutine_threadsafe(
            intake.serve("127.0.0.1", 0, self.rules), self.loop
        )
        self.server, self.handler = serving.result(10)
        return self.server.sockets[0].getsockname()[1]

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self.loop).result(10)
        self.handler.stop()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)

    async def _end(self) -> None:
        self.server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)


@pytest.fixture
def start_intake():
    """Start the intake: `with start_intake(accept="known") as port:`."""

    def start(*, max_bytes: int = 1_000_000, accept: str = "any") -> Intake:
        return Intake(intake.Rules(max_bytes=max_bytes, accept=accept))

    return start


@pytest.fixture(scope="session")
def mailserver():
    """Postfix and Dovecot, once for all tests of a run."""
    with MailServer() as server:
        yield server


@pytest.fixture
def trusted(mailserver, monkeypatch):
    """The mail server's certificate authority is one that this machine trusts."""
    monkeypatch.setenv("SSL_CERT_FILE", str(mailserver.authority))
    return mailserver


@pytest.fixture
def imap_mailbox(mailbox, trusted):
    """The mailbox, fetched from Dovecot by TLS, under an address of the test's own."""
    mailbox.address = f"help-{public_id()}@shop.example"
    trusted.add(mailbox.address)
    mailbox.imap_host, mailbox.imap_port = "127.0.0.1", trusted.imaps
    mailbox.imap_user = mailbox.address
    mailbox.imap_secret = crypto.seal("secret", place=mailbox.place_of("imap"))
    mailbox.save()
    return mailbox


@pytest.fixture
def pop3_mailbox(mailbox, trusted):
    """The mailbox, fetched from Dovecot by POP3 and TLS, under an address of the test's own."""
    mailbox.address = f"help-{public_id()}@shop.example"
    trusted.add(mailbox.address)
    mailbox.pop3_host, mailbox.pop3_port = "127.0.0.1", trusted.pop3s
    mailbox.pop3_user = mailbox.address
    mailbox.pop3_secret = crypto.seal("secret", place=mailbox.place_of("pop3"))
    mailbox.save()
    return mailbox


@pytest.fixture
def oauth_server(trusted, monkeypatch, settings):
    """A provider whose tokens the mail server believes; it stands for Google."""
    allowed = (*settings.ENV.allow_private_hosts, "127.0.0.0/8")
    settings.ENV = replace(settings.ENV, allow_private_hosts=allowed)
    with OAuthServer(trusted.issuer) as server:
        google = replace(
            oauth.PROVIDERS["google"],
            authorize_url=f"{server.url}/authorize",
            token_url=f"{server.url}/token",
            imap=oauth.Server("127.0.0.1", trusted.imaps, "ssl"),
            pop3=oauth.Server("127.0.0.1", trusted.pop3s, "ssl"),
            smtp=oauth.Server("127.0.0.1", trusted.submission, "starttls"),
        )
        monkeypatch.setitem(oauth.PROVIDERS, "google", google)
        yield server


@pytest.fixture
def google_mailbox(mailbox, oauth_server, trusted):
    """The mailbox, fetched and sent by tokens; nobody has consented yet."""
    mailbox.address = f"help-{public_id()}@shop.example"
    trusted.add(mailbox.address)
    oauth_server.account = mailbox.address
    for road, port in (("imap", trusted.imaps), ("smtp", trusted.submission)):
        setattr(mailbox, f"{road}_host", "127.0.0.1")
        setattr(mailbox, f"{road}_port", port)
        setattr(mailbox, f"{road}_user", mailbox.address)
        setattr(mailbox, f"{road}_sign_in", "oauth")
    mailbox.oauth_provider, mailbox.oauth_client_id = "google", oauth_server.client_id
    mailbox.oauth_secret = crypto.seal(oauth_server.client_secret, place=mailbox.place_of("oauth"))
    mailbox.save()
    return mailbox
