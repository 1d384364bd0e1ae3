"""Ask clamd, ClamAV's daemon, about bytes: its INSTREAM protocol, over TCP or a local socket.

The libraries for it are either long unkept or asynchronous; the protocol is one command, chunks
that say their length, and one line of answer (man clamd).
"""

import socket
import struct
from collections.abc import Iterable
from contextlib import suppress

CHUNK = 64 * 1024  # bytes
CONNECT, ANSWER = 3.0, 60.0  # seconds
LONGEST_ANSWER = 4096  # bytes


class Away(Exception):
    """No answer from clamd. Its text is a sentence."""


class Refused(Exception):
    """clamd answers that it can't judge these bytes; its text says why."""


def scan(where: str, chunks: Iterable[bytes]) -> str:
    """The name of what clamd finds in these bytes, "" when they are clean.

    `where` is `host:port` or the path of a socket. Raises Away and Refused.
    """
    with _connected(where) as line:
        try:
            line.sendall(b"zINSTREAM\0")
            # clamd hangs up in the middle of a stream that is too long for it, after its answer.
            with suppress(BrokenPipeError, ConnectionResetError):
                for chunk in chunks:
                    if chunk:
                        line.sendall(struct.pack("!L", len(chunk)) + chunk)
                line.sendall(struct.pack("!L", 0))
            answer = _answer(line)
        except OSError as error:
            raise Away(f"The virus scanner broke off: {error.strerror or error}.") from None
    if answer.endswith(" FOUND"):
        return answer.removeprefix("stream: ").removesuffix(" FOUND")[:200]
    if answer == "stream: OK":
        return ""
    if "size limit exceeded" in answer:
        raise Refused("It is larger than the virus scanner takes.")
    if not answer:
        raise Away("The virus scanner hung up without an answer.")
    raise Refused(f"The virus scanner says: {answer[:200]}.")


def version(where: str) -> str:
    """What clamd says of itself: its version, the number and the date of its signatures, by `/`.

    Raises Away.
    """
    with _connected(where) as line:
        line.settimeout(CONNECT)
        try:
            line.sendall(b"zVERSION\0")
            return _answer(line)
        except OSError as error:
            raise Away(f"The virus scanner broke off: {error.strerror or error}.") from None


def _connected(where: str) -> socket.socket:
    try:
        if where.startswith("/"):
            line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            line.settimeout(CONNECT)
            try:
                line.connect(where)
            except OSError:
                line.close()
                raise
        else:
            host, _, port = where.rpartition(":")
            line = socket.create_connection((host.strip("[]"), int(port)), timeout=CONNECT)
    except OSError as error:
        why = error.strerror or str(error) or "no answer"
        raise Away(f"The virus scanner at {where} does not answer: {why}.") from None
    line.settimeout(ANSWER)
    return line


def _answer(line: socket.socket) -> str:
    """One answer, up to its NUL or the end."""
    got = b""
    while b"\0" not in got and len(got) < LONGEST_ANSWER:
        more = line.recv(1024)
        if not more:
            break
        got += more
    return got.partition(b"\0")[0].decode("utf-8", "replace").strip()
