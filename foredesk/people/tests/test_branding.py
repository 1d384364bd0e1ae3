"""Brands: added, changed, set aside; the organisation itself is always one."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from foredesk.logbook.models import Entry
from foredesk.people import branding, directory, queries, setting_up
from foredesk.people.permissions import NotAllowed
from foredesk.plumbing.clock import now

pytestmark = pytest.mark.django_db


def test_a_desk_has_one_brand_and_no_choice():
    [own] = queries.brands()
    assert (own.id, own.name) == (0, queries.workspace().name)
    assert queries.brands_in_use() == []
    assert queries.brand_card(None) == queries.brand_card(99) == own


def test_add_change_set_aside_bring_back_are_recorded(adi):
    brand = branding.add(name="  Leirplass   Rental ", short_name="Leir", by=adi, at=now())
    assert (brand.name, brand.short_name) == ("Leirplass Rental", "Leir")
    assert [one.name for one in queries.brands_in_use()] == ["Foredesk", "Leirplass Rental"]
    branding.change(brand, name="Leirplass", from_name="{brand} crew", by=adi, at=now())
    branding.change(brand, name="Leirplass", from_name="{brand} crew", by=adi, at=now())
    changed = Entry.objects.get(kind="people.BrandChanged")
    assert changed.data["before"] == {"name": "Leirplass Rental", "short_name": "Leir",
                                      "from_name": ""}  # fmt: skip
    assert queries.brand_card(brand.pk).fill("{brand} crew", agent="A", workspace="W") == (
        "Leirplass crew"
    )
    branding.set_aside(brand, by=adi, at=now())
    assert queries.brands_in_use() == []
    assert queries.brand_card(brand.pk).name == "Leirplass"
    branding.bring_back(brand, by=adi, at=now())
    assert len(queries.brands_in_use()) == 2
    kinds = Entry.objects.filter(about_kind="brand").order_by("id").values_list("kind", flat=True)
    assert [kind.removeprefix("people.Brand") for kind in kinds] == [
        "Added", "Changed", "SetAside", "BroughtBack",
    ]  # fmt: skip


def test_what_a_brand_does_not_say_the_organisation_says(adi):
    brand = branding.add(name="Leirplass", by=adi, at=now())
    card = queries.brand_card(brand.pk)
    assert (card.from_name, card.language) == ("{agent} at {brand}", queries.workspace().language)
    setting_up.change_workspace(
        name="Halden", language="en", time_zone="UTC", from_name="{agent}, {workspace}",
        signature_html="<p>Halden AS</p>", by=adi, at=now(),
    )  # fmt: skip
    own = queries.brand_card(None)
    assert (own.from_name, own.signature_html) == ("{agent}, {workspace}", "<p>Halden AS</p>")


@pytest.mark.parametrize(
    ("given", "field", "sentence"),
    [
        ({"name": " "}, "name", "Give the brand a name"),
        ({"name": "x" * 81}, "name", "80 characters"),
        ({"name": "foredesk"}, "name", "organisation itself"),
        ({"name": "LEIRPLASS"}, "name", "already a brand"),
        ({"name": "Other", "short_name": "leir"}, "short_name", "already a brand"),
        ({"name": "Other", "short_name": "x" * 21}, "short_name", "20 characters"),
        ({"name": "Other", "from_name": "{password}"}, "from_name", "Only {agent}"),
        ({"name": "Other", "language": "xx"}, "language", "not a language"),
        ({"name": "Other", "hue": 8}, "hue", "one of the colours"),
    ],
)
def test_what_can_not_be(adi, given, field, sentence):
    branding.add(name="Leirplass", short_name="Leir", by=adi, at=now())
    with pytest.raises(branding.BadBrand, match=sentence) as refused:
        branding.add(**given, by=adi, at=now())
    assert refused.value.field == field
    assert len(queries.brands()) == 2


def test_only_admins_change_brands(ada, adi):
    brand = branding.add(name="Leirplass", by=adi, at=now())
    for change in (
        lambda: branding.add(name="Other", by=ada, at=now()),
        lambda: branding.change(brand, name="Other", by=ada, at=now()),
        lambda: branding.set_aside(brand, by=ada, at=now()),
    ):
        with pytest.raises(NotAllowed):
            change()


def test_the_directory_asks_no_more_for_brands(adi):
    """Workspace and brands are one question."""
    for name in ("A", "B", "C"):
        branding.add(name=name, by=adi, at=now())
    directory.forget()
    with CaptureQueriesContext(connection) as asked:
        assert len(queries.brands()) == 4
    assert len(asked) == 3  # teams, agents, workspace
