"""`foredesk web|worker|intake|pollers`: one role alone, for desks spread over several machines."""

from __future__ import annotations

import argparse
from typing import Any

from foredesk.cli import entering, roles
from foredesk.cli.trouble import Trouble
from foredesk.plumbing import supervisor

HELP = {
    "web": "serve pages alone",
    "worker": "run jobs alone",
    "intake": "take mail by SMTP alone",
    "pollers": "fetch mail from mailboxes alone",
}


def add(commands: Any, shared: argparse.ArgumentParser) -> None:
    for name, text in HELP.items():
        parser = commands.add_parser(name, parents=[shared], help=text)
        parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    env = entering.desk()
    table = {role.name: role for role in roles.table(env)}
    if given.command not in table:
        raise Trouble("FOREDESK_SMTP_PORT is 0, so the mail intake is off.")
    supervisor.run_alone(table[given.command])
    return 0
