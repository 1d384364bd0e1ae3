"""Postfix and Dovecot of the tests' own, on loopback ports, in a folder that goes afterwards.

    with MailServer() as server:
        server.add("help@shop.example")
        server.deliver(raw, to="help@shop.example")     # by LMTP, past Postfix
        server.submit(raw, sender=…, to=…)              # by SMTP through Postfix
        server.mails("help@shop.example")               # what lies in the mailbox

Both are the Debian packages postfix, dovecot-imapd, dovecot-pop3d and dovecot-lmtpd, and need root
to start.
"""

from __future__ import annotations

import os
import pwd
import re
import shutil
import signal
import smtplib
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from random import randint

import imapclient

from tests.peers import certificates

PASSWORD = "secret"
DOVECOT = """
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/dovecot.log
protocols = imap pop3 lmtp
listen = 127.0.0.1
ssl = yes
ssl_cert = <{home}/cert.pem
ssl_key = <{home}/key.pem
disable_plaintext_auth = no
auth_failure_delay = 0
auth_mechanisms = plain login xoauth2 oauthbearer
mail_location = maildir:~/Maildir
first_valid_uid = 1
recipient_delimiter = +
imap_idle_notify_interval = 1 mins
mail_max_userip_connections = 100
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {home}/oauth2.conf
}}
passdb {{
  driver = static
  mechanisms = plain login
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={home}/mail/%u allow_all_users=yes
}}
service imap-login {{
  process_min_avail = 1
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
  }}
}}
service pop3-login {{
  inet_listener pop3 {{
    port = {pop3}
  }}
  inet_listener pop3s {{
    port = {pop3s}
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    port = {lmtp}
  }}
}}
service auth {{
  inet_listener {{
    port = {auth}
  }}
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  unix_listener stats-writer {{
    mode = 0666
  }}
}}
namespace inbox {{
  inbox = yes
  mailbox Done {{
    auto = create
  }}
}}
"""

OAUTH2 = """
introspection_mode = post
introspection_url = http://{issuer}:8080/introspect
username_attribute = username
active_attribute = active
active_value = true
timeout_msecs = 5000
"""

POSTFIX = """
compatibility_level = 3.6
queue_directory = {home}/queue
data_directory = {home}/data
maillog_file = {home}/postfix.log
maillog_file_prefixes = {home}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mail.shop.example
mydestination =
alias_maps =
mynetworks = 127.0.0.0/8
virtual_mailbox_domains = texthash:{home}/domains
virtual_mailbox_maps = texthash:{home}/boxes
virtual_transport = lmtp:inet:127.0.0.1:{lmtp}
transport_maps = texthash:{home}/transport
recipient_delimiter = +
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:{auth}
smtpd_tls_cert_file = {home}/cert.pem
smtpd_tls_key_file = {home}/key.pem
smtpd_tls_security_level = may
smtpd_recipient_restrictions = permit_mynetworks, permit_sasl_authenticated, reject
smtp_dns_support_level = disabled
smtp_host_lookup = native
message_size_limit = 60000000
mailbox_size_limit = 0
virtual_mailbox_limit = 0
minimal_backoff_time = 1s
maximal_backoff_time = 2s
queue_run_delay = 1s
"""

MASTER = """
{smtp} inet n - n - - smtpd
{submission} inet n - n - - smtpd -o smtpd_tls_security_level=encrypt
    -o smtpd_recipient_restrictions=permit_sasl_authenticated,reject
postlog unix-dgram n - n - 1 postlogd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
local unix - n n - - local
virtual unix - n n - - virtual
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
"""


class Missing(RuntimeError):
    """The mail servers can't be started here; the text says what to do."""


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on at this moment."""
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


PORTS = ("smtp", "submission", "imap", "imaps", "pop3", "pop3s", "lmtp", "auth")


class MailServer:
    """Both servers. Ports: `smtp`, `submission` (STARTTLS and sign-in), `imap`, `imaps`, `pop3`,
    `pop3s`, `lmtp`. Tokens are believed when an OAuthServer at the address `issuer` knows them."""

    def __init__(self) -> None:
        for program in ("postfix", "dovecot"):
            if shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin") is None:
                raise Missing(
                    "These tests need Postfix and Dovecot: "
                    "apt-get install postfix dovecot-imapd dovecot-pop3d dovecot-lmtpd"
                )
        if os.geteuid() != 0:
            raise Missing("These tests need root to start Postfix and Dovecot.")
        self.home = Path(tempfile.mkdtemp(prefix="foredesk-mail-", dir="/tmp"))
        self.home.chmod(0o755)
        for name, port in zip(PORTS, free_ports(len(PORTS)), strict=True):
            setattr(self, name, port)
        self.issuer = f"127.{os.getpid() % 250 + 1}.{randint(1, 250)}.{randint(1, 250)}"
        self.boxes: set[str] = set()
        self.routes: dict[str, int] = {}

    smtp: int
    submission: int
    imap: int
    imaps: int
    pop3: int
    pop3s: int
    lmtp: int
    auth: int

    def __enter__(self) -> MailServer:
        self._write()
        self.start_dovecot()
        self._postfix("start")
        for port in (getattr(self, name) for name in PORTS if name != "auth"):
            wait_until(lambda port=port: _answers(port), f"port {port}", log=self.logs)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop_dovecot()
        self._postfix("stop", check=False)
        shutil.rmtree(self.home, ignore_errors=True)

    @property
    def authority(self) -> Path:
        """The certificate authority to trust (SSL_CERT_FILE)."""
        return self.home / "authority.pem"

    def add(self, *addresses: str) -> None:
        """Mailboxes; they sign in with their address and PASSWORD."""
        self.boxes.update(addresses)
        self._write_maps()

    def route(self, domain: str, port: int) -> None:
        """Postfix hands mail for `domain` to 127.0.0.1:`port`, such as the intake's."""
        self.routes[domain] = port
        self._write_maps()

    def submit(self, raw: bytes, *, sender: str, to: str | list[str]) -> None:
        """Send by SMTP through Postfix."""
        with smtplib.SMTP("127.0.0.1", self.smtp, timeout=20) as client:
            client.sendmail(sender, to, raw)

    def deliver(self, raw: bytes, *, to: str, sender: str = "cleo@customer.example") -> None:
        """Put a mail into a mailbox by LMTP; it is there when this returns."""
        with smtplib.LMTP("127.0.0.1", self.lmtp) as client:
            client.sendmail(sender, to, raw)

    def client(self, address: str) -> imapclient.IMAPClient:
        """A signed-in IMAP client of a mailbox."""
        client = imapclient.IMAPClient("127.0.0.1", self.imap, ssl=False, timeout=20)
        client.login(address, PASSWORD)
        return client

    def raw_mails(self, address: str, folder: str = "INBOX") -> list[bytes]:
        """The bytes of all mails of a folder, oldest first."""
        with self.client(address) as client:
            client.select_folder(folder, readonly=True)
            found = client.search()
            fetched = client.fetch(found, ["BODY.PEEK[]"]) if found else {}
        return [fetched[uid][b"BODY[]"] for uid in sorted(fetched)]

    def mails(self, address: str, folder: str = "INBOX") -> list[EmailMessage]:
        """All mails of a folder, parsed."""
        return [
            message_from_bytes(raw, policy=policy.default)  # type: ignore[misc]
            for raw in self.raw_mails(address, folder)
        ]

    def flags(self, address: str, folder: str = "INBOX") -> list[tuple[bytes, ...]]:
        """The flags of all mails of a folder, oldest first."""
        with self.client(address) as client:
            client.select_folder(folder, readonly=True)
            found = client.search()
            return [client.get_flags([uid])[uid] for uid in sorted(found)]

    def change_uidvalidity(self, address: str) -> None:
        """As after a restore of the server: other UIDVALIDITY, other UIDs, the same mails."""
        maildir = self.home / "mail" / address / "Maildir"
        header = (maildir / "dovecot-uidlist").read_text().split("\n", 1)[0]
        before = int(next(word[1:] for word in header.split() if word[0] == "V"))
        for name in (
            "dovecot-uidlist",
            "dovecot.index",
            "dovecot.index.log",
            "dovecot.index.cache",
        ):
            (maildir / name).unlink(missing_ok=True)
        for path in maildir.glob("dovecot-uidvalidity*"):
            path.unlink()
        # Left to itself Dovecot takes the time in seconds, which may be that of the first delivery.
        command = ["doveadm", "-c", str(self.home / "dovecot.conf"), "mailbox", "update"]
        command += ["-u", address, "--uid-validity", str(before + 1), "INBOX"]
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL, capture_output=True)

    def ask_for(self, password: str) -> None:
        """From now on IMAP and POP3 take this password alone."""
        path = self.home / "dovecot.conf"
        text = path.read_text()
        path.write_text(re.sub(r"(?m)^(\s*args = password=).*$", rf"\g<1>{password}", text))
        subprocess.run(
            ["doveadm", "-c", str(path), "reload"],
            check=True,
            stdin=subprocess.DEVNULL,
            capture_output=True,
        )

    def start_dovecot(self) -> None:
        """Start the IMAP and LMTP server."""
        subprocess.run(
            ["/usr/sbin/dovecot", "-c", str(self.home / "dovecot.conf")],
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def stop_dovecot(self) -> None:
        """Kill the IMAP and LMTP server with all its processes, as a machine that goes down."""
        master = self.home / "run" / "master.pid"
        if not master.exists():
            return
        pid = int(master.read_text())
        group = os.getpgid(pid)
        assert group == pid
        os.killpg(group, signal.SIGKILL)
        wait_until(lambda: not _group_lives(group), "Dovecot to end", log=self.logs)
        master.unlink()

    def logs(self) -> str:
        """The ends of both logs, for messages of failures."""
        found = []
        for name in ("dovecot.log", "postfix.log", "postfix.out"):
            path = self.home / name
            if path.exists():
                found.append(path.read_text(errors="replace")[-3000:])
        return "\n".join(found)

    def _write(self) -> None:
        certificates.write(self.home)
        user = pwd.getpwnam("nobody")
        values = {
            "home": self.home,
            "password": PASSWORD,
            "issuer": self.issuer,
            "uid": user.pw_uid,
            "gid": user.pw_gid,
            **{name: getattr(self, name) for name in PORTS},
        }
        for name in ("run", "state", "mail", "postfix", "queue", "data"):
            (self.home / name).mkdir()
        os.chown(self.home / "mail", user.pw_uid, user.pw_gid)
        os.chown(self.home / "data", pwd.getpwnam("postfix").pw_uid, -1)
        (self.home / "dovecot.conf").write_text(DOVECOT.format(**values))
        (self.home / "oauth2.conf").write_text(OAUTH2.format(**values))
        (self.home / "postfix" / "main.cf").write_text(POSTFIX.format(**values))
        (self.home / "postfix" / "master.cf").write_text(MASTER.format(**values))
        self._write_maps()

    def _write_maps(self) -> None:
        domains = sorted({address.rpartition("@")[2] for address in self.boxes})
        domains = [domain for domain in domains if domain not in self.routes]
        maps = {
            "domains": [f"{domain} x" for domain in domains],
            "boxes": [f"{address} x" for address in sorted(self.boxes)],
            "transport": [f"{name} smtp:[127.0.0.1]:{port}" for name, port in self.routes.items()],
        }
        for name, lines in maps.items():
            (self.home / name).write_text("\n".join([*lines, ""]))
        if (self.home / "queue" / "pid").exists():
            self._postfix("reload")

    def _postfix(self, verb: str, *, check: bool = True) -> None:
        with (self.home / "postfix.out").open("a") as out:  # a pipe would be held by the daemons
            done = subprocess.run(
                ["/usr/sbin/postfix", "-c", str(self.home / "postfix"), verb],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                check=False,
            )
        if check and done.returncode:
            raise Missing(f"Postfix can't {verb}: {self.logs()}")


def wait_until(
    holds: Callable[[], object], what: str, *, seconds: float = 90, log: Callable[[], str] = str
) -> None:
    """Come back as soon as `holds()` is true. Raises AssertionError after `seconds`."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise AssertionError(f"Waited {seconds} s in vain for {what}.\n{log()}")
        time.sleep(0.02)


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def _group_lives(group: int) -> bool:
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, found = path.read_text().rpartition(")")[2].split()[:3]
        except OSError:
            continue
        if int(found) == group and state != "Z":
            return True
    return False
