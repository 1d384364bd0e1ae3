"""Whether a machine wrote it (RFC 3834), so that no machine of ours answers."""

from foredesk.channels.mail.mime import Part

_PRECEDENCE = (b"bulk", b"junk", b"list", b"auto_reply", b"auto-reply")
_PRESENT = (b"x-autoreply", b"x-autorespond", b"x-autoresponder", b"x-auto-reply", b"list-id")


def is_automatic(root: Part, *, has_null_sender: bool = False) -> bool:
    """True for automatic answers, bulk mail, mailing lists and delivery reports."""
    submitted = root.first(b"auto-submitted").split(b";")[0].strip().lower()
    if submitted and submitted != b"no":
        return True
    if root.first(b"precedence").strip().lower() in _PRECEDENCE:
        return True
    if root.first(b"x-auto-response-suppress").strip().lower() not in (b"", b"none"):
        return True
    if any(root.first(name).strip() for name in _PRESENT):
        return True
    return has_null_sender or is_null(root.first(b"return-path")) or is_report(root)


def is_null(return_path: bytes) -> bool:
    """Whether a Return-Path is there and empty: nobody wants an answer."""
    return return_path.strip() == b"<>"


def is_report(root: Part) -> bool:
    """A delivery or disposition report (RFC 6522)."""
    return root.type == "multipart/report"
