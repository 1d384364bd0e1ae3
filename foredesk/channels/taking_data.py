"""Read a mail up to its lone dot in large pieces: line by line costs more than all that follows."""

from __future__ import annotations

from asyncio import LimitOverrunError, StreamReader

_START, _END = b"\r\n", b"\r\n.\r\n"


async def take(reader: StreamReader, most: int) -> bytes | None:
    """The mail without the dots that were put before its own (RFC 5321, 4.5.2).

    None when it has more than `most` bytes: it is read to its end all the same, so that the answer
    comes where the sender waits for it. Nothing but CRLF, dot, CRLF ends it; lines may have any
    length.
    """
    reader._buffer[:0] = _START  # type: ignore[attr-defined]  # the end of an empty mail has one too
    pieces: list[bytes] = []
    size, is_whole = -len(_END), False  # what is put before and after is none of it
    while not is_whole:
        try:
            piece = await reader.readuntil(_END)
            is_whole = True
        except LimitOverrunError as more:
            piece = await reader.read(more.consumed)
        size += len(piece)
        if size <= most:
            pieces.append(piece)
        else:
            pieces.clear()
    if size > most:
        return None
    stuffed = b"".join(pieces)
    end = len(stuffed) - len(_END) + len(_START)
    return stuffed[:end].replace(b"\r\n.", b"\r\n")[len(_START) :]
