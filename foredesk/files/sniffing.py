"""What bytes are, by how they begin; what anybody says about them does not count."""

UNKNOWN = "application/octet-stream"
_SIGNATURES = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
}


def picture(head: bytes) -> str:
    """The type of the few kinds of picture that are shown in place, "" for all else.

    Sixteen bytes are enough.
    """
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for sign, kind in _SIGNATURES.items() if head.startswith(sign)), "")


def is_pdf(head: bytes) -> bool:
    """Whether a file begins as a PDF does; its first five bytes are enough."""
    return head.startswith(b"%PDF-")
