"""Identifiers that can't be guessed."""

import secrets

_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # no 0/o, 1/l/i: people read these aloud


def public_id() -> str:
    """A random id of 20 characters (99 bits), safe in URLs, mail addresses and Message-IDs."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(20))


def token() -> str:
    """A random secret of 256 bits for one-time links, URL-safe."""
    return secrets.token_urlsafe(32)
