"""Files of a message: rows for what is already stored."""

from collections.abc import Iterable

from foredesk.files import scanning
from foredesk.tickets.arrivals import InboundFile
from foredesk.tickets.models import Attachment, Message


def attach(files: Iterable[InboundFile], message: Message) -> None:
    """Put stored files on `message`, and have them scanned."""
    files = list(files)
    scanning.ask((file.sha256 for file in files), topic=f"ticket-{message.ticket_id}")
    Attachment.objects.bulk_create(
        Attachment(
            message=message,
            blob_id=file.sha256,
            name=file.name,
            content_type=file.content_type,
            size=file.size,
            content_id=file.content_id,
            is_inline=file.is_inline,
        )
        for file in files
    )
