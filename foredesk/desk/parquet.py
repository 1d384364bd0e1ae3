"""Tables as Parquet, a row group at a time.

Loaded only when somebody asks for such a file: pyarrow is an extra (foredesk[parquet]).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import pyarrow as pa
from pyarrow import parquet

GROUP = 10_000  # rows of one group: so many are in memory at once
TYPES = {
    "text": pa.string(),
    "whole": pa.int64(),
    "seconds": pa.float64(),
    "moment": pa.timestamp("us", tz="UTC"),
}


def pieces(
    columns: Sequence[tuple[str, str]], rows: Iterable[Sequence[Any]]
) -> Iterator[tuple[int, bytes]]:
    """The bytes of the file with the number of rows up to there; `columns` are names and kinds as
    in downloads.Column. Texts are as they are: no program takes a typed cell for a formula."""
    schema = pa.schema([(name, TYPES[kind]) for name, kind in columns])
    out, source, done = _Out(), iter(rows), 0
    with parquet.ParquetWriter(out, schema, compression="zstd") as writer:
        while group := list(islice(source, GROUP)):
            values = zip(*group, strict=True)
            arrays = [pa.array(one, kind) for one, kind in zip(values, schema.types, strict=True)]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
            done += len(group)
            yield done, out.taken()
    yield done, out.taken()


class _Out:
    """What pyarrow writes to: the bytes since they were taken last, and where it stands."""

    closed = False

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._at = 0

    def write(self, data: Any) -> int:
        part = bytes(data)
        self._parts.append(part)
        self._at += len(part)
        return len(part)

    def taken(self) -> bytes:
        data = b"".join(self._parts)
        self._parts.clear()
        return data

    def tell(self) -> int:
        return self._at

    def flush(self) -> None:
        """Nothing is kept back."""

    def readable(self) -> bool:
        return False

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return False

    def close(self) -> None:
        self.closed = True
