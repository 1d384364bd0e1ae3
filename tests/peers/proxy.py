"""A wire that can be cut, go silent, or end after so many bytes, between us and a server."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable


class Proxy:
    """`with Proxy(port) as wire:` listens on wire.port and passes everything on to `port`.

    While `most` is set, each new connection is cut after so many bytes from the server, or from us
    (`most_sent`). `overhears` gets what we say before the server does.
    """

    def __init__(self, target: int) -> None:
        self.target = target
        self.is_silent = threading.Event()
        self.most: int | None = None
        self.most_sent: int | None = None
        self.overhears: Callable[[bytes], None] | None = None
        self._sockets: list[socket.socket] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]

    def __enter__(self) -> Proxy:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listening.close()
        self.cut()

    def go_silent(self) -> None:
        """From now on nothing passes and nobody is told, as when a router forgets a connection."""
        self.is_silent.set()

    def heal(self) -> None:
        """New connections pass again, and whole; silent ones stay silent for ever."""
        self._sockets = []
        self.is_silent = threading.Event()
        self.most = self.most_sent = None

    def cut(self) -> None:
        """End all connections at once."""
        for one in self._sockets:
            _end(one)

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listening.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(("127.0.0.1", self.target))
            except OSError:  # nobody is there: the wire hangs up, and takes the next call
                near.close()
                continue
            self._sockets += [near, far]
            for source, sink, most in ((near, far, self.most_sent), (far, near, self.most)):
                hears = self.overhears if source is near else None
                threading.Thread(
                    target=_pass_on, args=(source, sink, self.is_silent, most, hears), daemon=True
                ).start()


def _pass_on(
    source: socket.socket,
    sink: socket.socket,
    is_silent: threading.Event,
    most: int | None,
    hears: Callable[[bytes], None] | None,
) -> None:
    try:
        while data := source.recv(65536):
            if is_silent.is_set():
                continue
            if hears is not None:
                hears(data)
            if most is not None and len(data) >= most:
                sink.sendall(data[:most])
                break
            sink.sendall(data)
            most = None if most is None else most - len(data)
    except OSError:
        pass
    if not is_silent.is_set():
        for one in (source, sink):
            _end(one)


def _end(one: socket.socket) -> None:
    """Closing alone would not wake a thread that waits for more, nor tell the other side."""
    with contextlib.suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()
