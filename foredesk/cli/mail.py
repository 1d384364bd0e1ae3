"""`foredesk mail test`: does mail get out, and can mail be fetched?"""

from __future__ import annotations

import argparse
from typing import Any

from foredesk.cli import entering
from foredesk.cli.trouble import Trouble


def add(commands: Any, shared: argparse.ArgumentParser) -> None:
    parser = commands.add_parser("mail", help="test the connection of mailboxes")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    testing = verbs.add_parser("test", parents=[shared], help="test one mailbox, or all")
    testing.add_argument("address", nargs="?", help="the address of a mailbox; without it all")
    testing.add_argument("--to", metavar="EMAIL", help="also send a test mail to this address")
    testing.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    entering.desk()
    from foredesk.channels import queries, testing

    mailboxes = queries.mailboxes()
    if given.address:
        mailboxes = [one for one in mailboxes if one.address == given.address.lower()]
    if not mailboxes:
        raise Trouble("There is no such mailbox." if given.address else "There is no mailbox yet.")
    is_well = True
    for mailbox in mailboxes:
        for found in testing.check(mailbox, to=given.to or ""):
            is_well = is_well and found.is_well
            print(f"{'✓' if found.is_well else '✗'} {mailbox.address} {found.name}: {found.text}")
    return 0 if is_well else 1
