"""Files can be written and removed."""

import uuid
from collections.abc import Iterator
from datetime import datetime

from django.core.files.base import ContentFile
from django.core.files.storage import storages

from foredesk.operations.checks.finding import Finding

LABEL = "File store"
ADVICE = "See that the folder or bucket of FOREDESK_FILES exists and may be written."
RANK = 35
WITHOUT_DATABASE = True


def look(*, at: datetime) -> Iterator[Finding]:
    store = storages["blobs"]
    try:
        kept = store.save(f"probe-{uuid.uuid4().hex}", ContentFile(b"foredesk"))
        store.delete(kept)
    except Exception as error:
        yield Finding("bad", f"Files can't be stored: {error}.")
    else:
        yield Finding("ok", "Files can be stored.")
