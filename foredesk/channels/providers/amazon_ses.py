"""Amazon SES: everything comes by SNS, whose signature is checked here, as anymail does not.

boto3 takes a third of a second to load, so that it is loaded where it is needed. The scheme of the
signature: https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
"""

from __future__ import annotations

import base64
import json
import re
from functools import lru_cache
from typing import Any

import httpx
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from django.utils.dateparse import parse_datetime

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
from foredesk.plumbing import extras, http

_OWN = re.compile(r"https://sns\.[a-z0-9-]{3,40}\.amazonaws\.com(?:\.cn)?/\S{1,2000}")
_SIGNED = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": (
        "Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type",
    ),
}  # fmt: skip


class AmazonSes:
    name = "amazon_ses"
    label = "Amazon SES"
    fields = (
        Field("access_key", "Access key id"),
        Field("secret_key", "Secret access key", is_secret=True),
        Field("region", "Region", "Such as eu-central-1."),
        Field("topic", "ARN of the SNS topic", "Calls of other topics are refused."),
        Field(
            "configuration_set",
            "Configuration set",
            "That publishes deliveries, bounces and complaints to the topic.",
            is_required=False,
        ),
    )
    guide = Guide(
        incoming=(
            "Make an SNS topic and subscribe the webhook address to it (HTTPS, without raw "
            "delivery); it is confirmed by itself.",
            "Under Email receiving make a rule for the address that publishes to the topic "
            "(Base64), or stores in S3 and notifies the topic, for mails above 150 kB.",
        ),
        tracking=(
            "Let the configuration set, or the identity's notifications, publish deliveries, "
            "bounces and complaints to the topic.",
        ),
    )
    more_headers: dict[str, str] = {}
    can_stop_watching = False  # it only watches when a configuration set says so
    extra = "s3"

    def hear(self, call: Call, keys: Keys) -> Heard:
        envelope = anymailing.body(call)
        if not isinstance(envelope, dict):
            raise Malformed("It is no notification.")
        _must_be_signed(envelope)
        if envelope.get("TopicArn") != keys.get("topic"):
            raise Forged("It comes from another topic.")
        key = str(envelope.get("MessageId"))
        at = parse_datetime(str(envelope.get("Timestamp"))[:40])
        if envelope["Type"] == "SubscriptionConfirmation":
            return Heard(key=key, at=at, confirm_url=str(envelope["SubscribeURL"]))
        said = _message(envelope)
        if said.get("notificationType") != "Received":
            if not ({"eventType", "notificationType"} & said.keys()):
                return Heard(key=key, at=at)  # SES says hello to a new topic
            extras.need(self.extra, whose=self.label)
            from anymail.webhooks.amazon_ses import AmazonSESTrackingWebhookView

            view = AmazonSESTrackingWebhookView(auto_confirm_sns_subscriptions=False)
            found = anymailing.events(view, call.request())
            return Heard(events=found, key=key, at=at)
        content = said.get("content")
        if isinstance(content, str):
            return Heard(mails=(_mail(said, _decoded(said, content)),), key=key, at=at)
        wire_id = said.get("mail", {}).get("messageId")
        return Heard(later=str(wire_id), key=key, at=at)

    def fetch(self, call: Call, keys: Keys) -> RawMail:
        said = _message(anymailing.body(call))
        action = said.get("receipt", {}).get("action", {})
        if action.get("type") != "S3":
            raise Malformed("It holds no mail, and does not say where it lies.")
        extras.need(self.extra, whose=self.label)
        import boto3
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            store = boto3.session.Session(**_session(keys)).client("s3")
            found = store.get_object(Bucket=action["bucketName"], Key=action["objectKey"])
            return _mail(said, found["Body"].read())
        except (BotoCoreError, ClientError) as error:
            raise OSError(f"S3 does not hand the mail over: {type(error).__name__}.") from None

    def backend(self, keys: Keys) -> tuple[type[Any], dict[str, Any]]:
        extras.need(self.extra, whose=self.label)
        from anymail.backends.amazon_ses import EmailBackend
        from botocore.client import Config

        once = Config(retries={"total_max_attempts": 1}, connect_timeout=20, read_timeout=60)
        return EmailBackend, {
            "session_params": _session(keys),
            "client_params": {"config": once},
            "configuration_set_name": keys.get("configuration_set") or None,
        }

    def confirm(self, url: str) -> None:
        """Agree to a subscription whose call was signed. Raises OSError."""
        if not _OWN.fullmatch(url):
            raise OSError("The address to agree at is not Amazon's.")
        try:
            answer = http.fetch(url, max_bytes=100_000)
        except (httpx.HTTPError, http.RefusedAddress, http.TooBig) as error:
            raise OSError(f"Amazon can't be reached: {type(error).__name__}.") from None
        if answer.status != 200:
            raise OSError(f"Amazon answered {answer.status} to the subscription.")


def _session(keys: Keys) -> dict[str, str]:
    region = keys.get("region", "")
    if not re.fullmatch(r"[a-z0-9-]{3,40}", region):
        raise Malformed(f"“{region[:40]}” is not a region of Amazon.")
    return {
        "aws_access_key_id": keys["access_key"],
        "aws_secret_access_key": keys["secret_key"],
        "region_name": region,
    }


def _must_be_signed(envelope: dict[str, Any]) -> None:
    names = _SIGNED.get(str(envelope.get("Type")))
    place = envelope.get("SigningCertURL")
    if names is None or not isinstance(place, str) or not _OWN.fullmatch(place):
        raise Forged("It is not signed by Amazon.")
    given = [(name, envelope[name]) for name in names if name in envelope]
    text = "".join(f"{name}\n{value}\n" for name, value in given)
    kind = hashes.SHA256() if envelope.get("SignatureVersion") == "2" else hashes.SHA1()  # noqa: S303
    try:
        key = _certificate(place).public_key()
        if not isinstance(key, rsa.RSAPublicKey):
            raise Forged("It is not signed by Amazon.")
        signature = base64.b64decode(str(envelope.get("Signature")), validate=True)
        key.verify(signature, text.encode(), padding.PKCS1v15(), kind)
    except (InvalidSignature, ValueError) as error:
        raise Forged("It is not signed by Amazon.") from error


@lru_cache(maxsize=16)
def _certificate(place: str) -> x509.Certificate:
    """The certificate at an address of Amazon's. Raises OSError, ValueError."""
    try:
        answer = http.fetch(place, max_bytes=100_000)
    except (httpx.HTTPError, http.RefusedAddress, http.TooBig) as error:
        raise OSError(f"Amazon's certificate can't be had: {type(error).__name__}.") from None
    if answer.status != 200:
        raise OSError(f"Amazon answered {answer.status} when asked for its certificate.")
    return x509.load_pem_x509_certificate(answer.body)


def _message(envelope: dict[str, Any]) -> dict[str, Any]:
    try:
        said = json.loads(envelope["Message"])
    except (KeyError, TypeError, ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _decoded(said: dict[str, Any], content: str) -> bytes:
    if said.get("receipt", {}).get("action", {}).get("encoding") == "BASE64":
        return base64.b64decode(content)
    return content.encode("utf-8", "surrogatepass")


def _mail(said: dict[str, Any], raw: bytes) -> RawMail:
    to = said.get("receipt", {}).get("recipients")
    rcpt = tuple(one for one in to if isinstance(one, str)) if isinstance(to, list) else ()
    return RawMail(raw, str(said.get("mail", {}).get("source", "")), rcpt)


PROVIDER = AmazonSes()
