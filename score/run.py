"""`make score`: every figure by which the mail can be trusted, in one table.

Each module of this folder that has `run(shared)` gives its rows. They run in processes of their
own, two at a time (JOBS), and print as they finish; what each found is kept in score/kept, and
docs/trust.md is written from all that is kept, with the day of each. SHARED names the folder with
the test data and the scorers, ONLY the modules that are run; with RESUME=1 those are left out
that this commit has figures of.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from pkgutil import iter_modules
from threading import Lock

import score
from score import table
from score.rows import ROOT

TOOLS = ("run", "one", "table", "rows", "adapters", "forked", "others_habits", "worst_prefixes")
LONGEST_FIRST = ("storms", "browser", "hostile", "bounces", "patterns", "trust", "parsing")
_printing = Lock()


def main() -> int:
    shared = Path(os.environ.get("SHARED", "../shared")).resolve()
    if not (shared / "data" / "mail" / "tools").is_dir():
        print(
            f"There are no test data in {shared}. They are not part of the repository: name the "
            "folder that holds them with `make score SHARED=…`."
        )
        return 2
    every = _names()
    asked = os.environ.get("ONLY", "").split() or every
    unknown = set(asked) - set(every)
    if unknown:
        print(f"No such module: {', '.join(sorted(unknown))}. There are: {', '.join(every)}.")
        return 2
    commit = _commit()
    if os.environ.get("RESUME"):
        asked = [name for name in asked if not _is_known(name, commit)]
    table.KEPT.mkdir(exist_ok=True)
    with ThreadPoolExecutor(int(os.environ.get("JOBS", "2"))) as pool:
        list(pool.map(lambda name: _run(name, shared, commit), asked))
    found = table.read(every)
    table.write(found)
    print(table.text(found))
    return 0 if all(row.is_ok is not False for one in found for row in one.rows) else 1


def _names() -> list[str]:
    found = [one.name for one in iter_modules(score.__path__) if one.name not in TOOLS]
    return sorted(found, key=lambda name: (*_place(name), name))


def _place(name: str) -> tuple[int]:
    return (LONGEST_FIRST.index(name) if name in LONGEST_FIRST else len(LONGEST_FIRST),)


def _is_known(name: str, commit: str) -> bool:
    """Whether this very code has been measured, and the module did not break."""
    path = table.KEPT / f"{name}.json"
    if not commit or not path.exists():
        return False
    kept = json.loads(path.read_text(encoding="utf-8"))
    return kept["commit"] == commit and not any("broke: " in row[1] for row in kept["rows"])


def _run(name: str, shared: Path, commit: str) -> None:
    target = table.KEPT / f"{name}.json"
    done = subprocess.run(
        [sys.executable, "-m", "score.one", name, str(shared), str(target), commit],
        cwd=ROOT,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    with _printing:
        print("\n".join([name, *_kept_lines(done)]), flush=True)


def _kept_lines(done: subprocess.CompletedProcess[str]) -> Iterator[str]:
    yield from done.stdout.rstrip().splitlines()[-60:]
    if done.returncode:
        yield f"  It ended with {done.returncode}; the figures before are left as they were."


def _commit() -> str:
    """The commit that is measured, or "" where there is none or something is changed."""
    told = subprocess.run(
        ["git", "status", "--porcelain", "--branch", "--", "foredesk", "score/*.py", "tests"],
        cwd=ROOT, check=False, capture_output=True, text=True,
    )  # fmt: skip
    if told.returncode or len(told.stdout.splitlines()) > 1:
        return ""
    head = ["git", "rev-parse", "--short", "HEAD"]
    said = subprocess.run(head, cwd=ROOT, check=False, capture_output=True, text=True)
    return said.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
