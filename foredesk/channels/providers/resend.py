"""Resend: signed by the Standard Webhooks scheme; the mail itself is fetched by its API."""

from __future__ import annotations

import json
from typing import Any

import httpx
from anymail.backends.resend import EmailBackend
from anymail.webhooks.resend import ResendTrackingWebhookView
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from foredesk.channels.providers import anymailing
from foredesk.channels.providers.contract import (
    Call,
    Field,
    Forged,
    Guide,
    Heard,
    Keys,
    Malformed,
    RawMail,
)
from foredesk.plumbing import http

API = "https://api.resend.com"
LARGEST = 45_000_000  # bytes of a mail


class Resend:
    name = "resend"
    label = "Resend"
    fields = (
        Field("api_key", "API key", "With full access when mail comes in too.", is_secret=True),
        Field("signing_secret", "Signing secret of the webhook", "whsec_…", is_secret=True),
    )
    guide = Guide(
        incoming=("Switch receiving on for the domain; its mail comes by the same webhook.",),
        tracking=(
            "Under Webhooks add the webhook address for email.received, email.delivered, "
            "email.bounced and email.complained.",
        ),
    )
    more_headers: dict[str, str] = {}
    can_stop_watching = False  # it is a setting of the domain there, and off at first
    extra = ""

    def hear(self, call: Call, keys: Keys) -> Heard:
        names = ("id", "timestamp", "signature")
        signed = {f"webhook-{name}": call.headers.get(f"svix-{name}", "") for name in names}
        try:
            Webhook(keys["signing_secret"]).verify(call.body, signed)
        except (WebhookVerificationError, ValueError, TypeError, RecursionError) as error:
            raise Forged("It is not signed by the provider.") from error
        said = anymailing.body(call)
        data = said.get("data") if isinstance(said, dict) else None
        if not isinstance(data, dict):
            raise Malformed("It is no event.")
        if said.get("type") == "email.received":
            if not isinstance(data.get("email_id"), str):
                raise Malformed("It names no mail.")
            return Heard(later=data["email_id"], key=signed["webhook-id"])
        view = ResendTrackingWebhookView(signing_secret=None)
        return Heard(events=anymailing.events(view, call.request()), key=signed["webhook-id"])

    def fetch(self, call: Call, keys: Keys) -> RawMail:
        data = anymailing.body(call)["data"]
        name = "".join(c for c in data["email_id"] if c.isalnum() or c == "-")[:100]
        said = self._get(
            f"{API}/emails/receiving/{name}", {"authorization": f"Bearer {keys['api_key']}"}
        )
        try:
            place = json.loads(said)["raw"]["download_url"]
        except (ValueError, KeyError, TypeError) as error:
            raise Malformed("Resend does not say where the whole mail lies.") from error
        raw = self._get(place, {})
        to = data.get("to")
        rcpt = tuple(one for one in to if isinstance(one, str)) if isinstance(to, list) else ()
        return RawMail(raw, "", rcpt)

    def confirm(self, url: str) -> None:
        """Nothing is asked."""

    def backend(self, keys: Keys) -> tuple[type[Any], dict[str, Any]]:
        return EmailBackend, {"api_key": keys["api_key"]}

    def _get(self, url: str, headers: dict[str, str]) -> bytes:
        try:
            answer = http.fetch(url, headers=headers, max_bytes=LARGEST)
        except (httpx.HTTPError, http.RefusedAddress, http.TooBig) as error:
            raise OSError(f"Resend can't be asked for the mail: {type(error).__name__}.") from None
        if answer.status != 200:
            raise OSError(f"Resend answered {answer.status} when asked for the mail.")
        return answer.body


PROVIDER = Resend()
