"""Every measure by hand-worked cases: what starts it, what ends it, what leaves it alone."""

from datetime import UTC, date
from zoneinfo import ZoneInfo

import pytest

from foredesk.analytics.defining import STILL
from foredesk.analytics.measures import MEASURES
from foredesk.analytics.tests.stories import (
    ANNA,
    BEN,
    BOT,
    CLEO,
    OFFICE,
    RULE,
    SYSTEM,
    Story,
    at,
)
from foredesk.sla.hours import Hours

ALL_DAY = Hours(UTC, (((0, 1440),),) * 7)


def by_agent(**data):
    return Story(by=ANNA, assignee_id=1, **data)


# First reply.


@pytest.mark.parametrize(
    ("story", "hours"),
    [
        (Story().asks("09:00").replies("11:00"), [2]),
        (Story().asks("09:00").replies("11:00").replies("12:00"), [2]),
        (Story().asks("09:00").notes("10:00").replies("11:00"), [2]),
        (Story().asks("09:00").replies("10:00", by=BOT).replies("11:00", by=BEN), [2]),
        (Story().asks("09:00").replies("10:00", by=RULE), []),
        (Story().asks("09:00").tell("AutomaticReplyWritten", "10:00", SYSTEM, message_id=7), []),
        (Story().asks("09:00").tell("Acknowledged", "10:00", SYSTEM, message_id=7), []),
        (Story().asks("09:00").turns("10:00", "solved"), []),
        (
            Story().asks("09:00").turns("10:00", "solved").asks("13:00")
            .turns("13:00", "open", by=CLEO).replies("14:00"),
            [5],
        ),
        (by_agent().replies("09:00"), []),
        (by_agent().replies("09:00").replies("15:00"), [6]),
        (by_agent().replies("09:00").asks("12:00").replies("15:00", by=BEN), [6]),
        (by_agent().notes("09:00").replies("10:00"), [1]),
        (by_agent().asks("09:00", by=ANNA, channel="phone").replies("10:30"), [1.5]),
        (Story(by=ANNA, split_from=3).replies("09:00"), [0]),
    ],
    ids=[
        "the first of one", "the first of two", "a note is none", "a bot is nobody",
        "a rule is nobody", "automatic", "told that it arrived", "solved without a word",
        "answered when it was opened again", "the words it was opened with",
        "the second public one of an agent's ticket", "whoever writes it",
        "a note first, then the first public one", "what was said on the phone",
        "what was split off was opened by nobody",
    ],
)  # fmt: skip
def test_first_reply(story, hours):
    assert story.hours("first_reply") == hours


def test_a_reply_that_was_taken_back_never_happened():
    story = Story().asks("09:00").replies("10:00", message_id=7).turns("10:00", "pending")
    story.assigns("10:00", 1).withdraws("10:01", 7).turns("10:01", "new").assigns("10:01", None)
    assert story.hours("first_reply") == story.hours("agent_wait") == []
    assert story.hours("first_assignment") == story.hours("first_touch") == []
    story.replies("12:00", message_id=8)
    assert story.hours("first_reply") == [3]


def test_what_a_colleague_did_to_a_reply_that_was_taken_back_stands_on_what_was_before():
    story = Story().replies("10:00", message_id=7).turns("10:00", "solved")
    story.turns("10:01", "on_hold", by=BEN, before="solved").withdraws("10:02", 7)
    assert story.rows("solved") == story.rows("reopened") == []
    assert [row.until for row in story.rows("backlog")] == [STILL]
    assert story.history().now.status == "on_hold"


# First touch, first assignment.


@pytest.mark.parametrize(
    ("story", "hours"),
    [
        (Story().asks("09:00").notes("10:00").replies("11:00"), [1]),
        (Story().asks("09:00").tell("TagsChanged", "09:30", BEN, added=["x"], removed=[]), [0.5]),
        (Story().asks("09:00").tell("TagsChanged", "09:30", RULE, added=["x"], removed=[]), []),
        (by_agent().replies("09:00").notes("12:00"), [3]),
    ],
    ids=["a note", "a tag", "not a rule's", "not what it was opened with"],
)
def test_first_touch(story, hours):
    assert story.hours("first_touch") == hours


@pytest.mark.parametrize(
    ("story", "hours"),
    [
        (Story().assigns("10:00", 1).assigns("11:00", 2), [1]),
        (Story().assigns("10:00", 1, by=RULE), [1]),
        (by_agent(), [0]),
        (Story(), []),
    ],
    ids=["the first of two", "a rule may give it", "opened with one", "nobody has it"],
)
def test_first_assignment(story, hours):
    assert story.hours("first_assignment") == hours


# Next reply, periodic and pausable updates.


@pytest.mark.parametrize(
    ("story", "hours"),
    [
        (Story().asks("09:00").replies("10:00"), []),
        (Story().asks("09:00").replies("10:00").asks("11:00").asks("12:00").replies("15:00"), [4]),
        (Story().replies("10:00").asks("11:00").replies("12:00", by=BOT).replies("13:00"), [2]),
        (Story().replies("10:00").asks("11:00", is_auto_reply=True).replies("13:00"), []),
        (Story().replies("10:00").asks("11:00").turns("12:00", "solved").replies("13:00"), []),
        (Story().replies("10:00").asks("11:00").turns("12:00", "closed").replies("13:00"), []),
        (
            Story().replies("10:00").asks("11:00").turns("12:00", "solved").asks("13:00")
            .turns("13:00", "open", by=CLEO).replies("15:00").turns("15:00", "solved"),
            [2],
        ),
        (Story().replies("10:00").asks("11:00").replies("12:00").turns("12:00", "solved"), [1]),
        (by_agent().replies("09:00").asks("11:00").replies("12:00"), [1]),
        (
            Story().replies("10:00").asks("11:00").replies("12:00", message_id=7)
            .withdraws("12:01", 7).replies("14:00"),
            [3],
        ),
    ],
    ids=[
        "that is the first", "several questions are one clock", "bots don't end it",
        "a machine's answer asks nothing", "solving cancels", "closing cancels",
        "asked again after that", "answered and solved at once", "after an agent's own words",
        "taken back",
    ],
)  # fmt: skip
def test_next_reply(story, hours):
    assert story.hours("next_reply") == hours


def test_updates_between_replies_run_always_or_only_while_it_is_our_turn():
    story = Story().replies("10:00").turns("10:00", "pending").asks("12:00")
    story.turns("12:00", "open", by=CLEO).turns("13:00", "on_hold").turns("14:00", "pending")
    story.replies("15:00").turns("15:00", "solved").notes("1 10:00")
    assert story.seen("periodic_update") == [("periodic_update", at("15:00"), 5, 5)]
    assert story.seen("pausable_update") == [("pausable_update", at("15:00"), 2, 2)]
    waiting = Story().turns("09:00", "pending").replies("10:00").replies("12:00")
    assert waiting.seen("pausable_update") == [("pausable_update", at("12:00"), 0, 0)]


def test_what_happens_later_leaves_an_update_as_it_was():
    story = Story().replies("10:00").replies("12:00")
    before = story.seen("pausable_update", policy_id=5, hours=by_policy)
    story.covers("13:00", 5, 6).turns("14:00", "open")
    assert story.seen("pausable_update", policy_id=6, hours=by_policy) == before


def by_policy(policy_id, moment):
    return {5: OFFICE, 6: ALL_DAY}.get(policy_id)


# Resolution.


def reopened():
    """Solved after 3 hours, opened again a day later, solved after 2 more hours."""
    story = Story().asks("09:00").replies("12:00").turns("12:00", "solved")
    story.asks("1 12:00").turns("1 12:00", "open", by=CLEO)
    return story.turns("1 14:00", "solved")


def test_reopening_leaves_the_first_resolution_and_moves_the_full_one():
    story = reopened()
    assert story.seen("first_resolution") == [("first_resolution", at("12:00"), 3, 3)]
    assert story.seen("full_resolution") == [("full_resolution", at("1 14:00"), 29, 13)]
    assert story.seen("reopened") == [("reopened", at("1 12:00"), 24, None)]
    assert [row.step.at for row in story.rows("solved")] == [at("12:00"), at("1 14:00")]


def test_what_is_open_again_has_no_full_resolution_until_it_is_solved_again():
    story = Story().turns("12:00", "solved").turns("13:00", "open")
    assert story.hours("first_resolution") == [3]
    assert story.rows("full_resolution") == []


def test_closing_is_a_solve_where_solving_was_skipped_and_none_after_it():
    skipped = Story().turns("12:00", "closed")
    assert skipped.hours("first_resolution") == skipped.hours("full_resolution") == [3]
    usual = Story().turns("12:00", "solved").turns("5 12:00", "closed", by=SYSTEM)
    assert len(usual.rows("solved")) == 1
    assert usual.hours("full_resolution") == [3]


def test_closed_and_revived_is_no_reopening_but_open_work_again():
    story = Story().turns("12:00", "closed").turns("13:00", "open").turns("15:00", "solved")
    assert story.rows("reopened") == []
    assert [(row.step.at, row.until) for row in story.rows("backlog")] == [
        (at("09:00"), at("12:00")),
        (at("13:00"), at("15:00")),
    ]
    assert story.hours("first_resolution") == [3]
    assert story.hours("full_resolution") == [6]
    assert story.rows("resolution_rate") == story.rows("zero_touch") == []


@pytest.mark.parametrize(
    ("back", "is_resolved"), [("1 12:00", False), ("7 12:00", False), ("7 12:01", True)]
)
def test_resolved_is_what_did_not_come_back_within_seven_days(back, is_resolved):
    story = Story().turns("12:00", "solved").turns(back, "open", by=CLEO)
    assert bool(story.rows("resolution_rate")) is is_resolved
    assert story.hours("reopened") == [(at(back) - at("12:00")).total_seconds() / 3600]


# Waits.


def test_the_requesters_wait_goes_on_after_reopening_and_ends_with_the_last_status():
    story = reopened().notes("9 09:00")
    assert story.seen("requester_wait") == [("requester_wait", at("1 14:00"), 5, 5)]
    assert story.seen("agent_work") == [("agent_work", at("1 14:00"), 5, 5)]
    assert story.seen("agent_wait") == [("agent_wait", at("1 14:00"), 0, 0)]


def test_each_status_has_its_own_wait():
    story = Story().turns("10:00", "open").turns("12:00", "on_hold").turns("15:00", "pending")
    story.turns("1 09:00", "open", by=CLEO).turns("1 09:30", "solved")
    wanted = {"requester_wait": 6.5, "agent_work": 3.5, "on_hold": 3, "agent_wait": 18}
    assert {name: story.hours(name) for name in wanted} == {k: [v] for k, v in wanted.items()}


def test_a_status_that_never_changed_has_no_wait_yet():
    assert Story().notes("12:00").rows("requester_wait") == []


# Touches, hops, volume.


@pytest.mark.parametrize(
    ("story", "zero", "one"),
    [
        (Story().turns("10:00", "solved"), True, False),
        (Story().replies("10:00").turns("10:00", "solved"), False, True),
        (Story().replies("10:00", by=RULE).turns("10:00", "solved"), True, False),
        (Story().replies("10:00").replies("11:00").turns("11:00", "solved"), False, False),
        (by_agent().replies("09:00").turns("10:00", "solved"), True, False),
        (by_agent().replies("09:00").replies("10:00").turns("10:00", "solved"), False, True),
        (reopened(), False, False),
        (Story().replies("10:00"), False, False),
    ],
    ids=[
        "nobody", "one", "a rule's is none", "two", "only the words it was opened with",
        "and one more", "opened again", "not solved",
    ],
)  # fmt: skip
def test_touches(story, zero, one):
    assert bool(story.rows("zero_touch")) is zero
    assert bool(story.rows("one_touch")) is one


def test_a_hop_goes_from_somebody_to_somebody_else():
    story = Story().assigns("10:00", 1).assigns("11:00", 2).assigns("12:00", None)
    story.assigns("13:00", 1).moves("10:00", 5).moves("11:00", 6).moves("12:00", 6)
    assert [row.step.at for row in story.rows("agent_hops")] == [at("11:00")]
    assert [row.step.at for row in story.rows("team_hops")] == [at("11:00")]


def test_what_is_open_lies_where_it_lies():
    """A stretch for each place: who has it, in which team, how urgent it is."""
    story = Story().assigns("10:00", 1).notes("10:30").moves("11:00", 5, by=BEN)
    story.turns("12:00", "pending").turns("13:00", "solved", by=BEN).moves("14:00", 6)
    found = [
        (row.step.at, row.until, row.step.team_id, row.step.assignee_id, row.step.is_by_agent)
        for row in story.rows("backlog")
    ]
    assert found == [
        (at("09:00"), at("10:00"), None, None, False),
        (at("10:00"), at("11:00"), None, 1, False),
        (at("11:00"), at("13:00"), 5, 1, False),
    ]


def test_handle_time_is_all_work_on_what_was_solved():
    story = Story().tell("TicketWorkedOn", "10:00", ANNA, seconds=60)
    story.tell("TicketWorkedOn", "11:00", BEN, seconds=30).turns("11:00", "solved", by=BEN)
    assert [(row.step.at, row.value) for row in story.rows("handle_time")] == [(at("11:00"), 90)]
    assert story.hours("first_touch") == [2]
    assert Story().turns("10:00", "solved").rows("handle_time") == []
    assert Story().tell("TicketWorkedOn", "10:00", ANNA, seconds=60).rows("handle_time") == []


def test_volume_is_by_the_channel_on_which_it_came():
    assert Story().asks("09:00", is_first=True).history().channel == "email"
    told = by_agent().asks("09:00", by=ANNA, channel="phone", is_first=True)
    assert told.history().channel == "phone"
    absorbed = Story().asks("09:00", ticket=2, channel="chat", is_first=True)
    assert absorbed.history().channel == "email"


# Promises.


def test_each_promise_counts_once_and_broken_stays_broken():
    story = Story().keeps("10:00", 1).breaks("11:00", 2, "next_reply").breaks("11:00", 2)
    story.keeps("12:00", 2, "next_reply").keeps("13:00", 3, "next_reply")
    found = [(row.what, row.step.at, row.detail) for row in story.rows("promises_kept")]
    assert found == [
        ("promise_kept", at("10:00"), "first_reply"),
        ("promise_broken", at("11:00"), "next_reply"),
        ("promise_kept", at("13:00"), "next_reply"),
    ]


def test_a_promise_that_a_reply_kept_is_not_kept_when_the_reply_is_taken_back():
    story = Story().replies("10:00", message_id=7).keeps("10:00", 1).withdraws("10:01", 7)
    assert story.rows("promises_kept") == []
    story.breaks("12:00", 1)
    assert [row.what for row in story.rows("promises_kept")] == ["promise_broken"]


# What does not count.


@pytest.mark.parametrize(
    ("story", "is_counted"),
    [
        (Story().tell("MarkedAsSpam", "10:00", ANNA, reason=""), False),
        (Story().tell("MarkedAsSpam", "10:00", ANNA).tell("RestoredFromSpam", "11:00", ANNA), True),
        (Story().tell("TicketMerged", "10:00", ANNA, into=2), False),
        (Story().tell("TicketAbsorbed", "10:00", ANNA, other=2, messages=1), True),
        (Story(is_old=True), False),
        (Story(), True),
    ],
    ids=["spam", "restored", "merged away", "the one that stays", "old mail", "any other"],
)
def test_what_counts(story, is_counted):
    assert story.history().is_counted is is_counted


def test_without_its_opening_there_is_no_history():
    story = Story().replies("10:00")
    story.told.pop(0)
    assert story.history() is None


def test_of_an_absorbed_ticket_counts_what_was_said_since_this_one_was_opened():
    story = Story(opened="11:00")
    story.tell("TicketOpened", "08:00", CLEO, ticket=2, channel="chat", customer_id=9)
    story.asks("08:00", ticket=2).replies("10:00", ticket=2).turns("10:00", "solved")
    story.told[-1].about_id = 2
    story.replies("13:00", ticket=2).tell("TicketMerged", "14:00", ANNA, ticket=2, into=1)
    story.tell("TicketAbsorbed", "14:00", ANNA, other=2, messages=3)
    assert story.hours("first_reply") == [2]
    assert story.rows("solved") == []
    assert story.history().is_counted


def test_of_two_doings_in_one_moment_the_words_come_first():
    story = Story().turns("10:00", "open", by=CLEO).asks("10:00").assigns("10:00", 1)
    assert [step.kind for step in story.history().steps] == [
        "opened",
        "asked",
        "status",
        "assignee",
    ]


def test_a_late_mail_opens_what_was_solved_meanwhile_after_it_was_solved():
    """It was written at 10:00 and came at 11:00; an agent solved the ticket at 10:30."""
    story = Story().turns("10:30", "solved").turns("10:00", "open", by=CLEO).asks("10:00")
    assert story.history().now.status == "open"
    assert [row.step.at for row in story.rows("reopened")] == [at("10:30")]
    assert [s.at for s in story.history().of("asked")] == [at("10:00")]


# Open hours.


def test_a_night_and_a_weekend_are_not_open():
    friday = Story(opened="4 15:00").replies("7 09:00")
    assert friday.seen("first_reply") == [("first_reply", at("7 09:00"), 66, 2)]


def test_a_day_off_counts_nothing():
    closed = Hours(UTC, OFFICE.week, {date(2026, 3, 3): ()})
    story = Story(opened="15:00").replies("2 09:00")
    assert story.seen("first_reply", hours=lambda *_: closed)[0][2:] == (42, 2)


def test_a_night_in_which_the_clock_changes_is_as_long_as_it_was():
    """On 29 March 2026 the clock in Oslo skips from 02:00 to 03:00."""
    oslo = Hours(ZoneInfo("Europe/Oslo"), (((0, 1440),),) * 7)
    story = Story(opened="26 23:00").replies("27 22:00")
    assert story.seen("first_reply", hours=lambda *_: oslo)[0][2:] == (23, 23)
    only_nights = Hours(ZoneInfo("Europe/Oslo"), (((0, 4 * 60),),) * 7)
    assert story.seen("first_reply", hours=lambda *_: only_nights)[0][2:] == (23, 3)


def test_without_hours_there_are_none():
    story = reopened().replies("1 15:00")
    for name in ("first_reply", "requester_wait", "agent_wait", "pausable_update"):
        assert [row.open_value for row in story.rows(name, hours=lambda *_: None)] == [None]


def short_then_long(policy_id, moment):
    """From Tuesday on it is open all day."""
    return OFFICE if moment < at("1 00:00") else ALL_DAY


def test_one_event_is_measured_by_the_hours_at_its_end():
    story = Story(opened="15:00").replies("1 09:00")
    assert story.seen("first_reply", hours=short_then_long)[0][2:] == (18, 18)


def test_several_slices_are_each_measured_by_the_hours_at_their_own_end():
    story = Story(opened="12:00").turns("18:00", "open").turns("1 02:00", "solved")
    assert story.seen("requester_wait", hours=short_then_long)[0][2:] == (14, 4 + 8)


def test_the_promise_of_that_moment_says_which_hours():
    story = Story().replies("17:00").turns("17:00", "pending").covers("18:00", 5, 6)
    story.turns("19:00", "solved")
    assert story.seen("first_reply", policy_id=6, hours=by_policy)[0][2:] == (8, 7)
    assert story.seen("first_resolution", policy_id=6, hours=by_policy)[0][2:] == (10, 10)


def test_a_promise_that_came_later_rewrites_nothing():
    story = Story().replies("17:00").turns("19:00", "solved")
    seen = story.seen("first_reply", policy_id=5, since=at("18:00"), hours=by_policy)
    assert seen[0][2:] == (8, None)
    first = story.seen("first_resolution", policy_id=5, since=at("18:00"), hours=by_policy)
    assert first[0][2:] == (10, 7)
    story.covers("20:00", 5, 6, since="18:00")
    assert story.seen("first_reply", policy_id=6, hours=by_policy) == seen
    assert Story().history(policy_id=5, since=at("09:00")).opened.policy_id == 5


def test_who_did_it_and_who_had_it():
    story = Story().assigns("10:00", 2, by=RULE).replies("11:00", by=ANNA)
    step = story.history().now
    assert (step.is_by_agent, step.by_id, step.assignee_id) == (True, 1, 2)


# Satisfaction, surveys answered.


def solved(**data):
    return Story(**data).assigns("10:00", 1).replies("11:00").turns("11:00", "solved")


@pytest.mark.parametrize(
    ("story", "rated", "sent"),
    [
        (solved(), [], []),
        (solved().surveys("1 11:00"), [], [("survey_unanswered", "1 11:00")]),
        (
            solved().surveys("1 11:00").rates("2 09:00", "good"),
            [("rated_good", "2 09:00")],
            [("survey_answered", "1 11:00")],
        ),
        (
            solved().surveys("1 11:00").rates("2 09:00", "good").rates("3 09:00", "bad"),
            [("rated_bad", "3 09:00")],
            [("survey_answered", "1 11:00")],
        ),
        (
            solved().surveys("1 11:00").rates("2 09:00", "bad").turns("2 09:00", "open", by=CLEO)
            .turns("3 11:00", "solved").surveys("40 11:00", 2, 60).rates("41 09:00", "good", 2),
            [("rated_bad", "2 09:00"), ("rated_good", "41 09:00")],
            [
                ("survey_answered", "1 11:00"),
                ("survey_answered", "40 11:00"),
            ],
        ),
        (
            solved().surveys("1 11:00").tell("ReplyFailed", "1 11:01", SYSTEM, message_id=50),
            [],
            [],
        ),
        (
            solved().surveys("1 11:00").tell("ReplyBounced", "1 12:00", SYSTEM, message_id=50),
            [],
            [],
        ),
        (
            solved().surveys("1 11:00").tell("ReplyKept", "1 11:01", SYSTEM, message_id=49),
            [],
            [("survey_unanswered", "1 11:00")],
        ),
        (
            solved().surveys("1 11:00").tell("ReplyKept", "1 11:01", SYSTEM, message_id=50)
            .tell("ReplyRequeued", "1 12:00", ANNA, message_id=50),
            [],
            [("survey_unanswered", "1 11:00")],
        ),
        (
            solved().surveys("1 11:00").tell("ReplyFailed", "1 11:01", SYSTEM, message_id=50)
            .rates("2 09:00", "good"),
            [("rated_good", "2 09:00")],
            [("survey_answered", "1 11:00")],
        ),
        (solved().surveys("1 11:00", ticket=2), [], []),
    ],
    ids=[
        "never asked", "says nothing", "says good", "the last word counts, once",
        "each survey by itself", "refused", "came back", "another mail was kept",
        "sent again", "an answer proves that it arrived", "a ticket that was merged into it",
    ],
)  # fmt: skip
def test_satisfaction_and_who_answers(story, rated, sent):
    seen = [(row.what, row.step.at) for row in story.rows("satisfaction")]
    assert seen == [(what, at(when)) for what, when in rated]
    asked = [(row.what, row.step.at) for row in story.rows("survey_response")]
    assert asked == [(what, at(when)) for what, when in sent]


def test_a_rating_is_credited_to_whoever_has_the_ticket_at_that_moment():
    story = solved().surveys("1 11:00").assigns("2 08:00", 2).rates("2 09:00", "bad")
    (row,) = story.rows("satisfaction")
    assert (row.step.is_by_agent, row.step.assignee_id) == (False, 2)
    (asked,) = story.rows("survey_response")
    assert (asked.what, asked.step.assignee_id) == ("survey_answered", 1)


def test_every_measure_is_told_in_full():
    for name, measure in MEASURES.items():
        words = measure.words
        assert measure.name == name
        assert all((words.title, words.says, words.exactly, words.counts, words.leaves_out))
        assert words.exactly.endswith(".")
