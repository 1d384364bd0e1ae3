"""Topics are signed by the page that was allowed to show them."""

from collections.abc import Iterable

from django.core import signing

LIVES = 24 * 3600  # seconds; the page signs anew at every load


def sign(topics: Iterable[str], *, viewer_id: int) -> str:
    """A token that lets one viewer subscribe to `topics`."""
    return signing.dumps([viewer_id, sorted(set(topics))], salt="realtime.topics", compress=True)


def unsign(token: str) -> tuple[int, list[str]] | None:
    """(viewer id, topics) of a token, None when it is forged or too old."""
    try:
        viewer_id, topics = signing.loads(token, salt="realtime.topics", max_age=LIVES)
    except signing.BadSignature:
        return None
    return viewer_id, topics
