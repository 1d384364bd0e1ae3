"""Mailgun: HMAC over timestamp and token (not over the body, so a token counts once)."""

from __future__ import annotations

from typing import Any

from anymail.backends.mailgun import EmailBackend
from anymail.webhooks.mailgun import MailgunInboundWebhookView, MailgunTrackingWebhookView

from foredesk.channels.providers import anymailing
from foredesk.channels.providers.contract import (
    Call,
    Field,
    Guide,
    Heard,
    Keys,
    Malformed,
    RawMail,
)

REGIONS = {"us": "https://api.mailgun.net/v3", "eu": "https://api.eu.mailgun.net/v3"}


class Mailgun:
    name = "mailgun"
    label = "Mailgun"
    fields = (
        Field("api_key", "API key", "A sending key of the domain is enough.", is_secret=True),
        Field("signing_key", "Webhook signing key", "Under API security.", is_secret=True),
        Field("sender_domain", "Sending domain", "Such as mg.example.org."),
        Field("region", "Region", options=(("us", "United States"), ("eu", "Europe"))),
    )
    guide = Guide(
        incoming=(
            "Under Receiving make a route that matches the address, with the action forward() to "
            "the webhook address followed by mime, so that the whole mail comes.",
        ),
        tracking=(
            "Under Webhooks enter the address for delivered, permanent failure and complaint.",
        ),
    )
    more_headers: dict[str, str] = {}
    can_stop_watching = True
    extra = ""

    def hear(self, call: Call, keys: Keys) -> Heard:
        if call.content_type.startswith("application/json"):
            request = call.request()
            view = MailgunTrackingWebhookView(webhook_signing_key=keys["signing_key"])
            anymailing.verify(view, request)
            said = anymailing.body(call)["signature"]
            found = anymailing.events(view, request)
            return Heard(events=found, key=said["token"], at=anymailing.moment(said["timestamp"]))
        request = call.request(encoding="latin-1")
        view = MailgunInboundWebhookView(webhook_signing_key=keys["signing_key"])
        anymailing.verify(view, request)
        given = request.POST
        key, at = given["token"], anymailing.moment(given["timestamp"])
        if "body-mime" in given:
            raw = given["body-mime"].encode("latin-1")
            sender, recipient = given.get("sender", ""), given.get("recipient", "")
            mail = RawMail(raw, sender, tuple(one for one in recipient.split(",") if one))
            return Heard(mails=(mail,), key=key, at=at)
        if "message-headers" not in given:
            raise Malformed("It holds no mail.")
        return Heard(later=given.get("Message-Id") or key, key=key, at=at)

    def fetch(self, call: Call, keys: Keys) -> RawMail:
        view = MailgunInboundWebhookView(webhook_signing_key=keys.get("signing_key") or "x")
        return anymailing.rebuilt(view, call.request())

    def confirm(self, url: str) -> None:
        """Nothing is asked."""

    def backend(self, keys: Keys) -> tuple[type[Any], dict[str, Any]]:
        return EmailBackend, {
            "api_key": keys["api_key"],
            "sender_domain": keys["sender_domain"],
            "api_url": REGIONS.get(keys.get("region", ""), REGIONS["us"]),
        }


PROVIDER = Mailgun()
