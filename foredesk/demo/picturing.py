"""A handful of real files for the demo's attachments: drawn here, stored once."""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Callable

from foredesk.demo.acts import File
from foredesk.files import storing

Colour = tuple[int, int, int]
Painter = Callable[["Canvas"], None]

_DIGITS = {
    "0": "75557",
    "1": "26227",
    "2": "71747",
    "3": "71717",
    "4": "55711",
    "5": "74717",
    "6": "74757",
    "7": "71244",
    "8": "75757",
    "9": "75717",
    "-": "00700",
    ".": "00002",
    "E": "74747",
}
"""Three by five dots for each sign; every digit is a row of three bits."""


class Canvas:
    """A picture of `width` by `height` dots that can be written as PNG (ISO/IEC 15948)."""

    def __init__(self, width: int, height: int, ground: Colour) -> None:
        self.width, self.height = width, height
        self._rows = [bytearray(bytes(ground) * width) for _ in range(height)]

    def box(self, left: int, top: int, right: int, bottom: int, colour: Colour) -> None:
        """Fill a rectangle; what lies outside the picture is left out."""
        left, right = max(left, 0), min(right, self.width)
        for y in range(max(top, 0), min(bottom, self.height)):
            if right > left:
                self._rows[y][left * 3 : right * 3] = bytes(colour) * (right - left)

    def triangle(self, tip: tuple[int, int], half: int, bottom: int, colour: Colour) -> None:
        """Fill a triangle that stands on `bottom` with its tip above the middle."""
        x, top = tip
        for y in range(top, bottom):
            reach = half * (y - top) // max(bottom - top, 1)
            self.box(x - reach, y, x + reach + 1, y + 1, colour)

    def number(self, text: str, x: int, y: int, size: int, colour: Colour) -> None:
        """Write digits; `size` is the edge of one dot."""
        for sign in text:
            for row, bits in enumerate(_DIGITS[sign][:5]):
                for column in range(3):
                    if int(bits) >> (2 - column) & 1:
                        left, top = x + column * size, y + row * size
                        self.box(left, top, left + size, top + size, colour)
            x += 4 * size

    def png(self) -> bytes:
        raw = b"".join(b"\0" + bytes(row) for row in self._rows)
        head = struct.pack(">IIBBBBB", self.width, self.height, 8, 2, 0, 0, 0)
        return b"\x89PNG\r\n\x1a\n" + b"".join(
            _chunk(name, data)
            for name, data in ((b"IHDR", head), (b"IDAT", zlib.compress(raw, 9)), (b"IEND", b""))
        )


def _chunk(name: bytes, data: bytes) -> bytes:
    body = name + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))


def _bank(canvas: Canvas) -> None:
    canvas.box(0, 0, 480, 72, (24, 62, 92))
    canvas.box(24, 28, 190, 44, (220, 232, 240))
    for row, amount in enumerate(("-312.40", "-312.40", "-18.90", "-64.00", "-7.50")):
        top = 96 + row * 62
        canvas.box(24, top, 60, top + 36, (206, 216, 224))
        canvas.box(76, top + 4, 76 + (170, 170, 120, 190, 90)[row], top + 14, (60, 70, 78))
        canvas.box(76, top + 22, 150, top + 29, (170, 178, 184))
        canvas.number(f"E{amount}", 318, top + 8, 4, (178, 40, 40) if row < 2 else (60, 70, 78))
        canvas.box(24, top + 50, 456, top + 51, (226, 230, 233))


def _checkout(canvas: Canvas) -> None:
    canvas.box(0, 0, 480, 56, (38, 70, 58))
    canvas.box(40, 100, 440, 176, (250, 226, 224))
    canvas.box(40, 100, 46, 176, (186, 46, 40))
    canvas.box(66, 122, 330, 134, (120, 30, 28))
    canvas.box(66, 146, 400, 154, (190, 120, 116))
    for row in range(3):
        canvas.box(40, 204 + row * 52, 440, 240 + row * 52, (236, 239, 237))
        canvas.box(56, 217 + row * 52, 180 + 40 * row, 227 + row * 52, (150, 160, 155))


def _tent(canvas: Canvas) -> None:
    canvas.box(0, 150, 480, 230, (150, 176, 188))
    for x, top, half in ((90, 96, 150), (250, 60, 190), (410, 110, 140)):
        canvas.triangle((x, top), half, 240, (104, 128, 142))
    canvas.box(0, 240, 480, 360, (94, 116, 74))
    canvas.triangle((220, 180), 118, 306, (214, 120, 46))
    canvas.triangle((220, 214), 34, 306, (86, 50, 26))
    canvas.box(318, 170, 322, 306, (178, 40, 40))
    canvas.box(322, 168, 350, 173, (178, 40, 40))


def _screen(canvas: Canvas) -> None:
    canvas.box(60, 14, 240, 386, (28, 30, 34))
    canvas.box(70, 34, 230, 366, (244, 245, 243))
    canvas.triangle((150, 90), 34, 140, (214, 120, 46))
    for row in range(2):
        canvas.box(86, 176 + row * 40, 214, 204 + row * 40, (224, 228, 226))
    canvas.box(86, 262, 214, 292, (60, 104, 84))
    canvas.box(86, 306, 196, 314, (186, 46, 40))


_PICTURES: dict[str, tuple[int, int, Colour, Painter]] = {
    "bank-screenshot.png": (480, 420, (250, 251, 252), _bank),
    "checkout-error.png": (480, 380, (255, 255, 255), _checkout),
    "photo.png": (480, 360, (206, 220, 228), _tent),
    "app-screen.png": (300, 400, (214, 218, 216), _screen),
}


def _pdf(lines: tuple[str, ...]) -> bytes:
    """One page of text as PDF (ISO 32000-1)."""
    text = "BT /F1 12 Tf 72 770 Td 20 TL " + " ".join(f"({line}) Tj T*" for line in lines) + " ET"
    stream = text.encode("latin-1")
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    out, offsets = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 6\n0000000000 65535 f \n"
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return bytes(out + b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start)


def drawn() -> dict[str, tuple[bytes, str]]:
    """Every file by its name: its bytes and its type."""
    files: dict[str, tuple[bytes, str]] = {}
    for name, (width, height, ground, paint) in _PICTURES.items():
        canvas = Canvas(width, height, ground)
        paint(canvas)
        files[name] = (canvas.png(), "image/png")
    invoice = ("Halden AS", "Storgata 1, 1767 Halden, Norway", "", "Invoice", "", "Thank you!")
    label = ("Halden AS, Returns", "Verkstedveien 4, 1767 Halden, Norway", "", "Return label")
    files["invoice.pdf"] = (_pdf(invoice), "application/pdf")
    files["return-label.pdf"] = (_pdf(label), "application/pdf")
    return files


def fingerprints() -> set[str]:
    """The SHA-256 of every file; those that no story used are in the file store too."""
    return {hashlib.sha256(data).hexdigest() for data, _ in drawn().values()}


def stored() -> dict[str, File]:
    """Every file by its name, kept in the file store. Raises files.storing.UnableToStore."""
    return {
        name: File(storing.keep(data).sha256, len(data), name, kind)
        for name, (data, kind) in drawn().items()
    }
