"""Ask the DNS about senders: short patience, a memory, and no pile-up while it is away."""

from __future__ import annotations

import threading
import time
from functools import cache
from typing import TYPE_CHECKING, Any

from django.conf import settings

from foredesk.plumbing import reading

if TYPE_CHECKING:
    import dns.resolver

PATIENCE = 2.0  # seconds for one question
IN_ALL = 8.0  # seconds for all questions about one mail
AWAY = 30.0  # seconds for which a resolver that did not answer is left alone
KEPT = 5_000  # answers in memory


class Unanswered(Exception):
    """The DNS could not be asked, or gave no answer in time; the text says why."""


class Questions:
    """The questions about one mail; together they take no longer than `IN_ALL`."""

    def __init__(self) -> None:
        self.until = time.monotonic() + IN_ALL

    def ask(self, name: str, kind: str) -> list:
        """The records of a name, as dnspython gives them; none when there is none.

        Raises Unanswered.
        """
        import dns.exception  # heavy; only the worker asks
        import dns.name
        import dns.resolver

        if settings.ENV.dns == ("off",):
            raise Unanswered("The DNS is not asked about senders (FOREDESK_DNS is off).")
        left = self.until - time.monotonic()
        if left <= 0:
            raise Unanswered("The DNS took too long to answer.")
        if time.monotonic() < _away["until"]:
            raise Unanswered("The DNS did not answer a moment ago.")
        try:
            answer = _resolver().resolve(
                dns.name.from_text(name.rstrip(".") + "."),
                kind,
                raise_on_no_answer=False,
                lifetime=min(left, PATIENCE),
                search=False,
            )
        except dns.resolver.NXDOMAIN:
            return []
        except (dns.resolver.NoNameservers, dns.resolver.YXDOMAIN) as error:
            raise Unanswered(f"The DNS can't answer for {name[:100]}.") from error
        except dns.exception.Timeout as error:
            _note_silence()
            raise Unanswered("The DNS did not answer in time.") from error
        except (dns.exception.DNSException, UnicodeError, ValueError) as error:
            raise Unanswered(f"{name[:100]} can't be asked for: {error}") from error
        except OSError as error:
            _note_silence()
            raise Unanswered(f"The DNS can't be reached: {error}") from error
        return list(answer.rrset or [])

    def texts(self, name: str) -> list[bytes]:
        """The TXT records of a name, each in one piece. Raises Unanswered."""
        return [b"".join(record.strings) for record in self.ask(name, "TXT")]


_away = {"until": 0.0, "silences": 0.0}
_lock = threading.Lock()


def _note_silence() -> None:
    """After three questions in a row without an answer nobody is asked for a while."""
    with _lock:
        _away["silences"] += 1
        if _away["silences"] >= 3:
            _away["silences"], _away["until"] = 0.0, time.monotonic() + AWAY


def forget() -> None:
    """Ask anew, with the settings as they are now."""
    _resolver.cache_clear()
    _away.update(until=0.0, silences=0.0)


def _memory() -> Any:
    """A memory of answers; any answer ends a row of silences."""
    import dns.resolver

    class Heard(dns.resolver.LRUCache):
        def put(self, key: Any, value: Any) -> None:
            _away["silences"] = 0.0
            super().put(key, value)

    return Heard(KEPT)


@cache
def _resolver() -> dns.resolver.Resolver:
    import dns.nameserver
    import dns.resolver

    servers = settings.ENV.dns
    try:
        resolver = dns.resolver.Resolver(configure=not servers)
    except dns.resolver.NoResolverConfiguration as error:
        raise Unanswered("This machine has no DNS server.") from error
    if servers:
        pairs = [reading.address_and_port(one, 53) for one in servers]
        resolver.nameservers = [
            dns.nameserver.Do53Nameserver(address, port) for address, port in pairs
        ]
    resolver.cache = _memory()
    resolver.timeout = PATIENCE
    return resolver
