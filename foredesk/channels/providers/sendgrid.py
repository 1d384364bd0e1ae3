"""SendGrid: events are signed (ECDSA); inbound mail is not, beside the secret in the address."""

from __future__ import annotations

import json
import re
from typing import Any

from anymail.backends.sendgrid import EmailBackend
from anymail.webhooks.sendgrid import SendGridInboundWebhookView, SendGridTrackingWebhookView

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


class SendGrid:
    name = "sendgrid"
    label = "SendGrid"
    fields = (
        Field("api_key", "API key", "With the right “Mail send”.", is_secret=True),
        Field(
            "verification_key",
            "Verification key of the event webhook",
            "From its signature settings. Without it events are refused.",
            is_required=False,
        ),
    )
    guide = Guide(
        incoming=(
            "Under Inbound parse add your host with the webhook address, and tick “POST the raw, "
            "full MIME message”.",
        ),
        tracking=(
            "Under Mail settings, Event webhook enter the address, choose delivered, bounced, "
            "dropped and spam reports, and switch the signature on.",
        ),
    )
    more_headers: dict[str, str] = {}
    can_stop_watching = True
    extra = ""

    def hear(self, call: Call, keys: Keys) -> Heard:
        if call.content_type.startswith("application/json"):
            return self._events(call, keys)
        request = call.request(encoding="latin-1")
        try:
            given = request.POST
            raw = given.get("email")
            envelope = json.loads(given.get("envelope", "{}"))
        except anymailing.UNREADABLE as error:
            raise Malformed("It is no form.") from error
        if raw is not None:
            to = envelope.get("to") if isinstance(envelope, dict) else None
            sender = envelope.get("from") if isinstance(envelope, dict) else None
            mail = RawMail(
                raw.encode("latin-1"),
                sender if isinstance(sender, str) else "",
                tuple(one for one in to if isinstance(one, str)) if isinstance(to, list) else (),
            )
            return Heard(mails=(mail,))
        if "headers" not in given:
            raise Malformed("It holds no mail.")
        head = re.search(r"^message-id:\s*(\S+)", given["headers"], re.I | re.M)
        return Heard(later=head[1] if head else "unnamed")

    def fetch(self, call: Call, keys: Keys) -> RawMail:
        return anymailing.rebuilt(SendGridInboundWebhookView(), call.request())

    def confirm(self, url: str) -> None:
        """Nothing is asked."""

    def backend(self, keys: Keys) -> tuple[type[Any], dict[str, Any]]:
        return EmailBackend, {"api_key": keys["api_key"], "generate_message_id": False}

    def _events(self, call: Call, keys: Keys) -> Heard:
        if not keys.get("verification_key"):
            raise Forged("Events need the verification key of the event webhook.")
        request = call.request()
        try:
            view = SendGridTrackingWebhookView(
                tracking_webhook_verification_key=keys["verification_key"]
            )
        except ValueError as error:
            raise Forged("The verification key in the settings is none.") from error
        anymailing.verify(view, request)
        stamp = call.headers.get("x-twilio-email-event-webhook-timestamp", "")
        return Heard(events=anymailing.events(view, request), at=anymailing.moment(stamp))


PROVIDER = SendGrid()
