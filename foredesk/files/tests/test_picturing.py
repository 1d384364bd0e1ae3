"""Pictures of strangers are drawn anew: small, without what is hidden in them, and bombs fail."""

import io
import struct
import zlib

import pytest
from PIL import Image

from foredesk.files import forgetting, picturing, reading, storing

pytestmark = pytest.mark.django_db
GPS = 0x8825


def photo(size=(3000, 2000), kind="JPEG", mode="RGB", **more):
    out = io.BytesIO()
    Image.new(mode, size, 200 if mode == "P" else None).save(out, kind, **more)
    return out.getvalue()


def located_photo():
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    exif.get_ifd(GPS)[1] = "N"
    exif.get_ifd(GPS)[2] = (52.0, 31.0, 12.0)
    return photo((640, 400), exif=exif.tobytes(), comment=b"secret comment")


def opened(data):
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize(
    ("kind", "mode"),
    [("JPEG", "RGB"), ("JPEG", "CMYK"), ("PNG", "RGBA"), ("PNG", "P"), ("PNG", "I;16"),
     ("GIF", "P"), ("WEBP", "RGB")],
)  # fmt: skip
def test_every_kind_becomes_a_small_webp(kind, mode):
    small = opened(picturing.shrunk(photo(kind=kind, mode=mode), 480))
    assert small.format == "WEBP"
    assert small.size == (480, 320)


def test_where_it_was_taken_stays_behind_and_it_stands_upright():
    data = located_photo()
    assert b"secret comment" in data
    small = picturing.shrunk(data, 480)
    assert opened(small).getexif() == {}
    assert b"EXIF" not in small
    assert b"secret" not in small
    assert opened(small).size == (300, 480)


def _chunk(name, data):
    return struct.pack("!L", len(data)) + name + data + struct.pack("!L", zlib.crc32(name + data))


def png_bomb(edge):
    """A PNG that says it is edge × edge, with nearly nothing in it."""
    head = struct.pack("!LLBBBBB", edge, edge, 8, 6, 0, 0, 0)
    body = zlib.compress(b"\0" * 1_000_000)
    return (
        b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    "data",
    [
        b"", b"x", b"<svg onload=alert(1)>", b"%PDF-1.7", b"GIF89a", b"\x89PNG\r\n\x1a\n",
        b"RIFF\x00\x00\x00\x00WEBPVP8 ", b"\xff\xd8\xff\xe0" * 50, png_bomb(65_535),
        png_bomb(30_000), b"GIF89a" + b"\xff" * 5000, photo()[:200],
    ],
    ids=lambda data: repr(data[:12]),
)  # fmt: skip
def test_what_is_broken_or_a_bomb_is_no_picture(data):
    with pytest.raises(picturing.NoPicture):
        picturing.shrunk(data, 480)


def test_the_program_can_open_nothing_once_it_reads_a_strangers_bytes():
    import subprocess
    import sys

    code = (
        "import socket, sys; sys.path.insert(0, sys.argv[1]); import shrinking\n"
        "shrinking._confine()\n"
        "for act in (lambda: open('/etc/passwd'), socket.socket, lambda: bytearray(2**30)):\n"
        "    try: act(); print('reached')\n"
        "    except (OSError, MemoryError): print('refused')\n"
    )
    folder = str(picturing._PROGRAM.parent)
    done = subprocess.run(
        [sys.executable, "-c", code, folder], capture_output=True, text=True, check=False
    )
    assert done.stdout.split() == ["refused"] * 3, done.stderr


def test_it_is_made_once_and_goes_with_its_original(own_store, monkeypatch):
    blob = storing.keep(photo())
    made = picturing.picture_of(blob.pk, "small")
    monkeypatch.setattr(picturing, "shrunk", None)
    assert picturing.picture_of(blob.pk, "small") == made
    assert len([path for path in own_store.rglob("*") if path.is_file()]) == 2
    forgetting.forget([blob.pk])
    assert not [path for path in own_store.rglob("*") if path.is_file()]


def test_a_bomb_is_tried_once(own_store, monkeypatch):
    blob = storing.keep(png_bomb(65_535))
    for _ in range(2):
        with pytest.raises(picturing.NoPicture):
            picturing.picture_of(blob.pk, "small")
        monkeypatch.setattr(picturing, "shrunk", None)


def test_a_size_that_there_is_not_and_bytes_that_are_gone(own_store):
    with pytest.raises(KeyError):
        picturing.picture_of("ab" * 32, "huge")
    with pytest.raises(reading.Missing):
        picturing.picture_of("ab" * 32, "small")
