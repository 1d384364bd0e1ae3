"""Each action on a ticket: what it does, what it leaves as it is, what it can't do."""

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from foredesk.automations import actions, stepping
from foredesk.automations.actions.contract import Doing
from foredesk.automations.tests.cases import active, leaf, macro, template, trigger
from foredesk.channels import answering_as, mailboxes
from foredesk.logbook.actors import SYSTEM, Actor
from foredesk.logbook.models import Entry
from foredesk.people import branding
from foredesk.people.models import Team
from foredesk.plumbing.clock import now
from foredesk.tickets import assigning, prioritising, replying
from foredesk.tickets.conditions.pictures import pictures_of
from foredesk.tickets.conflicts import UnableToChange
from foredesk.tickets.tests import cases

pytestmark = pytest.mark.django_db
RULE = Actor("rule", 1, "Rule")


def done(ticket, *steps):
    plain = stepping.check(list(steps))
    return stepping.run_all(plain, cases.afresh(ticket), Doing(by=RULE, at=now(), of="Rule"))


def foreseen(ticket, step):
    return stepping.preview(step, pictures_of([ticket.pk])[ticket.pk])


@pytest.mark.parametrize(
    ("step", "did", "preview"),
    [
        ({"do": "priority", "to": "4"}, "set the priority to Urgent", "Urgent"),
        ({"do": "status", "to": "on_hold"}, "set it to On hold", "On hold"),
        ({"do": "add_tags", "tags": "VIP, Big order"}, "added vip, big-order", "+ vip, big-order"),
        ({"do": "copy", "address": "boss@x.example"}, "put boss@x.example in copy",
         "boss@x.example in copy"),
        ({"do": "snooze", "days": "1"}, "snoozed it for 1 day", "Snoozed"),
        ({"do": "status", "to": "closed"}, "closed it", "Closed"),
    ],
)  # fmt: skip
def test_it_is_done_once_and_foreseen(step, did, preview):
    ticket = cases.ticket_of()
    assert foreseen(ticket, step) == preview
    assert done(ticket, step) == [did]
    if step["do"] != "snooze":
        assert done(ticket, step) == []


def test_teams_and_people(ada, ben, payments):
    ticket = cases.ticket_of()
    team, nobody = {"do": "team", "to": str(payments.pk)}, {"do": "team", "to": "none"}
    last = {"do": "assignee", "to": "last"}
    assert done(ticket, last) == []
    assert done(ticket, team, {"do": "assignee", "to": str(ada.pk)}) == [
        "handed it to Payments", "gave it to Ada",
    ]  # fmt: skip
    replying.reply(ticket, by=ada, at=now(), body_html="<p>Hello</p>")
    assigning.assign(cases.afresh(ticket), None, by=ben, at=now())
    assert done(ticket, last) == ["gave it to Ada"]
    assert done(ticket, {"do": "assignee", "to": "none"}, nobody) == [
        "took it from its assignee", "took it out of its team",
    ]  # fmt: skip
    assert foreseen(ticket, team) == "Payments"


def test_tags_go(ada):
    ticket = cases.ticket_of()
    done(ticket, {"do": "add_tags", "tags": "a, b"})
    assert foreseen(ticket, {"do": "remove_tags", "tags": "b, c"}) == "− b"
    assert done(ticket, {"do": "remove_tags", "tags": "b, c"}) == ["removed b"]


def test_people_are_told_by_mail(ada, ben, lea, payments):
    ticket = cases.ticket_of()
    assert done(ticket, {"do": "tell", "to": "assignee"}) == [
        "told nobody: there is nobody to tell"
    ]
    said = done(ticket, {"do": "tell", "to": f"team-{payments.pk}"},
                {"do": "tell", "to": f"agent-{lea.pk}"})  # fmt: skip
    assert said == ["told Ada", "told Lea"]
    jobs = ProcrastinateJob.objects.filter(task_name="channels.notify")
    assert [(one.args["agent_id"], one.args["why"], one.args["said"]) for one in jobs] == [
        (ada.pk, "rule", "Rule"), (lea.pk, "rule", "Rule"),
    ]  # fmt: skip


def test_a_macro_is_run_by_a_rule(mailbox_of_shop, hear):
    found = macro(SYSTEM, steps=[{"do": "priority", "to": "3"}], then="pending")
    active(trigger("Run it", steps=[{"do": "macro", "macro": str(found.pk)}]))
    ticket = cases.ticket_of(verdict="pass")
    hear()
    row = cases.afresh(ticket)
    assert (row.priority, row.status) == (3, "pending")
    assert ticket.messages.get(author_kind="system").body_text == "Hello Cleo"


def test_each_action_has_words_for_its_slots_and_a_place_in_the_list():
    found = actions.all_actions()
    assert next(iter(found)) == "priority"
    for action in found.values():
        named = [one.name for one in stepping.pieces(action) if not isinstance(one, str)]
        assert named == [one.name for one in action.slots]


def test_what_went_is_said_in_the_sentence(payments):
    step = {"do": "team", "to": str(payments.pk)}
    kept = template()
    assert stepping.sentence(step) == "hand it to the team Payments"
    Team.objects.all().delete()
    kept.delete()
    from foredesk.people import directory

    directory.forget()
    assert stepping.sentence(step) == "hand it to the team something removed"
    assert stepping.sentence({"do": "gone"}) == "something that is not there any more"
    assert stepping.problems([step, {"do": "reply", "template": str(kept.pk or 1)}]) == [
        "Choose: Team. What was chosen is not there (any more).",
        "Choose: Template. What was chosen is not there (any more).",
    ]


def test_a_ticket_is_given_to_a_brand_that_can_answer(adi, ada, mailbox_of_shop):
    leir = branding.add(name="Leirplass", by=adi, at=now())
    ticket, step = cases.ticket_of(), {"do": "brand", "to": str(leir.pk)}
    assert stepping.sentence(step) == "give it to the brand Leirplass"
    assert foreseen(ticket, step) == "Leirplass"
    with pytest.raises(UnableToChange, match="Leirplass has no mailbox"):
        done(ticket, step)
    mailboxes.add(address="hei@leir.example", brand=leir.pk, by=adi, at=now())
    assert done(ticket, step) == ["gave it to the brand Leirplass"]
    assert (done(ticket, step), foreseen(ticket, step)) == ([], "")
    replying.reply(cases.afresh(ticket), by=ada, at=now(), body_html="<p>Hi</p>")
    with pytest.raises(UnableToChange, match="still waits to be sent"):
        done(ticket, {"do": "brand", "to": "0"})
    fact = Entry.objects.get(kind="tickets.BrandChanged")
    assert (fact.data["before"], fact.data["after"], fact.actor_kind) == (None, leir.pk, "rule")


def test_a_rule_hears_of_another_brand_and_of_the_one_before(hear, adi, mailbox_of_shop):
    leir = branding.add(name="Leirplass", by=adi, at=now())
    mailboxes.add(address="hei@leir.example", brand=leir.pk, by=adi, at=now())
    before = [leaf("was_brand", "any_of", ["0"])]
    active(trigger(on=("brand",), conditions=before, steps=[{"do": "priority", "to": "4"}]))
    ticket = cases.ticket_of()
    answering_as.answer_as(ticket, leir, by=adi, at=now())
    hear()
    assert cases.afresh(ticket).priority == 4
    answering_as.answer_as(ticket, None, by=adi, at=now())
    prioritising.prioritise(cases.afresh(ticket), 2, by=adi, at=now())
    hear()
    assert cases.afresh(ticket).priority == 2
