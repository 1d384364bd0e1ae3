"""The frame of a page is kept, and yet says at once what changed."""

import re

import pytest
from django.test import Client

from foredesk.people import directory, teaming
from foredesk.plumbing.clock import now
from foredesk.tickets.tests import cases

pytestmark = pytest.mark.django_db


@pytest.fixture
def at_desk(adi):
    client = Client()
    client.force_login(adi)
    return client


def _frame(browser, path="/inbox/?view=open"):
    answer = browser.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def _count_of(page, label):
    found = re.search(rf"<span>{label}</span><span class=\"nav__count\">(\d+)</span>", page)
    return int(found[1]) if found else 0


def test_a_taken_right_is_gone_from_the_next_page(at_desk, adi):
    assert 'href="/settings/"' in _frame(at_desk)
    adi.role = "light"
    adi.save(update_fields=["role"])
    after = _frame(at_desk)
    assert 'href="/settings/"' not in after
    assert "Light agent" in after
    assert "/tickets/new/" not in after


def test_a_new_name_and_team_stand_on_the_next_page(at_desk, adi):
    assert "Deliveries" not in _frame(at_desk)
    teaming.add(name="Deliveries", by=adi, at=now())
    adi.name = "Adelheid Roth"
    adi.save(update_fields=["name"])
    directory.forget()
    after = _frame(at_desk)
    assert "Deliveries" in after
    assert "Adelheid Roth" in after


def test_counts_and_the_open_view_are_those_of_this_page(at_desk):
    before = _frame(at_desk)
    cases.ticket_of()
    after = _frame(at_desk)
    assert _count_of(after, "All open") == _count_of(before, "All open") + 1
    assert re.search(
        r'view=unassigned" aria-current="true"', _frame(at_desk, "/inbox/?view=unassigned")
    )
    assert not re.search(r'view=unassigned" aria-current="true"', _frame(at_desk))


def test_two_people_with_the_same_rights_see_their_own(at_desk, ada):
    other = Client()
    other.force_login(ada)
    assert "Adi" in _frame(at_desk)
    page = _frame(other)
    assert ">Ada<" in page
    assert ">Adi<" not in page


def test_each_page_has_its_own_token_and_one_alone(at_desk):
    tokens = [
        set(
            re.findall(
                r'(?:csrfmiddlewaretoken" value|csrf-token" content)="(\w+)"', _frame(at_desk)
            )
        )
        for _ in range(2)
    ]
    assert [len(one) for one in tokens] == [1, 1]
    assert tokens[0] != tokens[1]
