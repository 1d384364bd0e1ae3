"""What is read out of mails, field by field, on the corpora that say what is in them.

Another parser's habits are no bar: each figure is shown as the corpus says, and without the values
of score/others_habits.py ("readable"). The bar holds for the second.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from score.others_habits import HABITS
from score.rows import MAIL, Row, scored

CORPORA = ("stalwart", "hunnysoft")
BARS = {
    "from": 0.98, "from_name": 0.97, "to": 0.97, "subject": 0.98, "message_id": 1.0,
    "text_kept": 0.98, "text_exact": 0.90, "att_count": 0.95, "att_name_f1": 0.99,
    "att_size_f1": 0.95,
}  # fmt: skip
OWN_BARS = {
    ("stalwart", "text_kept"): 1.0, ("hunnysoft", "subject"): 0.97, ("hunnysoft", "att_count"): 0.97
}  # fmt: skip
FIELDS = {
    "from": "sender", "from_name": "sender's name", "to": "recipients", "subject": "subject",
    "message_id": "Message-ID", "text_kept": "text kept", "text_exact": "text exact",
    "att_count": "number of files", "att_name_f1": "names of files (F1)",
    "att_size_f1": "sizes of files (F1)",
}  # fmt: skip


def run(shared: Path) -> Iterator[Row]:
    folders = [shared / MAIL / "parse" / name for name in CORPORA]
    with tempfile.TemporaryDirectory() as made:
        readable = [_without_habits(folder, Path(made) / folder.name) for folder in folders]
        plain, better = _figures(shared, folders), _figures(shared, readable)
    for name in CORPORA:
        for field, usual in BARS.items():
            if field in plain[name]:
                bar = OWN_BARS.get((name, field), usual)
                figure = better[name][field]
                yield Row(
                    f"parsing {name}: {FIELDS[field]}",
                    f"{plain[name][field]:.3f}, readable {figure:.3f}",
                    f"≥ {bar:.3f}",
                    figure >= bar,
                )


def _figures(shared: Path, folders: list[Path]) -> dict[str, dict[str, Any]]:
    given = map(str, folders)
    found = scored(shared, "score_parse.py", "--fn", "score.adapters:parse", *given)
    return {Path(folder).name: figures for folder, figures in found.items()}


def _without_habits(folder: Path, target: Path) -> Path:
    """A copy of the corpus without the expected values that are another parser's habits."""
    target.mkdir()
    for path in folder.glob("*.eml"):
        (target / path.name).symlink_to(path)
        expected = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        for field in HABITS.get(f"{folder.name}/{path.stem}", {}):
            del expected[field]
        (target / path.name).with_suffix(".json").write_text(json.dumps(expected))
    return target
