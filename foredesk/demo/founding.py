"""Found the company: workspace, teams, agents, organisations, mailboxes."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password

from foredesk.channels.events import MailboxAdded
from foredesk.channels.models import Mailbox
from foredesk.demo import company, promising
from foredesk.demo.rhythms import DAYS
from foredesk.demo.stage import Cast
from foredesk.logbook import recording
from foredesk.logbook.actors import SYSTEM
from foredesk.people import directory
from foredesk.people import queries as people
from foredesk.people.events import AgentAdded, BrandAdded, TeamAdded
from foredesk.people.models import Agent, Brand, Organisation, Team


def found(*, at: datetime) -> Cast:
    """Make everything that must be there before the first mail; call in a transaction.

    It dates from two years before `at`. A workspace that somebody set up keeps its name.
    """
    began_at = at - timedelta(days=DAYS + 1)
    _set_up_workspace(at=at)
    teams = {one.name: _team(one, at=began_at) for one in company.TEAMS}
    promising.promise(at=began_at, now=at)
    agents = _agents(teams, at=began_at)
    return Cast(
        agents=agents,
        teams=teams,
        members={
            team.pk: frozenset(
                agents[one.email].pk for one in company.AGENTS if team.name in one.teams
            )
            for team in teams.values()
        },
        mailboxes={str(box.pk): box for box in _mailboxes(teams, at=began_at)},
        organisations=_organisations(),
    )


def _set_up_workspace(*, at: datetime) -> None:
    workspace = people.workspace()
    workspace.demo_loaded_at = at
    if workspace.set_up_at is None:
        workspace.name, workspace.time_zone = company.WORKSPACE, company.TIME_ZONE
        workspace.close_after_days = company.CLOSE_AFTER_DAYS
        workspace.set_up_at = at
    workspace.save()


def _team(one: company.DemoTeam, *, at: datetime) -> Team:
    """The demo's team; a team of that name that was there before is used and stays."""
    team, is_new = Team.objects.get_or_create(
        name=one.name, defaults={"icon": one.icon, "is_demo": True}
    )
    if is_new:
        Team.objects.filter(pk=team.pk).update(created_at=at)
        recording.record(TeamAdded(team_id=team.pk, name=team.name), by=SYSTEM, at=at)
    return team


def _agents(teams: dict[str, Team], *, at: datetime) -> dict[str, Agent]:
    password = make_password(company.PASSWORD)  # slow by design, so once for all of them
    agents = {}
    for one in company.AGENTS:
        agent = Agent.objects.create(
            email=one.email,
            name=one.name,
            role=one.role,
            sees=one.sees,
            password=password,
            language="en",
            is_demo=True,
        )
        Agent.objects.filter(pk=agent.pk).update(created_at=at)
        agent.teams.set([teams[name] for name in one.teams])
        recording.record(AgentAdded(agent_id=agent.pk, role=agent.role), by=SYSTEM, at=at)
        agents[one.email] = agent
    return agents


def _brands(*, at: datetime) -> dict[str, Brand]:
    """The demo's brands; one of that name that was there before is used and stays."""
    found = {}
    for one in company.BRANDS:
        brand, is_new = Brand.objects.get_or_create(
            name=one.name,
            defaults={
                "short_name": one.short_name,
                "signature_html": one.signature,
                "hue": one.hue,
                "is_demo": True,
                "created_at": at,
            },
        )
        if is_new:
            recording.record(BrandAdded(brand_id=brand.pk, name=brand.name), by=SYSTEM, at=at)
        found[one.name] = brand
    directory.forget()
    return found


def _organisations() -> dict[str, Organisation]:
    found = {one.name: one for one in Organisation.objects.filter(name__in=company.COMPANIES)}
    new = [Organisation(name=name, is_demo=True) for name in company.COMPANIES if name not in found]
    return {**found, **{one.name: one for one in Organisation.objects.bulk_create(new)}}


def _mailboxes(teams: dict[str, Team], *, at: datetime) -> list[Mailbox]:
    """Mailboxes without servers: mail comes by the SMTP intake, and what they send is kept."""
    boxes, brands = [], _brands(at=at)
    has_default = Mailbox.objects.filter(is_default=True).exists()
    for one in company.MAILBOXES:
        box = Mailbox.objects.create(
            name=one.name,
            address=one.address,
            more_addresses=list(one.more_addresses),
            team=teams.get(one.team),
            brand=brands.get(one.brand),
            is_default=one.is_default and not has_default,
            is_demo=True,
            created_at=at,
            changed_at=at,
        )
        added = MailboxAdded(mailbox_id=box.pk, name=box.name, address=box.address)
        recording.record(added, by=SYSTEM, at=at)
        boxes.append(box)
    return boxes
