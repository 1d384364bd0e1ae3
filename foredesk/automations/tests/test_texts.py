"""Macros, follow-ups, warnings before closing: what is said, to whom, and what ends it."""

from datetime import timedelta

import pytest

from foredesk.automations import applying, following_up, queries, writing_texts
from foredesk.automations.models import Following, Macro
from foredesk.automations.tests.cases import active, macro, template, trigger
from foredesk.logbook.actors import SYSTEM
from foredesk.people.permissions import NotAllowed
from foredesk.people.refusing import Refused
from foredesk.plumbing.clock import now
from foredesk.tickets import progressing
from foredesk.tickets.conflicts import UnableToChange
from foredesk.tickets.models import Ticket
from foredesk.tickets.tests import cases

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_a_macro_does_its_steps_at_once_and_fills_the_composer(ada, payments):
    found = macro(
        SYSTEM, text="Hello {{ customer.first_name | there }},\n\nit is {{ agent.first_name }}.",
        steps=[{"do": "priority", "to": "3"}, {"do": "add_tags", "tags": "refund"}], then="solved",
    )  # fmt: skip
    ticket = cases.ticket_of(name="<b>Cleo</b> Client")
    applied = applying.apply(found, ticket, by=ada, at=now())
    assert applied.html == "<p>Hello &lt;b&gt;Cleo&lt;/b&gt;,</p><p>it is Ada.</p>"
    assert (applied.then, applied.did) == ("solved", ("set the priority to High", "added refund"))
    row = cases.afresh(ticket)
    assert (row.priority, row.tags, row.status) == (3, ["refund"], "new")
    assert cases.facts(ticket)[-3:] == [
        "automations.MacroApplied",
        "PriorityChanged",
        "TagsChanged",
    ]
    found.refresh_from_db()
    assert found.uses == 1


def test_a_macro_that_can_not_be_done_does_nothing(ada, payments):
    found = macro(
        SYSTEM, steps=[{"do": "priority", "to": "3"}, {"do": "team", "to": str(payments.pk)}]
    )
    payments.delete()
    ticket = cases.ticket_of()
    with pytest.raises(UnableToChange, match="team"):
        applying.apply(found, ticket, by=ada, at=now())
    assert cases.afresh(ticket).priority == 2
    found.refresh_from_db()
    assert found.uses == 0


def test_who_sees_and_writes_which_macros(ada, ben, lea, lou, payments, orders):
    mine = macro(ada, "Mine", scope="personal")
    team = macro(lea, "Team", scope="team", team=payments.pk)
    everybodys = macro(lea, "All")
    Macro.objects.filter(pk=everybodys.pk).update(uses=3)
    assert [one.name for one in queries.macros(ada)] == ["All", "Mine", "Team"]
    assert [one.name for one in queries.macros(ben)] == ["All"]
    assert queries.macro(ben, mine.pk) is None
    for agent, found in ((ada, team), (ada, everybodys), (lea, mine)):
        with pytest.raises(NotAllowed):
            writing_texts.save_macro(
                found, {"name": "x", "scope": found.scope, "team": payments.pk,
                        "texts": {"en": {"text": "x"}}}, by=agent, at=now(),
            )  # fmt: skip
    with pytest.raises(NotAllowed):
        macro(ada, scope="all")
    with pytest.raises(NotAllowed):
        macro(lou, scope="personal")
    with pytest.raises(NotAllowed):
        applying.apply(everybodys, cases.ticket_of(), by=lou, at=now())


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"name": ""}, "name"),
        ({"name": "x", "texts": {}}, "text or add a step"),
        ({"name": "x", "texts": {"en": {"text": "{{ x }}"}}}, "English: There is no variable"),
        ({"name": "x", "texts": {"xx": {"text": "a"}}}, "not a language"),
        ({"name": "x", "scope": "team"}, "team"),
        ({"name": "x", "scope": "world"}, "everybody"),
        ({"name": "x", "then": "gone"}, "status"),
        ({"name": "x", "steps": [{"do": "webhook", "url": "https://x.example"}]}, "not there"),
    ],
)
def test_a_macro_that_can_not_be_kept(data, sentence, lea):
    data = {"scope": "all", "texts": {"en": {"text": "x"}}, **data}
    with pytest.raises(Refused, match=sentence):
        writing_texts.save_macro(None, data, by=lea, at=now())


def solved(ada, days=0):
    ticket = cases.ticket_of(at=now() - days * DAY, verdict="pass")
    return progressing.set_status(ticket, "solved", by=ada, at=now() - days * DAY)


def sequence(found):
    return writing_texts.save_sequence(
        None,
        {
            "name": "After a repair",
            "steps": [
                {"do": "mail", "hours": 24, "template": found.pk},
                {"do": "call", "hours": 72, "text": "Ask whether it still works."},
            ],
        },
        by=SYSTEM,
        at=now(),
    )


def test_a_follow_up_writes_then_gives_a_task_to_the_agent(mailbox_of_shop, ada, hear):
    follow = sequence(template())
    rule = trigger(
        "Follow", on=("solved",), steps=[{"do": "follow_up", "sequence": str(follow.pk)}]
    )
    active(rule)
    ticket = cases.ticket_of(verdict="pass")
    from foredesk.tickets import assigning

    assigning.assign(ticket, ada, by=ada, at=now())
    progressing.set_status(ticket, "solved", by=ada, at=now())
    hear()
    at = now()
    assert following_up.do_due(at=at) == 0
    assert following_up.do_due(at=at + DAY) == 1
    assert ticket.messages.filter(author_kind="system").count() == 1
    assert following_up.do_due(at=at + 2 * DAY) == 0
    assert following_up.do_due(at=at + 5 * DAY) == 1
    task = Ticket.objects.get(follow_up_of=ticket)
    assert (task.assignee_id, task.subject) == (ada.pk, "Call Cleo Client: Tent")
    assert "Ask whether it still works." in task.messages.get().body_text
    row = Following.objects.get()
    assert (row.due_at, row.ended_because) == (None, "Its last step is done.")
    assert cases.afresh(ticket).status == "solved"


def test_a_follow_up_ends_when_the_customer_writes(mailbox_of_shop, ada, hear):
    ticket = solved(ada)
    following_up.start(ticket, sequence(template()), by=ada, at=now())
    assert following_up.start(ticket, queries.sequences()[0], by=ada, at=now()) is None
    cases.answered(ticket, is_auto_reply=True)
    hear()
    assert Following.objects.get().due_at is not None
    cases.answered(ticket)
    hear()
    row = Following.objects.get()
    assert (row.due_at, row.ended_because) == (None, "The customer wrote.")
    assert following_up.do_due(at=now() + 30 * DAY) == 0
    assert cases.facts(ticket)[-1] == "automations.FollowUpEnded"
