"""The first admin, and the desk's own name and zone."""

import threading

import pytest
from django.db import connection

from foredesk.logbook.models import Entry
from foredesk.people import queries, setting_up
from foredesk.people.permissions import NotAllowed
from foredesk.people.refusing import Refused
from foredesk.plumbing.clock import now

PASSWORD = "correct horse battery"


@pytest.mark.django_db(transaction=True)
def test_of_two_first_admins_one_succeeds():
    both, refused = threading.Barrier(2), []

    def arrive(name):
        try:
            both.wait()
            setting_up.add_first_admin(
                email=f"{name}@halden.example", name=name, password=PASSWORD, at=now()
            )
        except setting_up.AlreadySetUp:
            refused.append(name)
        finally:
            connection.close()

    threads = [threading.Thread(target=arrive, args=(name,)) for name in ("eva", "ole")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    assert queries.headcount() == {"admin": 1}


def test_the_first_save_sets_up_and_the_next_changes(adi):
    values = {"language": "en", "time_zone": "Europe/Oslo", "by": adi}
    setting_up.change_workspace(name="Halden", at=now(), **values)
    setting_up.change_workspace(name="Halden Help", close_after_days=14, at=now(), **values)
    setting_up.change_workspace(name="Halden Help", close_after_days=14, at=now(), **values)
    entries = Entry.objects.filter(kind__startswith="people.Workspace").order_by("id")
    assert [entry.kind for entry in entries] == ["people.WorkspaceSetUp", "people.WorkspaceChanged"]
    assert entries[1].data == {
        "before": {"name": "Halden", "close_after_days": 28},
        "after": {"name": "Halden Help", "close_after_days": 14},
    }


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", " ", "Give the desk a name"),
        ("name", "x" * 81, "80 characters"),
        ("language", "tlh", "not a language"),
        ("time_zone", "Mars/Olympus", "not a time zone"),
        ("close_after_days", -1, "between 0"),
        ("close_after_days", 40_000, "between 0"),
    ],
)
def test_values_that_can_not_be(adi, field, value, sentence):
    values = {"name": "Halden", "language": "en", "time_zone": "UTC", "close_after_days": 1}
    with pytest.raises(Refused, match=sentence):
        setting_up.change_workspace(**values | {field: value}, by=adi, at=now())


def test_only_admins_change_the_desk(lea):
    with pytest.raises(NotAllowed):
        setting_up.change_workspace(name="X", language="en", time_zone="UTC", by=lea, at=now())
