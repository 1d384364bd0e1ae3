"""The demo goes as a whole, and nothing else goes."""

import pytest
from django.apps import apps
from django.core.files.storage import storages

from foredesk.channels.models import Mailbox
from foredesk.demo import company, loading, queries, removing
from foredesk.files import storing
from foredesk.files.models import Blob
from foredesk.logbook.actors import SYSTEM
from foredesk.logbook.models import Entry
from foredesk.people.inviting import add_agent
from foredesk.people.models import Agent, Customer, Organisation, Team, Workspace
from foredesk.plumbing.clock import now
from foredesk.tickets import assigning, merging, noting, receiving, starting
from foredesk.tickets.arrivals import Address, InboundFile, InboundMessage
from foredesk.tickets.models import Message, Ticket

FEW = 160

pytestmark = pytest.mark.django_db


@pytest.fixture
def loaded(db):
    loading.load(at=now(), arrivals=FEW)


def mail(address, *, references=(), files=()):
    inbound = InboundMessage(
        channel="email",
        account="1",
        external_id=f"{Message.objects.count()}@own.example",
        author=Address(address, "Olga Own"),
        at=now(),
        subject="A real question",
        text="Can you help me?",
        references=references,
        files=files,
    )
    return receiving.receive(inbound, at=now())


def own_admin():
    return add_agent(
        email="olaf@own.example", name="Olaf", role="admin", by=SYSTEM, at=now(), password=None
    )


def rows():
    """How many rows there are in every table of ours."""
    return {
        model._meta.label: model._default_manager.count()
        for model in apps.get_models()
        if model.__module__.startswith("foredesk")
    }


def test_a_desk_is_as_before_when_the_demo_is_gone():
    before = rows()
    loading.load(at=now(), arrivals=FEW)
    assert queries.is_loaded()
    blobs = list(Blob.objects.values_list("pk", flat=True))
    said = removing.remove(at=now())
    assert said.startswith("The demo is gone: ")
    assert "kept" not in said
    after = rows()
    after.pop("people.Workspace"), before.pop("people.Workspace")
    assert after == before
    assert not queries.is_loaded()
    assert not any(storages["blobs"].exists(storing.path_of(pk)) for pk in blobs)
    workspace = Workspace.objects.get()
    assert (workspace.name, workspace.set_up_at, workspace.demo_loaded_at) == (
        "Foredesk",
        None,
        None,
    )


def test_what_others_made_stays(loaded):
    olaf = own_admin()
    olaf.teams.add(Team.objects.get(name=company.PAYMENTS))
    mira = Agent.objects.get(email=company.MAIN_EMAIL)
    blob = storing.keep(b"a file of our own")
    file = InboundFile(blob.pk, blob.size, "own.txt", "text/plain")
    own = mail("olga@own.example", files=(file,)).ticket
    assigning.assign(own, mira, by=olaf, at=now())
    noting.note(own, by=mira, body_html="<p>Looks real.</p>", at=now())
    amara = Customer.objects.get(identities__value="amara.okafor@mail.example")
    for_amara = starting.start(
        by=olaf,
        at=now(),
        address="amara.okafor@mail.example",
        name="",
        subject="We called you",
        body_text="Please call back.",
        is_told=False,
    )
    answered = Message.objects.filter(
        ticket__subject="Is the Ridgeline tent back in stock soon?"
    ).last()
    wrote_into = mail("olga@own.example", references=(answered.external_id,)).ticket
    absorbing = Ticket.objects.get(subject="Wrong size boots, exchange without the box?")
    merged = merging.merge(mail("olga@own.example").ticket, into=absorbing, by=olaf, at=now())

    said = removing.remove(at=now())

    assert "kept" in said
    assert "2 tickets" in said
    left = set(Ticket.objects.filter(merged_into=None).values_list("pk", flat=True))
    assert left == {own.pk, for_amara.pk, wrote_into.pk, merged.pk}
    own.refresh_from_db()
    assert own.assignee_id is None
    assert Entry.objects.filter(about_kind="ticket", about_id=own.pk).last().kind == (
        "tickets.TicketAssigned"
    )
    note = own.messages.get(is_public=False)
    assert (note.agent_id, note.author_name) == (None, "Mira Lindqvist")
    assert Customer.objects.filter(pk=amara.pk, is_demo=False).exists()
    assert list(Agent.objects.all()) == [olaf]
    assert [team.name for team in olaf.teams.all()] == [company.PAYMENTS]
    assert storages["blobs"].exists(storing.path_of(blob.pk))
    assert not queries.is_loaded()
    assert not any(
        model._default_manager.filter(is_demo=True).exists() for model in removing.MARKED
    )


def test_every_marked_table_is_known():
    marked = {
        model for model in apps.get_models() if any(f.name == "is_demo" for f in model._meta.fields)
    }
    assert marked == set(removing.MARKED)


def test_a_connected_mailbox_stays(loaded):
    Mailbox.objects.filter(address="help@halden.example").update(imap_host="imap.own.example")
    removing.remove(at=now())
    assert [box.address for box in Mailbox.objects.all()] == ["help@halden.example"]


def test_nobody_is_locked_out(loaded):
    add_agent(email="a@own.example", name="A", role="agent", by=SYSTEM, at=now(), password=None)
    with pytest.raises(removing.UnableToRemove, match="admin first"):
        removing.remove(at=now())
    assert queries.is_loaded()


def test_an_organisation_of_an_own_customer_stays(loaded):
    company_of_olga = Organisation.objects.first()
    mail("olga@own.example")
    Customer.objects.filter(identities__value="olga@own.example").update(
        organisation=company_of_olga
    )
    removing.remove(at=now())
    assert list(Organisation.objects.all()) == [company_of_olga]


def test_there_must_be_a_demo_to_remove(db):
    with pytest.raises(removing.UnableToRemove, match="no demo"):
        removing.remove(at=now())
