"""`foredesk doctor`: is everything well? Exit 1 when something is wrong."""

from __future__ import annotations

import argparse
import json
from typing import Any

from foredesk.cli import entering
from foredesk.plumbing.clock import now

MARKS = {"ok": "✓", "warn": "!", "bad": "✗", "off": "–"}


def add(commands: Any, shared: argparse.ArgumentParser) -> None:
    parser = commands.add_parser("doctor", parents=[shared], help="check the health of the desk")
    parser.add_argument("--json", action="store_true", help="as one JSON object")
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    entering.desk()
    from foredesk.operations import checking

    results = checking.report(at=now())
    is_well = checking.is_well(results)
    if given.json:
        rows = [one.data() for one in results]
        print(json.dumps({"is_well": is_well, "checks": rows}, indent=2, ensure_ascii=False))
    else:
        for one in results:
            print(f"{MARKS[one.state]} {one.label}: {one.text}")
            if one.advice:
                print(f"    {one.advice}")
    return 0 if is_well else 1
