"""Clients that ask as fast as they are answered, each over one connection that stays open."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

CSRF = "c" * 32
"""The token that forms and cookie agree on."""

Ask = Callable[[int], tuple[str, str, str | None]]
"""From the number of the request to method, path and form body."""


@dataclass
class Load:
    """What the clients saw: seconds per answer, and how long it all took."""

    seconds: list[float] = field(default_factory=list)
    wall: float = 0.0
    wrong: list[str] = field(default_factory=list)

    def percentile(self, share: float) -> float:
        """Milliseconds that `share` of the answers stayed below."""
        ordered = sorted(self.seconds)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1000

    @property
    def per_second(self) -> float:
        return len(self.seconds) / self.wall


def ask(
    port: int,
    cookie: str,
    what: Ask,
    *,
    count: int,
    clients: int,
    expected: int = 200,
    headers: dict[str, str] | None = None,
) -> Load:
    """Send `count` requests by `clients` at once. Raises RuntimeError for a wrong answer."""
    load, numbers, lock = Load(), iter(range(count)), threading.Lock()
    sent = {"Cookie": cookie, "Host": f"localhost:{port}", **(headers or {})}

    def client() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                return
            method, path, body = what(number)
            own = dict(sent)
            if body is not None:
                own["Content-Type"] = "application/x-www-form-urlencoded"
            begun = time.perf_counter()
            connection.request(method, path, body=body, headers=own)
            answer = connection.getresponse()
            text = answer.read()
            took = time.perf_counter() - begun
            with lock:
                load.seconds.append(took)
                if answer.status != expected:
                    load.wrong.append(f"{method} {path}: {answer.status} {text[:300]!r}")

    threads = [threading.Thread(target=client) for _ in range(clients)]
    begun = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    load.wall = time.monotonic() - begun
    if load.wrong or len(load.seconds) != count:
        raise RuntimeError(f"{len(load.wrong)} wrong answers, first: {load.wrong[:1]}")
    return load
