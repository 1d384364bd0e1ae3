"""One module in a process of its own: its rows are printed as they come, and kept as JSON.

What it has found until it breaks stays, with a row that says how it broke.
"""

from __future__ import annotations

import json
import os
import sys
import time
import traceback
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import django

from score.rows import Row


def main() -> int:
    """`python -m score.one NAME SHARED TARGET COMMIT`."""
    name, shared, target, commit = sys.argv[1:5]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "foredesk.config.settings")
    django.setup()
    began = time.monotonic()
    rows: list[Row] = []
    try:
        for row in import_module(f"score.{name}").run(Path(shared)):
            rows.append(row)
            print(f"  {row.said}", flush=True)
    except Exception as broken:  # a score that breaks is a score that is not reached
        traceback.print_exc()
        why = " ".join(f"{type(broken).__name__}: {broken}".split())
        rows.append(Row(name, f"broke: {why}"[:200], "", False))
    kept = {
        "day": datetime.now(UTC).date().isoformat(),
        "seconds": round(time.monotonic() - began),
        "commit": commit,
        "rows": [[row.name, row.figure, row.bar, row.is_ok] for row in rows],
    }
    Path(target).write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
