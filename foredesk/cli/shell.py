"""`foredesk shell`: a Python prompt inside the desk."""

from __future__ import annotations

import argparse
from typing import Any

from foredesk.cli import entering


def add(commands: Any, shared: argparse.ArgumentParser) -> None:
    parser = commands.add_parser("shell", parents=[shared], help="a Python prompt in the desk")
    parser.add_argument("-c", "--command", dest="code", help="run this code and exit")
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    entering.desk()
    from django.core.management import call_command

    flags = {"command": given.code} if given.code else {}
    call_command("shell", verbosity=0, no_imports=True, **flags)
    return 0
