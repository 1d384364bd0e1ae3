"""Topics are signed by the page that was allowed to show them."""

import time
from collections.abc import Iterable
from functools import cache, lru_cache

from django.core import signing

LIVES = 24 * 3600  # seconds
SAME = 900  # seconds for which pages of the same topics get the same token


def sign(topics: Iterable[str], *, viewer_id: int) -> str:
    """A token that lets one viewer subscribe to `topics`."""
    return _signed(tuple(sorted(set(topics))), viewer_id, int(time.time()) // SAME)


@lru_cache(1000)
def _signed(topics: tuple[str, ...], viewer_id: int, _quarter: int) -> str:
    return _signer().sign_object([viewer_id, topics])


def unsign(token: str) -> tuple[int, list[str]] | None:
    """(viewer id, topics) of a token, None when it is forged or too old."""
    try:
        viewer_id, topics = _signer().unsign_object(token, max_age=LIVES)
    except signing.BadSignature:
        return None
    return viewer_id, topics


@cache
def _signer() -> signing.TimestampSigner:
    return signing.TimestampSigner(salt="realtime.topics")
