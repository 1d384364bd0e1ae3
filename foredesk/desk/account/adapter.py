"""What django-allauth asks us: who may sign up, how things are said, how secrets are kept."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foredesk.desk.account import client_address, notices
from foredesk.people import queries as people
from foredesk.people.limiting_passwords import LONGEST
from foredesk.plumbing import crypto

PLACE = "account:second-factor"


class AccountAdapter(DefaultAccountAdapter):
    """Accounts of agents: made by invitation only."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": gettext_lazy("This account is switched off. Ask an admin."),
        "email_password_mismatch": gettext_lazy(
            "Address and password do not belong together. Check both, or set a new password."
        ),
        "enter_current_password": gettext_lazy("That is not your current password."),
        "incorrect_password": gettext_lazy("That is not your password."),
        "incorrect_code": gettext_lazy("That code is wrong or too old. Wait for the next one."),
        "too_many_login_attempts": gettext_lazy(
            "Too many tries. Wait five minutes, or set a new password."
        ),
        "rate_limited": gettext_lazy("Too many tries. Wait a minute and try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def format_email_subject(self, subject: str) -> str:
        return str(subject)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        context = context | {"workspace": people.workspace().name}
        self.render_mail(template_prefix, email, context).send()

    def send_notification_mail(
        self,
        template_prefix: str,
        user: Any,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Tell somebody what changed in their account, at the address that they sign in with."""
        notices.send(user, template_prefix.rpartition("/")[2], request=self.request)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Counts the try; an endless password is wrong without any hashing."""
        super().pre_authenticate(request, **credentials)
        if len(credentials.get("password") or "") > LONGEST:
            raise self.validation_error("email_password_mismatch")

    def get_reset_password_from_key_url(self, key: str) -> str:
        """On the desk's own address, whatever host the request names."""
        path = reverse(
            "account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"}
        ).replace("UID-KEY", key)
        return settings.SITE_URL + path

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address.of(request)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("profile")


class MFAAdapter(DefaultMFAAdapter):
    """Second factors: their secrets are encrypted in the database."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": gettext_lazy("That code is wrong or too old. Wait for the next one."),
    }

    def encrypt(self, text: str) -> str:
        return crypto.seal(text, place=PLACE)

    def decrypt(self, encrypted_text: str) -> str:
        return crypto.unseal(encrypted_text, place=PLACE)

    def get_totp_issuer(self) -> str:
        return people.workspace().name

    def generate_authenticator_name(self, user: Any, type: Authenticator.Type) -> str:
        have = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return _("Passkey %(number)d") % {"number": have + 1}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return super().get_public_key_credential_rp_entity() | {"name": people.workspace().name}
