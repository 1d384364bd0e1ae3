"""Throw bytes away that nobody refers to any more."""

from collections.abc import Iterable
from typing import Any

from django.core.files.storage import storages
from django.db.models import Exists, OuterRef

from foredesk.files.models import Blob, Scan
from foredesk.files.picturing import EDGES, picture_path
from foredesk.files.storing import path_of


def forget(candidates: Iterable[str]) -> int:
    """Remove those of these blobs that no table refers to; returns how many went.

    Call it last in a transaction. Whoever keeps the same bytes at this moment refers to a row that
    is about to go, so that their commit fails and is tried again, instead of losing the bytes.
    """
    orphans = Blob.objects.select_for_update().filter(pk__in=set(candidates))
    for relation in Blob._meta.related_objects:
        model: Any = relation.related_model
        if model is Scan:
            continue  # it goes with its bytes
        users = model._default_manager.filter(**{relation.field.name: OuterRef("pk")})
        orphans = orphans.exclude(Exists(users))
    gone = list(orphans.values_list("pk", flat=True))
    Blob.objects.filter(pk__in=gone).delete()
    for sha256 in gone:
        storages["blobs"].delete(path_of(sha256))
        for edge in EDGES.values():
            storages["blobs"].delete(picture_path(sha256, edge))
    return len(gone)
