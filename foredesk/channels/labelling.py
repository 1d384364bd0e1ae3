"""Who and what a mail that was set aside is, for a list: From and Subject, as they claim."""

from foredesk.channels.mail import addresses, encoded_words, mime
from foredesk.channels.models import Envelope
from foredesk.files import reading

MOST_CHARS = 300
MOST_BYTES = 262_144


def label(envelope: Envelope) -> tuple[str, str]:
    """(author, subject); empty when there are no bytes to read them from."""
    if envelope.blob_id is None:
        return "", ""
    try:
        raw = reading.read(envelope.blob_id)
    except reading.Missing:
        return "", ""
    root = mime.split(raw[:MOST_BYTES])
    people = addresses.parse(root.first(b"from"))
    author = f"{people[0].name} <{people[0].value}>" if people and people[0].name else ""
    author = author or (people[0].value if people else "")
    return _storable(author), _storable(encoded_words.text_of(root.first(b"subject")))


def _storable(text: str) -> str:
    text = text.encode("utf-8", "replace").decode().replace("\0", "")
    return " ".join(text.split())[:MOST_CHARS]
