"""What happens in a story: solved at once, asked back, silent, reopened, merged, split, or open."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from foredesk.demo import company, crowd
from foredesk.demo.acts import BY_SYSTEM, File, Person
from foredesk.demo.stories import Story
from foredesk.tickets.models import Status

_REASONS = (
    "The address does not exist (550 5.1.1 User unknown).",
    "The mailbox is full (552 5.2.2 Over quota).",
)
_LOST = "The answer of the mail server was lost after it had taken the text: it may have arrived."
PARTNERS = ("Alex", "Robin", "Sam", "Kim", "Charlie", "Noa", "Andrea", "Nikola")
SENIORS = tuple(one for one in company.AGENTS if one.role in ("admin", "lead"))


def solved(story: Story) -> None:
    """A story from first mail to closing. Raises stories.TooLong when there is no time for it."""
    rng = story.rng
    begins(story)
    story.work_passes(45)
    sorts(story)
    if rng.random() < 0.015:
        _writes_twice(story)
    if story.topic.notes and rng.random() < 0.3:
        _notes(story)
    if story.topic.questions and rng.random() < 0.5:
        _asks_back(story)
    if rng.random() < 0.17:
        _waits_for_others(story)
    if rng.random() < 0.006 and story.writer.has("also"):
        _splits(story)
    story.work_passes(55)
    _ends(story)
    draw = rng.random()
    if draw < 0.045:
        _comes_back(story)
    elif draw < 0.07:
        _says_thanks_late(story)
    closes(story)
    if rng.random() < 0.018:
        _follows_up(story)


def begins(story: Story) -> None:
    """The first mail, sometimes with a file or somebody in copy."""
    to = ""
    if story.topic.team == company.ORDERS and story.rng.random() < 0.25:
        to = "orders@halden.example"
    copied = (_partner(story),) if story.rng.random() < 0.04 else ()
    story.writes(story.ask(), is_first=True, to=to, files=story.file_or_none(0.16), copied=copied)


def _partner(story: Story) -> Person:
    """Somebody of the same household."""
    name = f"{story.rng.choice(PARTNERS)} {story.person.name.split()[-1]}"
    box = f"{crowd.plain(name).replace(' ', '.')}@{story.person.address.partition('@')[2]}"
    return replace(story.person, name=name, address=box, first=name.split()[0])


def sorts(story: Story) -> None:
    """Team, assignee, tags, priority: by the agent or by somebody senior."""
    rng, topic = story.rng, story.topic
    senior = rng.choice(SENIORS).email if rng.random() < 0.35 else None
    if topic.team and rng.random() < 0.8:
        story.does("hand_to", by=senior, team=topic.team)
        story.pause(rng.uniform(1, 20))
    if rng.random() < 0.55:
        story.does("assign", by=senior, to=story.agent.email)
        story.pause(rng.uniform(1, 20))
    if topic.tags and rng.random() < 0.65:
        story.does("tag", by=senior, add=topic.tags)
        story.pause(rng.uniform(1, 20))
    priority = topic.priority if topic.priority != 2 and rng.random() < 0.6 else 2
    if priority == 2:
        priority = rng.choices((2, 1, 3, 4), (90, 3, 6, 1))[0]
    if priority != 2:
        story.does("prioritise", by=senior, priority=priority)
        story.pause(rng.uniform(1, 20))
    if rng.random() < 0.008:
        story.does("rename", by=senior, subject=f"{story.subject} ({story.person.name})")


def _notes(story: Story) -> None:
    story.work_passes(15)
    is_workshop = "repair" in story.topic.tags
    by = "oskar@halden.example" if is_workshop and story.rng.random() < 0.7 else ""
    story.notes(story.writer.line(story.topic.notes), by=by)


def _asks_back(story: Story) -> None:
    story.work_passes(45)
    question, reply = story.question_and_reply()
    story.answers(question, then=Status.PENDING)
    story.customer_takes(15, spread=1.1)
    author = _partner(story) if story.rng.random() < 0.02 else None
    story.writes(reply, files=story.file_or_none(0.35), author=author)


def _waits_for_others(story: Story) -> None:
    story.work_passes(40)
    story.answers(story.writer.phrase("waiting"), then=Status.ON_HOLD)
    if story.rng.random() < 0.4:
        story.pause(40)
        until = story.now + timedelta(days=story.rng.uniform(2, 9))
        story.does("snooze", until=until)
        story.now = until
        if story.now > story.world.until:
            story.days_pass(0)
        story.does("wake", by=BY_SYSTEM, reason="time")
    else:
        story.days_pass(min(9 * story.rng.lognormvariate(0, 0.9), 60))


def _writes_twice(story: Story) -> None:
    """The same person writes again without waiting; an agent joins the two."""
    first, wire = story.thread, list(story.wire)
    story.thread, story.wire = f"{story.name}/twice", []
    story.pause(story.rng.uniform(300, 5000))
    story.writes(story.ask(), is_first=True)
    story.work_passes(10)
    story.does("merge", into=first)
    story.thread, story.wire = first, [*wire, *story.wire]


def _splits(story: Story) -> None:
    """The customer asks for something else on the way; it gets a ticket of its own."""
    story.customer_takes(3)
    external_id = story.writes(story.writer.phrase("also"))
    story.work_passes(25)
    first, wire = story.thread, story.wire
    other = f"{story.name}/split"
    story.does("split", into=other, subject="", external_ids=(external_id,))
    story.pause(30)
    story.thread, story.wire = other, [external_id]
    story.does("rename", subject=f"{story.subject}: second question")
    story.pause(60)
    story.answers(story.answer(), then=Status.SOLVED)
    story.thread, story.wire = first, [one for one in wire if one != external_id]


def _ends(story: Story) -> None:
    """The answer, and how the ticket comes to be solved."""
    rng = story.rng
    answer = story.answer()
    outcome, note = _fate_of_mail(story)
    files: tuple[File, ...] = ()
    if "returns" in story.topic.tags and rng.random() < 0.3:
        files = (story.world.files["return-label.pdf"],)
    if rng.random() < 0.66:
        story.answers(answer, then=Status.SOLVED, outcome=outcome, note=note, files=files)
        return
    story.answers(answer, then=Status.PENDING, outcome=outcome, note=note, files=files)
    if rng.random() < 0.5:
        story.customer_takes(12)
        story.writes(story.writer.phrase("thanks"))
        story.work_passes(30)
        if rng.random() < 0.3:
            story.answers(story.writer.phrase("welcome"), then=Status.SOLVED)
        else:
            story.does("set_status", status=Status.SOLVED)
        return
    story.days_pass(rng.uniform(3, 6))
    story.work_passes(20)
    if rng.random() < 0.4:
        story.answers(story.writer.phrase("checkin"), then=Status.SOLVED)
    else:
        story.does("set_status", status=Status.SOLVED)


def _comes_back(story: Story) -> None:
    """Solved too early: the customer writes again."""
    story.customer_takes(22, spread=0.7)
    story.writes(story.writer.phrase("again"))
    story.work_passes(40)
    story.answers(story.answer(), then=Status.SOLVED)


def _says_thanks_late(story: Story) -> None:
    """A thank-you opens a solved ticket for a moment."""
    story.customer_takes(6)
    story.writes(story.writer.phrase("thanks"))
    story.work_passes(25)
    story.does("set_status", status=Status.SOLVED)


def closes(story: Story) -> None:
    """The system closes it a week after the last solving, when that is past."""
    at = story.now + timedelta(days=company.CLOSE_AFTER_DAYS)
    if at < story.world.until:
        story.now = at
        story.does("close", by=BY_SYSTEM)


def _follows_up(story: Story) -> None:
    """Weeks after closing the customer answers the old mail: a linked ticket of its own."""
    later = story.now + timedelta(days=story.rng.uniform(4, 35))
    if later > story.world.until - timedelta(days=30):
        return
    old, story.now = story.thread, later
    story.thread = f"{story.name}/follow-up"
    story.writes(story.writer.phrase("again"), follows=old)
    story.work_passes(60)
    story.answers(story.answer(), then=Status.SOLVED)
    closes(story)


def _fate_of_mail(story: Story) -> tuple[str, str]:
    draw = story.rng.random()
    if draw < 0.0025:
        return "failed", story.rng.choice(_REASONS)
    if draw < 0.0035:
        return "unknown", _LOST
    return "sent", ""


def spam(story: Story) -> None:
    """Rubbish, seen by an agent and put away; now and then it was none after all."""
    story.writes(story.ask(), is_first=True)
    story.work_passes(50)
    story.does("spam")
    if story.rng.random() < 0.02:
        story.work_passes(90)
        story.does("restore")
        story.pause(15)
        story.does("set_status", status=Status.SOLVED)
        closes(story)


def unassigned(story: Story) -> None:
    """Nobody has taken it yet."""
    begins(story)
    if story.topic.team and story.rng.random() < 0.5:
        story.work_passes(4)
        story.does("hand_to", by=story.rng.choice(SENIORS).email, team=story.topic.team)


def left_open(story: Story) -> None:
    """It waits for its agent: untouched, answered once, or asked about again.

    Most of the older ones were answered in time, and the customer came back to it lately.
    """
    rng = story.rng
    is_old = story.world.until - story.now > timedelta(hours=9)
    begins(story)
    story.work_passes(30)
    sorts(story)
    story.pause(5)
    story.does("assign", to=story.agent.email)
    story.does("see")
    draw = rng.random()
    is_late = is_old and rng.random() < 0.06
    if draw < 0.4 or (is_old and not is_late):
        story.work_passes(60)
        question, reply = story.question_and_reply()
        story.answers(question or story.answer(), then=Status.PENDING)
        lately = story.world.until - timedelta(hours=rng.triangular(0.3, 22, 2))
        if is_old and not is_late and story.now < lately:
            story.now = lately
        else:
            story.customer_takes(5)
        story.writes(reply or story.writer.phrase("again"), files=story.file_or_none(0.3))
        if rng.random() < 0.5:
            story.work_passes(20)
            story.does("see")
    elif draw < 0.55:
        story.customer_takes(20)
        story.writes(story.writer.phrase("nudge"))
    elif draw < 0.75 and story.topic.notes:
        _notes(story)
        story.does("set_status", status=Status.OPEN)


def left_pending(story: Story) -> None:
    """The customer has to answer."""
    begins(story)
    story.work_passes(30)
    sorts(story)
    story.work_passes(60)
    question, _ = story.question_and_reply()
    story.answers(question or story.answer(), then=Status.PENDING)


def left_on_hold(story: Story) -> None:
    """Somebody else has to do something first."""
    begins(story)
    story.work_passes(30)
    sorts(story)
    if story.topic.notes:
        _notes(story)
    story.work_passes(60)
    story.answers(story.writer.phrase("waiting"), then=Status.ON_HOLD)


def left_snoozed(story: Story) -> None:
    """Out of sight until a day that is still to come."""
    left_on_hold(story)
    story.pause(20)
    days = story.rng.uniform(1, 9)
    story.does("snooze", until=(story.world.until + timedelta(days=days)).replace(microsecond=0))
