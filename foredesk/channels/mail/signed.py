"""Signed mail: which kind it is, and the letter inside one that is only signed.

Nothing is verified here: "signed" says that a signature came along, not whose it is.
"""

from __future__ import annotations

from foredesk.channels.mail.mime import Part

PGP, SMIME = "pgp", "smime"
SIGNATURES = {
    "application/pgp-signature": PGP,
    "application/pkcs7-signature": SMIME,
    "application/x-pkcs7-signature": SMIME,
}
_OPAQUE = ("application/pkcs7-mime", "application/x-pkcs7-mime")
_PGP_TEXT = b"-----BEGIN PGP SIGNED MESSAGE-----"


def is_opaque(part: Part) -> bool:
    """Whether the part holds a letter wrapped with its signature (RFC 8551, 3.5.2)."""
    if part.type not in _OPAQUE:
        return False
    kind = part.params.get("smime-type", "").lower()
    return kind in ("", "signed-data")


def letter_in(data: bytes) -> bytes | None:
    """The signed bytes inside a CMS envelope; None when it is encrypted, torn or something else."""
    from asn1crypto import cms  # 10 MB that few mails need

    try:
        outer = cms.ContentInfo.load(data)
        if outer["content_type"].native != "signed_data":
            return None
        content = outer["content"]["encap_content_info"]["content"]
        inner = content.native if content is not None else None
    except Exception:  # the library raises whatever it stumbles over in foreign bytes
        return None
    return inner if isinstance(inner, bytes) and inner else None


def is_clear_signed(text: bytes) -> bool:
    """Whether a text carries an OpenPGP signature in itself (RFC 9580, 7)."""
    return text.lstrip()[: len(_PGP_TEXT)] == _PGP_TEXT
