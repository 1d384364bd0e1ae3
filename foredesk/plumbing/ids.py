"""Identifiers that can't be guessed."""

import secrets

_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # no 0/o, 1/l/i: people read these aloud


def public_id() -> str:
    """A random id of 20 characters (99 bits), safe in URLs, mail addresses and Message-IDs."""
    number = secrets.randbelow(len(_ALPHABET) ** 20)  # one draw; twenty cost twenty system calls
    signs = []
    for _ in range(20):
        number, sign = divmod(number, len(_ALPHABET))
        signs.append(_ALPHABET[sign])
    return "".join(signs)


def token() -> str:
    """A random secret of 256 bits for one-time links, URL-safe."""
    return secrets.token_urlsafe(32)
