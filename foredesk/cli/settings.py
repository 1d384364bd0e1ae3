"""`foredesk settings`: what is in force, without secrets."""

from __future__ import annotations

import argparse
import json
from typing import Any

from foredesk.plumbing import env, setting


def add(commands: Any, shared: argparse.ArgumentParser) -> None:
    parser = commands.add_parser("settings", parents=[shared], help="print the settings in force")
    parser.add_argument("--json", action="store_true", help="as one JSON object")
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    rows = setting.effective(env.Env.load())
    if given.json:
        print(json.dumps(dict(rows), indent=2))
    else:
        for name, value in rows:
            print(f"{name}={value}")
    return 0
