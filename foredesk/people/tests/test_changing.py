"""Changing what an agent may do, and the rule that one admin stays."""

import threading

import pytest
from django.db import connection

from foredesk.logbook.actors import SYSTEM
from foredesk.logbook.models import Entry
from foredesk.people import changing, inviting, keeping_admins, queries
from foredesk.people.models import Agent
from foredesk.people.permissions import NotAllowed
from foredesk.plumbing.clock import now


def change(agent, *, by, **fields):
    values = {
        "email": agent.email,
        "name": agent.name,
        "role": agent.role,
        "sees": agent.sees,
        "teams": list(agent.teams.all()),
    }
    return changing.change(agent, **values | fields, by=by, at=now())


def test_role_and_teams_are_recorded_by_name(ada, adi, orders):
    changed = change(ada, by=adi, role="lead", teams=[orders])
    assert (changed.role, [team.name for team in changed.teams.all()]) == ("lead", ["Orders"])
    entry = Entry.objects.filter(kind="people.AgentChanged").get()
    assert entry.data["before"] == {"role": "agent", "teams": ["Payments"]}
    assert entry.data["after"] == {"role": "lead", "teams": ["Orders"]}
    assert entry.actor_id == adi.pk


def test_nothing_changed_records_nothing(ada, adi):
    change(ada, by=adi)
    assert not Entry.objects.filter(kind="people.AgentChanged").exists()


def test_only_admins_change_people(ada, lea):
    with pytest.raises(NotAllowed):
        change(ada, by=lea, role="admin")
    assert queries.agent(ada.pk).role == "agent"


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("email", "no address", "not a mail address"),
        ("email", "LEA@halden.example", "already a person"),
        ("name", "  ", "Give the person a name"),
        ("role", "boss", "is not a role"),
        ("sees", "nothing", "is not what a person can see"),
    ],
)
def test_bad_values_change_nothing(ada, adi, lea, field, value, sentence):
    with pytest.raises(inviting.UnableToAdd, match=sentence):
        change(ada, by=adi, **{field: value})
    assert not Entry.objects.filter(kind="people.AgentChanged").exists()


def test_the_last_admin_stays_admin(adi):
    with pytest.raises(keeping_admins.LastAdmin, match="Adi is the last admin"):
        change(adi, by=adi, role="lead")


def test_an_inactive_admin_does_not_count(adi, lea):
    change(lea, by=adi, role="admin")
    Agent.objects.filter(pk=lea.pk).update(is_active=False)
    with pytest.raises(keeping_admins.LastAdmin):
        change(adi, by=adi, role="agent")


@pytest.mark.django_db(transaction=True)
def test_two_admins_can_not_both_step_down_at_once():
    pair = [
        inviting.add_agent(
            email=f"{name}@halden.example",
            name=name,
            role="admin",
            password="correct horse battery",
            by=SYSTEM,
            at=now(),
        )
        for name in ("Eva", "Ole")
    ]
    both = threading.Barrier(2)
    refused = []

    def step_down(agent):
        try:
            both.wait()
            change(agent, by=agent, role="agent")
        except keeping_admins.LastAdmin:
            refused.append(agent.name)
        finally:
            connection.close()

    threads = [threading.Thread(target=step_down, args=(agent,)) for agent in pair]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    assert queries.headcount() == {"admin": 1, "agent": 1}
