"""What is sent in experiments."""

from __future__ import annotations

from email.message import EmailMessage

HELP = "help@shop.example"


def letter(mark: str, size: int = 0) -> bytes:
    """A mail that can be told from all others; `size` bytes or so."""
    mail = EmailMessage()
    mail["From"] = f"{mark}@customer.example"
    mail["To"] = HELP
    mail["Subject"] = f"{mark} question"
    mail["Message-ID"] = f"<{mark}>"
    mail.set_content(f"This is {mark}.\n" + ("x" * 70 + "\n") * (size // 71))
    return mail.as_bytes()
