"""A program of its own: a picture of a stranger on standard input, a small WebP on standard output.

It runs apart from the desk because decoders have holes and pictures can be bombs: little memory and
time, and from the moment the stranger's bytes are read it can open no file, no socket, no process.
Metadata stays behind; which way is up is put into the pixels first.

Call: python -I shrinking.py EDGE. Status 3 says that the picture is too large or broken.
"""

import io
import resource
import sys

from PIL import Image, ImageOps, MpoImagePlugin, TiffImagePlugin

FORMATS = ("PNG", "JPEG", "GIF", "WEBP")
SELDOM = (MpoImagePlugin, TiffImagePlugin)  # what some JPEGs need
MOST_PIXELS = 64_000_000
MEMORY = 640 * 1024 * 1024  # bytes
TIME = 10  # seconds of CPU


def _warm_up() -> None:
    """Have all parts loaded that are loaded at need: later no file can be opened any more."""
    for kind in FORMATS:
        out = io.BytesIO()
        Image.new("P", (2, 2)).convert("RGB").save(out, kind)
        _shrunk(out.getvalue(), 1)


def _confine() -> None:
    for kind, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, TIME),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 0),
        (resource.RLIMIT_NPROC, 0),
    ):
        resource.setrlimit(kind, (most, most))


def _shrunk(data: bytes, edge: int) -> bytes:
    picture: Image.Image = Image.open(io.BytesIO(data), formats=FORMATS)
    if picture.width * picture.height > MOST_PIXELS:
        raise ValueError("too large")
    picture.draft("RGB", (edge * 2, edge * 2))  # a JPEG is read smaller from the start
    picture = ImageOps.exif_transpose(_in_colours(picture))
    picture.thumbnail((edge, edge), Image.Resampling.BILINEAR, reducing_gap=2.0)
    plain = Image.new(picture.mode, picture.size)  # without anything but pixels
    plain.paste(picture)
    out = io.BytesIO()
    plain.save(out, "WEBP", quality=80, method=2)
    return out.getvalue()


def _in_colours(picture: Image.Image) -> Image.Image:
    """In red, green, blue and, where it can be seen through, alpha."""
    if picture.mode in ("RGB", "RGBA"):
        return picture
    if picture.mode.startswith("I"):  # sixteen bits of grey
        picture = picture.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    is_seen_through = "A" in picture.mode or "transparency" in picture.info
    return picture.convert("RGBA" if is_seen_through else "RGB")


def main() -> int:
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    edge = int(sys.argv[1])
    _warm_up()
    _confine()
    try:
        small = _shrunk(sys.stdin.buffer.read(), edge)
    except Exception:
        return 3  # whatever a decoder says: there is no picture
    sys.stdout.buffer.write(small)
    return 0


if __name__ == "__main__":
    sys.exit(main())
