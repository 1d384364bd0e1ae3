"""A new password, however it came, ends the links with which somebody could set another."""

from foredesk.people.models import Agent, Invitation


class EndInvitations:
    """One of AUTH_PASSWORD_VALIDATORS: Django tells these of each password that is saved."""

    def validate(self, password: str, user: Agent | None = None) -> None:
        """Has nothing against any password."""

    def get_help_text(self) -> str:
        """Says nothing about passwords."""
        return ""

    def password_changed(self, password: str, user: Agent | None = None) -> None:
        """Unused invitations of the agent are gone."""
        if user is not None and user.pk:
            Invitation.objects.filter(agent_id=user.pk, used_at=None).delete()
