"""What is sent in experiments."""

from __future__ import annotations

from email.message import EmailMessage

HELP = "help@shop.example"


def letter(mark: str, size: int = 0, *, after: str = "") -> bytes:
    """A mail that can be told from all others; `size` bytes or so. `after` is the mark of
    an earlier one by the same writer, which it goes on from."""
    mail = EmailMessage()
    mail["From"] = f"{after or mark}@customer.example"
    if after:
        mail["In-Reply-To"] = f"<{after}>"
    mail["To"] = HELP
    mail["Subject"] = f"{mark} question"
    mail["Message-ID"] = f"<{mark}>"
    mail.set_content(f"This is {mark}.\n" + ("x" * 70 + "\n") * (size // 71))
    return mail.as_bytes()
