"""Secrets at rest, and short signatures.

Ciphertexts are AES-256-GCM (NIST SP 800-38D) and bound to the place they are stored in, so that
one row's secret can't be moved to another. Keys never live in the database.
"""

import base64
import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings


class UnreadableSecret(Exception):
    """A stored secret can't be decrypted: the key changed or the value was moved or altered."""


def _keys() -> list[bytes]:
    return [hashlib.sha256(key.encode()).digest() for key in settings.FOREDESK_ENCRYPTION_KEYS]


def seal(secret: str, *, place: str) -> str:
    """Encrypt `secret` for `place` (such as "mailbox:3:imap"); an empty secret stays empty."""
    if not secret:
        return ""
    nonce = os.urandom(12)
    box = AESGCM(_keys()[0]).encrypt(nonce, secret.encode(), place.encode())
    return "v1:" + base64.b64encode(nonce + box).decode()


def unseal(sealed: str, *, place: str) -> str:
    """Decrypt what `seal` made for the same `place`. Raises UnreadableSecret."""
    if not sealed:
        return ""
    try:
        raw = base64.b64decode(sealed.removeprefix("v1:"), validate=True)
    except ValueError as error:
        raise UnreadableSecret("The stored secret is damaged. Enter it again.") from error
    for key in _keys():
        try:
            return AESGCM(key).decrypt(raw[:12], raw[12:], place.encode()).decode()
        except (InvalidTag, ValueError):
            continue
    raise UnreadableSecret("The stored secret doesn't fit this server's key. Enter it again.")


def mac(*parts: object, purpose: str) -> str:
    """A keyed digest (HMAC-SHA-256, 80 bits) in 16 lower-case base32 characters."""
    message = "\x1f".join(str(part) for part in (purpose, *parts)).encode()
    digest = hmac.new(settings.SECRET_KEY.encode(), message, hashlib.sha256).digest()
    return base64.b32encode(digest[:10]).decode().lower()


def is_mac(candidate: str, *parts: object, purpose: str) -> bool:
    """Whether `candidate` is the MAC of `parts`, compared in constant time."""
    return hmac.compare_digest(candidate.lower().encode(), mac(*parts, purpose=purpose).encode())
