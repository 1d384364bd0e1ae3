"""`foredesk`: one command with a file per verb. Nothing here imports Django before it must."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from foredesk import __version__
from foredesk.cli import (
    backup,
    demo,
    doctor,
    importing,
    mail,
    migrate,
    restore,
    settings,
    shell,
    single,
    ticket,
    up,
    user,
)
from foredesk.cli.trouble import Trouble
from foredesk.plumbing import env, setting
from foredesk.plumbing.postgres.binaries import DatabaseTrouble

COMMANDS = (
    up,
    single,
    user,
    ticket,
    mail,
    importing,
    demo,
    doctor,
    backup,
    restore,
    migrate,
    settings,
    shell,
)


def parser() -> argparse.ArgumentParser:
    """The whole grammar of the command line."""
    top = argparse.ArgumentParser(
        prog="foredesk", description="The help desk that acts before the customer has to ask."
    )
    top.add_argument("--version", action="version", version=f"Foredesk {__version__}")
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--data-dir", type=Path, metavar="FOLDER", help="where the desk is kept")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.add(commands, shared)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Returns 0, 1 when it failed with a sentence on stderr; argparse exits 2."""
    given = parser().parse_args(arguments)
    env.override(data_dir=given.data_dir)
    try:
        return given.run(given)
    except (Trouble, setting.InvalidSetting, DatabaseTrouble) as trouble:
        return _fail(str(trouble))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return 130
    except Exception as trouble:
        if _is_of_database(trouble):
            return _fail(f"The database can't be used: {str(trouble).strip()}")
        raise


def _fail(sentence: str) -> int:
    print(f"foredesk: {sentence}", file=sys.stderr)
    return 1


def _is_of_database(trouble: Exception) -> bool:
    kinds = {kind.__name__ for kind in type(trouble).__mro__}
    return bool(kinds & {"OperationalError", "ProgrammingError"})


if __name__ == "__main__":
    sys.exit(main())
