"""Names of attached files: what the sender called them, made harmless."""

import mimetypes
import re

from foredesk.channels.mail import encoded_words
from foredesk.channels.mail.limits import NAME_CHARS

_STRAY = re.compile("[\x00-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")
_TYPES = {
    "message/rfc822": ".eml",
    "text/calendar": ".ics",
    "text/vcard": ".vcf",
    "text/x-vcard": ".vcf",
    "image/jpeg": ".jpg",
    "image/jpg": ".jpg",
    "text/plain": ".txt",
    "text/html": ".html",
    "message/delivery-status": ".txt",
    "text/rfc822-headers": ".txt",
    "application/pgp-signature": ".asc",
    "application/pkcs7-signature": ".p7s",
}


def cleaned(claimed: str) -> str:
    """The last part of a path without control, direction and other invisible signs, or ""."""
    if "=?" in claimed:
        claimed = encoded_words.decode(claimed)
    name = _STRAY.sub("", encoded_words.one_line(claimed))
    name = re.split(r"[/\\]", name)[-1].strip()
    if not name.strip(". "):
        return ""
    if len(name) > NAME_CHARS:
        stem, dot, ending = name.rpartition(".")
        ending = dot + ending if stem and len(ending) <= 12 else ""
        name = name[: NAME_CHARS - len(ending)] + ending
    return name


def type_of(name: str) -> str:
    """The type that the ending of a name stands for."""
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


def invented(content_type: str, *, stem: str = "attachment") -> str:
    """A name for a file that came without one."""
    ending = _TYPES.get(content_type) or mimetypes.guess_extension(content_type) or ".bin"
    stem = re.sub(r"[^\w .,()-]+", " ", stem).strip(" .")[:80] or "attachment"
    return stem + ending
