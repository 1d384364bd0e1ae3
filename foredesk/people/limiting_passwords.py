"""Passwords have an end: whoever sends a megabyte of one buys no work with it."""

from django.core.exceptions import ValidationError

from foredesk.people.models import Agent

LONGEST = 1000  # characters


class LimitLength:
    """One of AUTH_PASSWORD_VALIDATORS."""

    def validate(self, password: str, user: Agent | None = None) -> None:
        """Raises ValidationError with a sentence when it is too long."""
        if len(password) > LONGEST:
            raise ValidationError(f"Take a password of at most {LONGEST} characters.")

    def get_help_text(self) -> str:
        """Says nothing: nobody types that much."""
        return ""
