"""Teams: added, renamed, removed."""

import pytest

from foredesk.logbook.models import Entry
from foredesk.people import queries, teaming
from foredesk.people.permissions import NotAllowed
from foredesk.people.refusing import Refused
from foredesk.plumbing.clock import now


def test_add_rename_remove_are_recorded(adi):
    team = teaming.add(name="  Bike   repair ", icon="truck", by=adi, at=now())
    assert (team.name, team.icon) == ("Bike repair", "truck")
    teaming.change(team, name="Repairs", icon="truck", by=adi, at=now())
    teaming.remove(team, by=adi, at=now())
    kinds = Entry.objects.filter(about_kind="team").order_by("id").values_list("kind", flat=True)
    assert list(kinds) == ["people.TeamAdded", "people.TeamChanged", "people.TeamRemoved"]
    assert queries.team(team.pk) is None


def test_people_stay_when_their_team_goes(ada, adi, payments):
    teaming.remove(payments, by=adi, at=now())
    assert list(queries.agent(ada.pk).teams.all()) == []


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("", "Give the team a name"), ("PAYMENTS", "already a team"), ("x" * 61, "60 characters")],
)
def test_names_that_can_not_be(adi, payments, name, sentence):
    with pytest.raises(Refused, match=sentence):
        teaming.add(name=name, by=adi, at=now())


def test_the_same_name_is_no_change(adi, payments):
    teaming.change(payments, name="Payments", icon="layers", by=adi, at=now())
    assert not Entry.objects.filter(kind="people.TeamChanged").exists()


def test_only_admins_change_teams(ada, payments):
    with pytest.raises(NotAllowed):
        teaming.remove(payments, by=ada, at=now())
