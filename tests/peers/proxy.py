"""A wire that can be cut, or go silent, between us and a server."""

from __future__ import annotations

import socket
import threading


class Proxy:
    """`with Proxy(port) as wire:` listens on wire.port and passes everything on to `port`."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.is_silent = threading.Event()
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
        """New connections pass again; silent ones stay silent for ever."""
        self._sockets = []
        self.is_silent = threading.Event()

    def cut(self) -> None:
        """End all connections at once."""
        for one in self._sockets:
            one.close()

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
            for source, sink in ((near, far), (far, near)):
                threading.Thread(
                    target=_pass_on, args=(source, sink, self.is_silent), daemon=True
                ).start()


def _pass_on(source: socket.socket, sink: socket.socket, is_silent: threading.Event) -> None:
    try:
        while data := source.recv(65536):
            if is_silent.is_set():
                continue
            sink.sendall(data)
    except OSError:
        pass
    if not is_silent.is_set():
        for one in (source, sink):
            one.close()
