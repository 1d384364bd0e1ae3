"""Every setting of Foredesk, typed. This file alone reads the environment.

`Env.load()` gives a frozen value; each field carries its variable's name, kind, default in words
and a sentence of help, from which `docs/settings.md` is written.
"""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from foredesk.plumbing import keys, logs, reading
from foredesk.plumbing.setting import named, read_all, setting

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

CHECKOUT = Path(__file__).resolve().parents[2]
"""The folder that holds the package; a checkout when it also holds pyproject.toml."""


def _data_dir(_: dict[str, Any]) -> Path:
    if (CHECKOUT / "pyproject.toml").exists():
        return CHECKOUT / "data"
    return Path("~/.local/share/foredesk").expanduser()


def _url(read: dict[str, Any]) -> str:
    return f"http://localhost:{read['port']}"


def _allowed_hosts(read: dict[str, Any]) -> tuple[str, ...]:
    named = [urlsplit(read["url"]).hostname or "localhost", "localhost", "127.0.0.1", "[::1]"]
    if read["host"] not in ("0.0.0.0", "::", "127.0.0.1", "::1"):  # noqa: S104 (compared, not bound)
        named.append(read["host"])
    return tuple(dict.fromkeys(named))


def _files(read: dict[str, Any]) -> str:
    return str(read["data_dir"] / "files")


@dataclass(frozen=True, slots=True, kw_only=True)
class Env:
    """What the environment says, read and checked once."""

    data_dir: Path = setting(
        "FOREDESK_DATA_DIR",
        reading.path,
        _data_dir,
        "The folder that holds everything Foredesk keeps: database, files and keys.",
        kind="folder",
        shown="`./data` in a checkout, else `~/.local/share/foredesk`",
    )
    host: str = setting(
        "FOREDESK_HOST",
        reading.host,
        "127.0.0.1",
        "The address that the web server listens on; `0.0.0.0` for every network.",
        kind="address",
    )
    port: int = setting(
        "FOREDESK_PORT",
        reading.whole(1, 65535),
        8000,
        "The port of the web server.",
        kind="whole number from 1 to 65535",
    )
    url: str = setting(
        "FOREDESK_URL",
        reading.url,
        _url,
        "The address by which people reach the desk; links in mail begin with it.",
        kind="URL",
        shown="`http://localhost:` and the port",
    )
    allowed_hosts: tuple[str, ...] = setting(
        "FOREDESK_ALLOWED_HOSTS",
        reading.words,
        _allowed_hosts,
        "The host names that requests may ask for, separated by commas.",
        kind="list of host names",
        shown="the host of `FOREDESK_URL`, and localhost",
    )
    trusted_proxies: tuple[Network, ...] = setting(
        "FOREDESK_TRUSTED_PROXIES",
        reading.networks,
        (),
        "The networks of reverse proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` "
        "are believed, separated by commas.",
        kind="list of networks",
        shown="none",
    )
    smtp_host: str = setting(
        "FOREDESK_SMTP_HOST",
        reading.host,
        "127.0.0.1",
        "The address that the built-in mail intake (SMTP) listens on.",
        kind="address",
    )
    smtp_port: int = setting(
        "FOREDESK_SMTP_PORT",
        reading.whole(0, 65535),
        2525,
        "The port of the built-in mail intake (SMTP); 0 turns it off.",
        kind="whole number from 0 to 65535",
    )
    smtp_max_mb: int = setting(
        "FOREDESK_SMTP_MAX_MB",
        reading.whole(1, 1000),
        30,
        "The largest mail that the intake takes, in megabytes.",
        kind="whole number from 1 to 1000",
    )
    smtp_accept: str = setting(
        "FOREDESK_SMTP_ACCEPT",
        reading.one_of("any", "known"),
        "any",
        "Which recipients the intake takes: `known` takes only addresses of mailboxes, `any` gives "
        "everything else to the default mailbox.",
        kind="`any` or `known`",
    )
    smtp_front: tuple[Network, ...] = setting(
        "FOREDESK_SMTP_FRONT",
        reading.networks,
        (ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("::1/128")),
        "The networks of your own mail servers that hand mail to the intake, separated by commas: "
        "the verdict on the sender that they write into a mail is believed, when the mailbox names "
        "them as trusted.",
        kind="list of networks",
        shown="this machine",
    )
    dns: tuple[str, ...] = setting(
        "FOREDESK_DNS",
        reading.name_servers,
        (),
        "The DNS servers that are asked about senders of mail, as addresses with an optional port, "
        "separated by commas; `off` asks nobody, so that only trusted mail servers can vouch for a "
        "sender.",
        kind="list of addresses, or `off`",
        shown="those of the system",
    )
    demo: bool | None = setting(
        "FOREDESK_DEMO",
        reading.yes_or_no,
        None,
        "Whether the demo workspace is loaded into an empty desk; when unset the first-run wizard "
        "asks (`make run` loads it).",
        kind="`1` or `0`",
        shown="unset",
    )
    database_url: str = setting(
        "DATABASE_URL",
        reading.database_url,
        "",
        "The PostgreSQL (15 or newer) to use, as `postgresql://user:password@host:5432/name`; "
        "unset, Foredesk runs its own.",
        kind="URL",
        shown="unset",
        secret=True,
    )
    files: str = setting(
        "FOREDESK_FILES",
        reading.files,
        _files,
        "Where attachments are kept: a folder, or `s3://bucket?endpoint=https://host&region=name`, "
        "which needs the packages of `foredesk[s3]`.",
        kind="folder or S3 URL",
        shown="`files` in the data folder",
    )
    clamav: str = setting(
        "FOREDESK_CLAMAV",
        reading.scanner,
        "",
        "Where ClamAV's daemon clamd listens, as `host:port` or the path of its socket; "
        "attachments then open only after its verdict.",
        kind="host and port, or a path",
        shown="unset: nothing is scanned",
    )
    given_secret_key: str = setting(
        "FOREDESK_SECRET_KEY",
        reading.secret(32),
        "",
        "The key that signs sessions and links, 32 characters or more.",
        kind="text",
        shown="made once, in `secrets/` of the data folder",
        secret=True,
    )
    given_encryption_keys: tuple[str, ...] = setting(
        "FOREDESK_ENCRYPTION_KEY",
        reading.secrets(32),
        (),
        "The key that encrypts the passwords of mailboxes at rest, 32 characters or more; several, "
        "separated by commas, while changing it: the first encrypts, all decrypt.",
        kind="text",
        shown="made once, in `secrets/` of the data folder",
        secret=True,
    )
    web_workers: int = setting(
        "FOREDESK_WEB_WORKERS",
        reading.whole(1, 64),
        lambda _: min(2, os.cpu_count() or 1),
        "How many web processes serve pages.",
        kind="whole number from 1 to 64",
        shown="one per core, at most 2",
    )
    worker_concurrency: int = setting(
        "FOREDESK_WORKER_CONCURRENCY",
        reading.whole(1, 64),
        4,
        "How many jobs the worker runs at once.",
        kind="whole number from 1 to 64",
    )
    undo_seconds: int = setting(
        "FOREDESK_UNDO_SECONDS",
        reading.whole(0, 120),
        10,
        "How many seconds a reply can be taken back before it is sent.",
        kind="whole number from 0 to 120",
    )
    automatic_per_minute: int = setting(
        "FOREDESK_AUTOMATIC_PER_MINUTE",
        reading.whole(0, 10_000),
        30,
        "How many automatic mails, such as acknowledgements, may go to customers in a minute, all "
        "together; beyond that none goes and the admins are told. 0 sends none.",
        kind="whole number from 0 to 10000",
    )
    allow_private_hosts: tuple[str, ...] = setting(
        "FOREDESK_ALLOW_PRIVATE_HOSTS",
        reading.hosts_or_networks,
        (),
        "Hosts and networks that mailboxes may reach besides public ones, separated by commas: "
        "name your own mail server here when it has a private address.",
        kind="list of hosts and networks",
        shown="none",
    )
    log: str = setting(
        "FOREDESK_LOG",
        reading.one_of("debug", "info", "warning", "error"),
        "info",
        "How much is logged.",
        kind="`debug`, `info`, `warning` or `error`",
    )
    log_json: bool = setting(
        "FOREDESK_LOG_JSON",
        reading.yes_or_no,
        False,
        "Whether log lines are JSON objects.",
        kind="`1` or `0`",
        shown="0",
    )
    debug: bool = setting(
        "FOREDESK_DEBUG",
        reading.yes_or_no,
        False,
        "Whether pages show the details of errors; for development alone.",
        kind="`1` or `0`",
        shown="0",
    )

    @classmethod
    def load(cls, environ: Mapping[str, str] | None = None) -> Env:
        """Read `environ` (default: the process's own). An empty value counts as unset.

        Raises InvalidSetting for a value that can't be used and for an unknown FOREDESK_ name.
        """
        return cls(**read_all(cls, os.environ if environ is None else environ))

    @property
    def secret_key(self) -> str:
        """The key that signs sessions and links; made and kept when it was not given."""
        return self.given_secret_key or keys.kept(self.data_dir, "secret_key")

    @property
    def encryption_keys(self) -> list[str]:
        """The keys of secrets at rest; the first encrypts. Made and kept when not given."""
        return list(self.given_encryption_keys) or [keys.kept(self.data_dir, "encryption_key")]

    @property
    def has_embedded_database(self) -> bool:
        return not self.database_url

    def database(self, **options: object) -> dict[str, Any]:
        """Django's description of the database; `options` join those of DATABASE_URL."""
        from foredesk.plumbing.postgres import connecting

        return connecting.for_django(self.database_url, self.data_dir, **options)

    def file_storage(self) -> dict[str, Any]:
        """Django's description of the storage of files: a private folder, or a bucket on S3."""
        if not self.files.startswith("s3://"):
            options = {"location": self.files, "base_url": None, "file_permissions_mode": 0o600}
            backend = "django.core.files.storage.FileSystemStorage"
            return {"BACKEND": backend, "OPTIONS": options}
        parts = urlsplit(self.files)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        bucket: dict[str, Any] = {
            "bucket_name": parts.netloc,
            "endpoint_url": query.get("endpoint"),
            "region_name": query.get("region"),
            "default_acl": None,
            "file_overwrite": True,
        }
        return {"BACKEND": "foredesk.files.bucket.Bucket", "OPTIONS": bucket}

    def logging(self) -> dict[str, Any]:
        """The description of logging that Django and Granian take."""
        return logs.described(self.log, is_json=self.log_json)


def override(**values: object) -> None:
    """Put flags of the command line over the environment, for this process and its children.

    Names are fields of Env; None leaves the environment as it is.
    """
    os.environ.update(named(Env, values))
