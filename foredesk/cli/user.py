"""`foredesk user`: the people who work at the desk."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from foredesk.cli import entering
from foredesk.cli.trouble import Trouble
from foredesk.plumbing.clock import now
from foredesk.plumbing.env import Env


def add(commands: Any, shared: argparse.ArgumentParser) -> None:
    parser = commands.add_parser("user", help="add, list and deactivate agents")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")

    adding = verbs.add_parser("add", parents=[shared], help="add an agent")
    adding.add_argument("--email", required=True)
    adding.add_argument("--name", required=True)
    adding.add_argument("--role", default="agent", help="admin, lead, agent or light")
    adding.add_argument(
        "--password-stdin",
        action="store_true",
        help="read the password from standard input; without it a link to choose one is printed",
    )
    adding.set_defaults(run=add_user)

    listing = verbs.add_parser("list", parents=[shared], help="list all agents")
    listing.add_argument("--json", action="store_true", help="as JSON")
    listing.set_defaults(run=list_users)

    leaving = verbs.add_parser("deactivate", parents=[shared], help="shut an agent out")
    leaving.add_argument("email")
    leaving.set_defaults(run=deactivate)

    linking = verbs.add_parser(
        "reset-link", parents=[shared], help="print a link by which an agent chooses a password"
    )
    linking.add_argument("email")
    linking.set_defaults(run=reset_link)


def add_user(given: argparse.Namespace) -> int:
    password = sys.stdin.readline().rstrip("\r\n") if given.password_stdin else None
    if password == "":
        raise Trouble("There was no password on standard input.")
    env = entering.desk()
    from foredesk.logbook.actors import SYSTEM
    from foredesk.people import inviting

    try:
        agent = inviting.add_agent(
            email=given.email,
            name=given.name,
            role=given.role,
            password=password,
            by=SYSTEM,
            at=now(),
        )
    except inviting.UnableToAdd as why:
        raise Trouble(str(why)) from None
    print(f"Added {agent.name} <{agent.email}> as {agent.role}.")
    if password is None:
        print(f"They choose a password at {_link(env, inviting.invite(agent, at=now()))}")
    return 0


def list_users(given: argparse.Namespace) -> int:
    entering.desk()
    from foredesk.people import queries

    rows = [
        {
            "email": agent.email,
            "name": agent.name,
            "role": agent.role,
            "is_active": agent.is_active,
            "teams": [team.name for team in agent.teams.all()],
        }
        for agent in queries.agents()
    ]
    if given.json:
        print(json.dumps(rows, indent=2, ensure_ascii=False))
    for row in [] if given.json else rows:
        state = "" if row["is_active"] else "  (deactivated)"
        print(f"{row['role']:<6}  {row['email']:<36}  {row['name']}{state}")
    return 0


def deactivate(given: argparse.Namespace) -> int:
    entering.desk()
    from foredesk.logbook.actors import SYSTEM
    from foredesk.people import deactivating

    agent = _found(given.email)
    try:
        deactivating.deactivate(agent, by=SYSTEM, at=now())
    except deactivating.UnableToDeactivate as why:
        raise Trouble(str(why)) from None
    print(f"{agent.name} <{agent.email}> can't sign in any more.")
    return 0


def reset_link(given: argparse.Namespace) -> int:
    env = entering.desk()
    from foredesk.people import inviting

    print(_link(env, inviting.invite(_found(given.email), at=now())))
    return 0


def _found(email: str) -> Any:
    from foredesk.people import queries

    agent = queries.agent_by_email(email)
    if agent is None:
        raise Trouble(f"There is no agent with the address {email}.")
    return agent


def _link(env: Env, token: str) -> str:
    from django.urls import reverse

    return env.url + reverse("invitation", args=[token])
