"""What mail servers answer, and why they can't be reached, in sentences."""

from __future__ import annotations

import re
import smtplib
import socket
import ssl

from foredesk.channels.mail import statuses
from foredesk.plumbing import http


def meaning(code: int, text: bytes) -> str:
    """The answer in words, with the answer itself."""
    answer = said(code, text)
    words = statuses.meaning(statuses.code_in(answer))
    return f"{words} ({answer})" if words else answer


def said(code: int, text: bytes | str) -> str:
    """The code and its text on one line, 300 characters at most."""
    plain = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return re.sub(r"[\x00-\x1f\x7f]+", " ", f"{code} {plain}").strip()[:300]


def broken(host: str, error: Exception) -> str:
    """A sentence for a connection that failed."""
    if isinstance(error, http.RefusedAddress):
        return str(error)
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"The certificate of {host} can't be trusted: {error.verify_message}."
    if isinstance(error, ssl.SSLError):
        return f"{host} speaks no TLS that could be agreed on: {error.reason or error}."
    if isinstance(error, TimeoutError) or "timed out" in str(error):
        return f"{host} did not answer in time."
    if isinstance(error, ConnectionRefusedError):
        return f"Nothing listens at {host} on this port."
    if isinstance(error, socket.gaierror) or "no host called" in str(error):
        return f"There is no host called {host}."
    if isinstance(error, smtplib.SMTPServerDisconnected | ConnectionError):
        return f"{host} closed the connection."
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{host} refused: {said(error.smtp_code, error.smtp_error)}"
    return f"{host} can't be reached: {error}"
