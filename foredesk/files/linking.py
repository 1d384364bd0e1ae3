"""Links to files that die: signed for one viewer, for fifteen minutes."""

from django.core import signing

LINK_LIVES = 15 * 60  # seconds


def sign(sha256: str, *, viewer_id: int, name: str) -> str:
    """A token for one blob, one viewer and one file name."""
    return signing.dumps([sha256, viewer_id, name], salt="files.link", compress=True)


def opened(token: str, *, viewer_id: int) -> tuple[str, str] | None:
    """Hash and file name behind a token of this viewer; None when it is dead or foreign."""
    try:
        sha256, owner, name = signing.loads(token, salt="files.link", max_age=LINK_LIVES)
    except signing.BadSignature:
        return None
    return (sha256, name) if owner == viewer_id else None
