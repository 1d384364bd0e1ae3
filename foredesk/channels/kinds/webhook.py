"""Mail that a provider announced by a webhook, and that is fetched or put together here."""

from __future__ import annotations

from foredesk.channels import hooking, providers
from foredesk.channels.kinds import email
from foredesk.channels.kinds.contract import Report, Unreadable
from foredesk.channels.models import Envelope
from foredesk.channels.providers.contract import Malformed
from foredesk.tickets.arrivals import InboundMessage


class Webhook:
    name = "webhook"
    label = "Mail by webhook"

    def parse(
        self, raw: bytes, *, envelope: Envelope, own_addresses: frozenset[str]
    ) -> InboundMessage | Report:
        """The mail that the call is about, read as any other.

        Raises Unreadable, Ignored; OSError when the provider may hand it over later.
        """
        try:
            call = hooking.loaded(raw)
            provider = providers.provider(envelope.road)
            keys = hooking.keys_of(envelope.mailbox) if envelope.mailbox else {}
            mail = provider.fetch(call, keys)
        except (ValueError, KeyError, TypeError, LookupError, Malformed) as error:
            raise Unreadable(f"The call of the provider can't be read: {error}") from None
        envelope.mail_from = envelope.mail_from or mail.mail_from
        envelope.rcpt_to = envelope.rcpt_to or list(mail.rcpt_to)
        return email.KIND.parse(mail.raw, envelope=envelope, own_addresses=own_addresses)


KIND = Webhook()
