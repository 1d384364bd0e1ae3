"""Postmark: signs nothing, so the secret in the webhook's address is all its proof."""

from __future__ import annotations

from typing import Any

from anymail.backends.postmark import EmailBackend
from anymail.webhooks.postmark import PostmarkInboundWebhookView, PostmarkTrackingWebhookView

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


class Postmark:
    name = "postmark"
    label = "Postmark"
    fields = (
        Field("server_token", "Server API token", is_secret=True),
        Field("message_stream", "Message stream", "Empty: outbound.", is_required=False),
    )
    guide = Guide(
        incoming=(
            "In the settings of the inbound stream enter the webhook address, and switch on "
            "“Include raw email content in JSON payload”.",
        ),
        tracking=(
            "Under Webhooks of the outgoing stream enter the address for delivery, bounce and spam "
            "complaint.",
        ),
    )
    more_headers = {"X-PM-KeepID": "true"}  # our Message-ID stays, so that answers find their way
    can_stop_watching = True
    extra = ""

    def hear(self, call: Call, keys: Keys) -> Heard:
        said = anymailing.body(call)
        if not isinstance(said, dict):
            raise Malformed("It is no event.")
        if said.get("RecordType", "Inbound") != "Inbound":
            view = PostmarkTrackingWebhookView()
            found = anymailing.events(view, call.request())
            return Heard(events=found, key=f"{said.get('RecordType')}:{_id(said)}")
        raw = said.get("RawEmail")
        recipient = said.get("OriginalRecipient")
        if isinstance(raw, str):
            to = (recipient,) if isinstance(recipient, str) else ()
            mail = RawMail(raw.encode("utf-8", "surrogatepass"), _sender(said), to)
            return Heard(mails=(mail,), key=f"in:{_id(said)}")
        if "From" not in said and "FromFull" not in said:
            raise Malformed("It holds no mail.")
        return Heard(later=_id(said) or "unnamed", key=f"in:{_id(said)}")

    def fetch(self, call: Call, keys: Keys) -> RawMail:
        return anymailing.rebuilt(PostmarkInboundWebhookView(), call.request())

    def confirm(self, url: str) -> None:
        """Nothing is asked."""

    def backend(self, keys: Keys) -> tuple[type[Any], dict[str, Any]]:
        return EmailBackend, {
            "server_token": keys["server_token"],
            "message_stream": keys.get("message_stream") or None,
        }


def _id(said: dict[str, Any]) -> str:
    """Postmark's own id of the mail, with the bounce's where there is one."""
    return f"{said.get('MessageID', '')}{said.get('ID', '')}{said.get('DeliveredAt', '')}"[:300]


def _sender(said: dict[str, Any]) -> str:
    headers = said.get("Headers")
    first = headers[0] if isinstance(headers, list) and headers else {}
    if isinstance(first, dict) and str(first.get("Name", "")).lower() == "return-path":
        return str(first.get("Value", "")).strip("<>")[:320]
    return ""


PROVIDER = Postmark()
