"""A DNS server of the tests' own: it answers what it was told, over UDP, or keeps silent."""

from __future__ import annotations

import socket
import threading

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

Zone = dict[tuple[str, str], list[str]]


class NameServer:
    """`zone` is {("shop.example", "TXT"): ['"v=spf1 -all"']}; `is_silent` answers nobody."""

    def __init__(self, zone: Zone | None = None) -> None:
        self.zone: Zone = zone or {}
        self.is_silent = False
        self.asked: list[str] = []
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.thread = threading.Thread(target=self._serve, daemon=True)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.socket.getsockname()[1]}"

    def say(self, name: str, kind: str, *texts: str) -> None:
        """Answer so from now on; TXT is quoted here, in strings of at most 255 characters."""
        if kind == "TXT":
            texts = tuple(
                " ".join(f'"{text[at : at + 250]}"' for at in range(0, len(text), 250))
                for text in texts
            )
        self.zone[name.lower(), kind] = list(texts)

    def __enter__(self) -> NameServer:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.sendto(b"", self.socket.getsockname())
        self.thread.join(5)
        self.socket.close()

    def _serve(self) -> None:
        while True:
            data, peer = self.socket.recvfrom(4096)
            if not data:
                return
            if not self.is_silent:
                self.socket.sendto(self._answer(data), peer)

    def _answer(self, data: bytes) -> bytes:
        query = dns.message.from_wire(data)
        question = query.question[0]
        name = question.name.to_text(omit_final_dot=True).lower()
        kind = dns.rdatatype.to_text(question.rdtype)
        self.asked.append(f"{name} {kind}")
        answer = dns.message.make_response(query)
        answer.flags |= dns.flags.RA
        texts = self.zone.get((name, kind))
        if texts:
            answer.answer.append(dns.rrset.from_text_list(question.name, 60, "IN", kind, texts))
        elif not any(known == name for known, _ in self.zone):
            answer.set_rcode(dns.rcode.NXDOMAIN)
        return answer.to_wire()
