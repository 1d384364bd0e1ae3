"""`foredesk demo`: load the demo workspace, or remove it again."""

from __future__ import annotations

import argparse
from typing import Any

from foredesk.cli import entering, preparing


def add(commands: Any, shared: argparse.ArgumentParser) -> None:
    parser = commands.add_parser("demo", help="load or remove the demo workspace")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    loading = verbs.add_parser("load", parents=[shared], help="fill the desk with a demo company")
    loading.set_defaults(run=load)
    removing = verbs.add_parser("remove", parents=[shared], help="remove all that the demo made")
    removing.set_defaults(run=remove)


def load(given: argparse.Namespace) -> int:
    entering.desk()
    preparing.migrate(quiet=True)
    print(preparing.load_demo())
    return 0


def remove(given: argparse.Namespace) -> int:
    entering.desk()
    print(preparing.remove_demo())
    return 0
