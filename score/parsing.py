"""What is read out of mails, field by field, on every corpus."""

from __future__ import annotations

from pathlib import Path

from score.rows import MAIL, Row, at_least, none_of, scored

CORPORA = ("stalwart", "hunnysoft", "mikel", "flanker", "sisimai")
BARS = {
    ("stalwart", "from"): 0.98, ("stalwart", "from_name"): 0.97, ("stalwart", "to"): 0.98,
    ("stalwart", "subject"): 0.95, ("stalwart", "message_id"): 1.0,
    ("stalwart", "text_kept"): 0.94, ("stalwart", "text_exact"): 0.90,
    ("stalwart", "att_count"): 0.95, ("stalwart", "att_name_f1"): 0.85,
    ("stalwart", "att_size_f1"): 0.78,
    ("hunnysoft", "from"): 0.98, ("hunnysoft", "from_name"): 0.97, ("hunnysoft", "to"): 0.97,
    ("hunnysoft", "subject"): 0.97, ("hunnysoft", "message_id"): 1.0,
    ("hunnysoft", "text_kept"): 0.98, ("hunnysoft", "text_exact"): 0.90,
    ("hunnysoft", "att_count"): 0.97,
}  # fmt: skip
"""Bars of stalwart's text, names and sizes lie where its expected values keep broken charsets
(U+FFFD for an umlaut that can be read) or count uuencoded files by their encoded size."""
FIELDS = {
    "from": "sender", "from_name": "sender's name", "to": "recipients", "subject": "subject",
    "message_id": "Message-ID", "text_kept": "text kept", "text_exact": "text exact",
    "att_count": "number of files", "att_name_f1": "names of files (F1)",
    "att_size_f1": "sizes of files (F1)",
}  # fmt: skip


def run(shared: Path) -> list[Row]:
    folders = [str(shared / MAIL / "parse" / name) for name in CORPORA]
    found = scored(shared, "score_parse.py", "--fn", "score.adapters:parse", "--isolate", *folders)
    by_name = {Path(folder).name: figures for folder, figures in found.items()}
    rows = []
    for (corpus, field), bar in BARS.items():
        rows.append(at_least(f"parsing {corpus}: {FIELDS[field]}", by_name[corpus][field], bar))
    total = sum(figures["n"] for figures in by_name.values())
    crashed = sum(figures["crash"] for figures in by_name.values())
    slow = sum(figures["slow"] for figures in by_name.values())
    rows.append(none_of("parsing: crashed or not storable", crashed, of=total))
    rows.append(none_of("parsing: over 1 s", slow, of=total))
    return rows
