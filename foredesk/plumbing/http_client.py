"""The HTTP client behind the door to the network: every socket goes to a checked address."""

from __future__ import annotations

import time
from collections.abc import Iterable

import httpcore
import httpx

from foredesk.plumbing import http


def make(*, timeout: float, within: float | None, allow: Iterable[str] | None) -> httpx.Client:
    """What http.client promises."""
    transport = httpx.HTTPTransport(verify=http.tls_context(), trust_env=False, retries=0)
    transport._pool = httpcore.ConnectionPool(
        ssl_context=http.tls_context(), network_backend=_Guarded(allow, within)
    )
    return httpx.Client(
        transport=transport,
        timeout=timeout,
        trust_env=False,
        follow_redirects=False,
        headers={"user-agent": "Foredesk"},
    )


class _Guarded(httpcore.SyncBackend):
    """httpcore's way to sockets, by checked addresses only."""

    def __init__(self, allow: Iterable[str] | None, within: float | None = None) -> None:
        self.allow = None if allow is None else tuple(allow)
        self.within = within

    def connect_tcp(self, host, port, timeout=None, local_address=None, socket_options=None):
        try:
            addresses = http.check_address(host, port, allow=self.allow)
        except OSError as error:
            raise httpcore.ConnectError(str(error)) from error
        begun = time.monotonic()
        stream = super().connect_tcp(addresses[0], port, timeout, local_address, socket_options)
        return stream if self.within is None else _Bounded(stream, begun + self.within)

    def connect_unix_socket(self, *_args, **_kwargs):
        raise http.RefusedAddress("Sockets of this machine are not reached by an address.")


class _Bounded(httpcore.NetworkStream):
    """A connection that ends at a moment: a timeout alone never ends one that drips."""

    def __init__(self, stream: httpcore.NetworkStream, until: float) -> None:
        self.stream, self.until = stream, until

    def _left(self, timeout: float | None, kind: type[Exception]) -> float:
        left = self.until - time.monotonic()
        if left <= 0:
            raise kind("It takes too long.")
        return left if timeout is None else min(left, timeout)

    def read(self, max_bytes, timeout=None):
        return self.stream.read(max_bytes, self._left(timeout, httpcore.ReadTimeout))

    def write(self, buffer, timeout=None):
        self.stream.write(buffer, self._left(timeout, httpcore.WriteTimeout))

    def close(self):
        self.stream.close()

    def start_tls(self, ssl_context, server_hostname=None, timeout=None):
        left = self._left(timeout, httpcore.ConnectTimeout)
        return _Bounded(self.stream.start_tls(ssl_context, server_hostname, left), self.until)

    def get_extra_info(self, info):
        return self.stream.get_extra_info(info)
