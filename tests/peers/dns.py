"""A name server for TXT records."""

from __future__ import annotations

import socket
import threading

import dns.flags
import dns.message
import dns.rcode
import dns.rrset


class NameServer:
    """Answers over UDP at `names.address`; a name that it does not know does not exist."""

    def __init__(self, records: dict[str, list[str]]) -> None:
        self.records = records
        self.is_silent = False
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._socket.getsockname()[1]}"

    def __enter__(self) -> NameServer:
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def _serve(self) -> None:
        while True:
            try:
                data, peer = self._socket.recvfrom(4096)
                if not self.is_silent:
                    self._socket.sendto(self._answer(data), peer)
            except OSError:
                return

    def _answer(self, data: bytes) -> bytes:
        query = dns.message.from_wire(data)
        answer = dns.message.make_response(query)
        answer.flags |= dns.flags.RA
        name = query.question[0].name
        rows = self.records.get(name.to_text(omit_final_dot=True).lower())
        if rows is None:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        else:
            pieces = [
                " ".join(f'"{row[at : at + 250]}"' for at in range(0, len(row), 250))
                for row in rows
            ]
            answer.answer.append(dns.rrset.from_text(name, 60, "IN", "TXT", *pieces))
        return answer.to_wire()
