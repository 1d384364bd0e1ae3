"""Status, assignee, team, priority, subject, tags: each change is a fact, and is made once."""

import pytest

from foredesk.logbook.actors import SYSTEM, Actor
from foredesk.people.models import Team
from foredesk.people.permissions import NotAllowed
from foredesk.plumbing.clock import now
from foredesk.tickets import (
    assigning,
    closing,
    merging,
    prioritising,
    progressing,
    renaming,
    snoozing,
    spamming,
    tagging,
)
from foredesk.tickets.conflicts import Conflict, UnableToChange
from foredesk.tickets.locking import TicketGone
from foredesk.tickets.models import Ticket
from foredesk.tickets.tests.cases import afresh, answered, facts, last_fact, state, ticket_of

pytestmark = pytest.mark.django_db

STATUSES = [
    # from, to, facts that it makes
    ("new", "open", ["StatusChanged"]),
    ("new", "pending", ["StatusChanged"]),
    ("new", "solved", ["StatusChanged", "TicketSolved"]),
    ("open", "on_hold", ["StatusChanged"]),
    ("open", "open", []),
    ("pending", "open", ["StatusChanged"]),
    ("on_hold", "solved", ["StatusChanged", "TicketSolved"]),
    ("solved", "open", ["StatusChanged", "TicketReopened"]),
    ("solved", "pending", ["StatusChanged", "TicketReopened"]),
    ("solved", "solved", []),
]


@pytest.mark.parametrize(("before", "after", "made"), STATUSES)
def test_a_status_makes_its_facts(ticket, ada, before, after, made):
    if before != "new":
        progressing.set_status(ticket, before, by=ada, at=now())
    known = len(facts(ticket))
    at = now()
    row = progressing.set_status(ticket, after, by=ada, at=at)
    assert afresh(ticket).status == row.status == after
    assert facts(ticket)[known:] == made
    if "TicketSolved" in made:
        assert (row.solved_at, row.waiting_since) == (at, None)
    if made:
        data = last_fact(ticket).data
        assert data["before"] == before


@pytest.mark.parametrize("bad", ["closed", "", "merged", "NEW", "open ", "\x00", "x" * 9000])
def test_what_is_no_status_to_set_is_refused(ticket, ada, bad):
    with pytest.raises(UnableToChange, match="not a status to set"):
        progressing.set_status(ticket, bad, by=ada, at=now())


def test_a_ticket_that_was_worked_on_is_never_new_again(ticket, ada):
    progressing.set_status(ticket, "open", by=ada, at=now())
    with pytest.raises(UnableToChange, match="can't be new again"):
        progressing.set_status(ticket, "new", by=ada, at=now())


def test_solving_again_is_known_to_be_a_second_time(ticket, ada):
    for status in ("solved", "open", "solved"):
        progressing.set_status(ticket, status, by=ada, at=now())
    assert last_fact(ticket).data["is_first"] is False


def test_setting_a_status_wakes_a_snoozed_ticket(ticket, ada):
    at = now()
    snoozing.snooze(ticket, until=at.replace(year=at.year + 1), by=ada, at=at)
    assert progressing.set_status(ticket, "open", by=ada, at=now()).snoozed_until is None


def test_closing_is_for_good_and_happens_once(ticket, ada):
    at = now()
    row = closing.close(ticket, by=ada, at=at)
    assert (row.status, row.closed_at, row.waiting_since) == ("closed", at, None)
    known = facts(ticket)
    assert known[-2:] == ["StatusChanged", "TicketClosed"]
    closing.close(ticket, by=ada, at=now())
    assert facts(ticket) == known
    assert afresh(ticket).closed_at == at


def test_giving_taking_and_letting_go(ticket, ada, lea):
    assigning.assign(ticket, ada, by=lea, at=now())
    assert last_fact(ticket).data == {
        "ticket_id": ticket.pk, "team_id": None, "assignee_id": ada.pk,
        "before": None, "after": ada.pk,
    }  # fmt: skip
    assigning.assign(ticket, ada, by=lea, at=now())
    assert facts(ticket).count("TicketAssigned") == 1
    assert assigning.assign(ticket, None, by=ada, at=now()).assignee_id is None
    assert last_fact(ticket).data["before"] == ada.pk


def test_who_can_not_take_tickets_gets_none(ticket, ada, lou, lea):
    lea.is_active = False
    for person in (lou, lea):
        with pytest.raises(UnableToChange, match="can't take tickets"):
            assigning.assign(ticket, person, by=ada, at=now())


def test_a_team_of_others_takes_it_off_its_assignee(ticket, ada, payments, orders):
    assigning.assign(ticket, ada, by=ada, at=now())
    assigning.hand_to(ticket, payments, by=ada, at=now())
    assert afresh(ticket).assignee_id == ada.pk
    row = assigning.hand_to(ticket, orders, by=ada, at=now())
    assert (row.team_id, row.assignee_id) == (orders.pk, None)
    assert facts(ticket)[-2:] == ["TeamChanged", "TicketAssigned"]
    known = facts(ticket)
    assigning.hand_to(ticket, orders, by=ada, at=now())
    assert facts(ticket) == known


def test_out_of_every_team_keeps_the_assignee(ticket, ada, payments):
    assigning.hand_to(ticket, payments, by=ada, at=now())
    assigning.assign(ticket, ada, by=ada, at=now())
    row = assigning.hand_to(ticket, None, by=ada, at=now())
    assert (row.team_id, row.assignee_id) == (None, ada.pk)


@pytest.mark.parametrize("bad", [0, 5, -1, 99, 10**12])
def test_a_priority_is_one_of_four(ticket, ada, bad):
    with pytest.raises(UnableToChange, match="low, normal, high or urgent"):
        prioritising.prioritise(ticket, bad, by=ada, at=now())


def test_a_priority_is_set_once(ticket, ada):
    for _ in range(2):
        prioritising.prioritise(ticket, 4, by=ada, at=now())
    assert facts(ticket).count("PriorityChanged") == 1
    assert last_fact(ticket).data["before"] == 2


SUBJECTS = [
    ("kept", "A new one", "A new one"),
    ("space is joined", "  a \n\t b ", "a b"),
    ("250 characters", "x" * 400, "x" * 250),
    ("any script", "Où est ma tente ? テント", "Où est ma tente ? テント"),
]


@pytest.mark.parametrize(("name", "given", "stored"), SUBJECTS, ids=[c[0] for c in SUBJECTS])
def test_a_subject(ticket, ada, name, given, stored):
    renaming.rename(ticket, given, by=ada, at=now())
    assert afresh(ticket).subject == stored
    assert last_fact(ticket).data["before"] == "Tent"
    known = facts(ticket)
    renaming.rename(ticket, given, by=ada, at=now())
    assert facts(ticket) == known


@pytest.mark.parametrize("empty", ["", "  ", "\n"])
def test_a_ticket_needs_a_subject(ticket, ada, empty):
    with pytest.raises(UnableToChange, match="needs a subject"):
        renaming.rename(ticket, empty, by=ada, at=now())


TAGS = [
    ("lower case", "Refund", "refund"),
    ("words are joined", " late  parcel ", "late-parcel"),
    ("signs", "v1.2/x+y", "v1.2/x+y"),
    ("any script", "Größe", "größe"),
]


@pytest.mark.parametrize(("name", "given", "stored"), TAGS, ids=[case[0] for case in TAGS])
def test_a_tag_as_it_is_stored_and_removed(ticket, ada, name, given, stored):
    assert tagging.change_tags(ticket, add=[given, given], by=ada, at=now()).tags == [stored]
    assert last_fact(ticket).data["added"] == [stored]
    assert tagging.change_tags(ticket, remove=[given], by=ada, at=now()).tags == []
    assert last_fact(ticket).data["removed"] == [stored]


@pytest.mark.parametrize("bad", ["", "-x", "a,b", "<b>", "x" * 49, "a\x00b", "#1", "\u202eabc"])
def test_what_can_not_be_a_tag(ticket, ada, bad):
    with pytest.raises(UnableToChange, match="can't be a tag"):
        tagging.change_tags(ticket, add=["fine", bad], by=ada, at=now())
    assert afresh(ticket).tags == []


def test_two_peoples_tags_add_up_and_nothing_new_is_no_fact(ticket, ada, lea):
    stale = Ticket.objects.get(pk=ticket.pk)
    tagging.change_tags(ticket, add=["one"], by=ada, at=now())
    tagging.change_tags(stale, add=["two"], by=lea, at=now())
    assert afresh(ticket).tags == ["one", "two"]
    known = facts(ticket)
    tagging.change_tags(ticket, add=["two"], remove=["three"], by=lea, at=now())
    assert facts(ticket) == known


def test_thirty_tags_at_most(ticket, ada):
    tagging.change_tags(ticket, add=[f"t{i}" for i in range(30)], by=ada, at=now())
    with pytest.raises(UnableToChange, match="30 tags"):
        tagging.change_tags(ticket, add=["one-more"], by=ada, at=now())
    tagging.change_tags(ticket, add=["one-more"], remove=["t0"], by=ada, at=now())


def test_spam_and_back_with_everything_it_had(ticket, ada):
    tagging.change_tags(ticket, add=["kept"], by=ada, at=now())
    before = state(ticket)
    for _ in range(2):
        spamming.mark_as_spam(ticket, by=ada, at=now())
    assert afresh(ticket).is_spam
    for _ in range(2):
        spamming.restore_from_spam(ticket, by=ada, at=now())
    assert state(ticket) == before
    assert facts(ticket)[-2:] == ["MarkedAsSpam", "RestoredFromSpam"]


# the same for all of them

CHANGES = {
    "status": lambda t, by, **more: progressing.set_status(t, "pending", by=by, at=now(), **more),
    "assignee": lambda t, by, **more: assigning.assign(t, by, by=by, at=now(), **more),
    "priority": lambda t, by, **more: prioritising.prioritise(t, 4, by=by, at=now(), **more),
    "subject": lambda t, by, **more: renaming.rename(t, "Mine", by=by, at=now(), **more),
    "tags": lambda t, by: tagging.change_tags(t, add=["mine"], by=by, at=now()),
    "snooze": lambda t, by: snoozing.snooze(
        t, until=now().replace(year=now().year + 1, day=1), by=by, at=now()
    ),
}
OTHERS = {
    "status": lambda t, by: progressing.set_status(t, "on_hold", by=by, at=now()),
    "assignee": lambda t, by: assigning.assign(t, by, by=by, at=now()),
    "priority": lambda t, by: prioritising.prioritise(t, 1, by=by, at=now()),
    "subject": lambda t, by: renaming.rename(t, "Theirs", by=by, at=now()),
}
SEEN = {"status": "new", "assignee": None, "priority": 2, "subject": "Tent"}


@pytest.mark.parametrize("what", SEEN)
def test_the_second_of_two_is_told_and_nothing_is_overwritten(ticket, ada, lea, what):
    OTHERS[what](ticket, lea)
    before = state(ticket)
    with pytest.raises(Conflict) as told:
        CHANGES[what](ticket, ada, seen=SEEN[what])
    assert told.value.what == what
    assert what in str(told.value)
    assert state(ticket) == before


@pytest.mark.parametrize("what", SEEN)
def test_wanting_what_the_other_did_is_no_conflict(ticket, ada, what):
    CHANGES[what](ticket, ada)
    CHANGES[what](ticket, ada, seen=SEEN[what])


def test_a_team_that_changed_meanwhile_is_a_conflict(ticket, ada, lea, payments, orders):
    assigning.hand_to(ticket, orders, by=lea, at=now())
    with pytest.raises(Conflict):
        assigning.hand_to(ticket, payments, by=ada, at=now(), seen=None)


@pytest.mark.parametrize("what", [*CHANGES, "close", "spam", "wake", "team"])
def test_light_agents_change_nothing(ticket, lou, what):
    more = {
        "close": lambda t, by: closing.close(t, by=by, at=now()),
        "spam": lambda t, by: spamming.mark_as_spam(t, by=by, at=now()),
        "wake": lambda t, by: snoozing.wake(t, by=by, at=now()),
        "team": lambda t, by: assigning.hand_to(t, None, by=by, at=now()),
    }
    before = state(ticket)
    with pytest.raises(NotAllowed, match="Light agents"):
        (CHANGES | more)[what](ticket, lou)
    assert state(ticket) == before


@pytest.mark.parametrize("what", CHANGES)
@pytest.mark.parametrize("end", ["closed", "merged"])
def test_a_ticket_whose_work_is_over_is_not_changed(ticket, ada, what, end):
    if end == "closed":
        closing.close(ticket, by=ada, at=now())
    else:
        merging.merge(ticket, into=ticket_of(), by=ada, at=now())
    before = state(ticket)
    with pytest.raises(UnableToChange):
        CHANGES[what](ticket, ada)
    assert state(ticket) == before


def test_a_ticket_that_is_gone_is_said_to_be_gone(ada):
    with pytest.raises(TicketGone, match="no ticket #77"):
        progressing.set_status(Ticket(pk=77), "open", by=ada, at=now())


def test_rules_and_the_system_change_tickets_under_their_own_name(ticket):
    progressing.set_status(ticket, "open", by=SYSTEM, at=now())
    assert (last_fact(ticket).actor_kind, last_fact(ticket).actor_name) == ("system", "Foredesk")
    prioritising.prioritise(ticket, 4, by=Actor("rule", 3, "Urgent words"), at=now())
    assert (last_fact(ticket).actor_kind, last_fact(ticket).actor_id) == ("rule", 3)


def test_a_customers_answer_reopens_but_a_new_ticket_stays_new(ticket, ada):
    answered(ticket)
    assert afresh(ticket).status == "new"
    progressing.set_status(ticket, "on_hold", by=ada, at=now())
    answered(ticket)
    assert afresh(ticket).status == "open"


def test_a_removed_team_leaves_its_tickets(ticket, ada):
    team = Team.objects.create(name="Gone soon")
    assigning.hand_to(ticket, team, by=ada, at=now())
    team.delete()
    assert afresh(ticket).team_id is None
