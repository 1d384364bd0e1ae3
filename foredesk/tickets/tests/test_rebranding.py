"""Whose name a ticket is answered under: given, changed, kept apart."""

import pytest
from django.db import connection

from foredesk.people import branding
from foredesk.people.permissions import NotAllowed
from foredesk.plumbing.clock import now
from foredesk.tickets import (
    exporting,
    listing,
    merging,
    queries,
    rebranding,
    replying,
    splitting,
    starting,
    views,
)
from foredesk.tickets.conditions import checking, evaluating, pictures, wording
from foredesk.tickets.conflicts import Conflict, UnableToChange
from foredesk.tickets.tests import cases

pytestmark = pytest.mark.django_db
OPEN = views.view_of("open", team_names={})


@pytest.fixture
def leir(adi):
    return branding.add(name="Leirplass", by=adi, at=now())


@pytest.fixture
def theirs(leir):
    return cases.ticket_of(brand_id=leir.pk, subject="Rented tent")


def test_a_ticket_is_stamped_with_the_brand_that_was_written_to(theirs, leir):
    assert cases.afresh(theirs).brand_id == leir.pk
    assert cases.ticket_of().brand_id is None


def test_an_answer_in_the_thread_by_another_address_changes_no_brand(theirs, leir):
    cases.answered(theirs, brand_id=None)
    assert cases.afresh(theirs).brand_id == leir.pk


def test_a_changed_brand_is_a_fact_with_before_and_after(theirs, leir, ada):
    rebranding.rebrand(theirs, None, by=ada, at=now(), seen=leir.pk)
    assert cases.afresh(theirs).brand_id is None
    fact = cases.last_fact(theirs)
    assert (fact.kind, fact.data["before"], fact.data["after"]) == (
        "tickets.BrandChanged", leir.pk, None,
    )  # fmt: skip
    rebranding.rebrand(theirs, None, by=ada, at=now())
    assert cases.last_fact(theirs).pk == fact.pk


def test_who_saw_another_brand_is_told(theirs, ada):
    with pytest.raises(Conflict):
        rebranding.rebrand(theirs, None, by=ada, at=now(), seen=None)


def test_a_brand_that_was_set_aside_gets_no_tickets(leir, ada, adi):
    ticket = cases.ticket_of()
    branding.set_aside(leir, by=adi, at=now())
    leir.refresh_from_db()
    with pytest.raises(UnableToChange, match="set aside"):
        rebranding.rebrand(ticket, leir, by=ada, at=now())
    with pytest.raises(UnableToChange, match="set aside"):
        starting.start(
            by=ada, at=now(), address="c@x.example", name="", subject="s", body_text="b",
            is_told=True, brand=leir,
        )  # fmt: skip


def test_light_agents_change_no_brand(theirs, lou):
    with pytest.raises(NotAllowed):
        rebranding.rebrand(theirs, None, by=lou, at=now())


def test_a_reply_that_waits_leaves_in_the_name_it_was_written_in(theirs, ada):
    replying.reply(theirs, by=ada, at=now(), body_html="<p>Hi</p>", undo_seconds=30)
    with pytest.raises(UnableToChange, match="in the name of Leirplass"):
        rebranding.rebrand(theirs, None, by=ada, at=now())


def test_an_agent_opens_a_ticket_for_a_brand(leir, ada):
    ticket = starting.start(
        by=ada, at=now(), address="c@x.example", name="", subject="s", body_text="b",
        is_told=True, brand=leir,
    )  # fmt: skip
    assert ticket.brand_id == leir.pk


def test_what_is_split_off_stays_with_its_brand(theirs, leir, ada):
    second = cases.answered(theirs, text="And another thing")
    new = splitting.split(theirs, message_ids=[second.pk], subject="x", by=ada, at=now())
    assert new.brand_id == leir.pk


def test_two_brands_are_merged_only_when_it_is_meant(theirs, leir, ada):
    ours = cases.ticket_of(subject="Bought tent")
    with pytest.raises(merging.AcrossBrands, match="belongs to Leirplass"):
        merging.merge(theirs, into=ours, by=ada, at=now())
    assert cases.afresh(theirs).merged_into_id is None
    merging.merge(theirs, into=ours, by=ada, at=now(), is_across=True)
    assert cases.afresh(ours).brand_id is None
    assert cases.afresh(theirs).merged_into_id == ours.pk


def test_a_waiting_reply_never_leaves_in_another_brand_s_name_by_a_merge(theirs, ada):
    ours = cases.ticket_of(subject="Bought tent")
    replying.reply(theirs, by=ada, at=now(), body_html="<p>Hi</p>", undo_seconds=30)
    with pytest.raises(UnableToChange, match="still waits to be sent"):
        merging.merge(theirs, into=ours, by=ada, at=now(), is_across=True)
    assert cases.afresh(theirs).merged_into_id is None


def test_a_list_is_narrowed_to_a_brand(theirs, leir, ada):
    ours = cases.ticket_of(subject="Bought tent")

    def numbers(**wish):
        return [row.id for row in listing.page(ada, OPEN, **wish).rows]

    assert numbers() == [ours.pk, theirs.pk]
    assert numbers(brand=leir.pk) == [theirs.pk]
    assert numbers(brand=0) == [ours.pk]
    assert numbers(brand=leir.pk, text="bought") == []
    found = exporting.export_list(OPEN, by=ada, at=now(), brand=leir.pk)
    assert [(row["id"], row["brand"]) for row in found.rows] == [(theirs.pk, "Leirplass")]
    assert queries.unsolved_by_brand() == {0: 1, leir.pk: 1}


def test_the_list_of_a_brand_is_read_from_its_index(theirs, leir, ada):
    sql, params, _ = listing._page_sql(ada, OPEN, "newest", brand=leir.pk)
    with connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off")
        cursor.execute("set local enable_bitmapscan = off")
        cursor.execute("set local enable_sort = off")
        cursor.execute(f"explain {sql}", params)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "ticket_brand" in plan, plan


def test_conditions_look_at_the_brand(theirs, leir):
    ours = cases.ticket_of(subject="Bought tent")
    found = pictures.pictures_of([theirs.pk, ours.pk])
    wish = checking.check({"field": "brand", "is": "any_of", "value": [str(leir.pk)]})
    fits = [evaluating.fits(wish, found[one.pk], at=now()) for one in (theirs, ours)]
    assert fits == [True, False]
    own = checking.check({"field": "brand", "is": "any_of", "value": ["0"]})
    assert evaluating.fits(own, found[ours.pk], at=now())
    assert wording.sentence(wish) == "the brand is Leirplass"
    with pytest.raises(checking.BadCondition, match="not there"):
        checking.check({"field": "brand", "is": "any_of", "value": ["987"]})
