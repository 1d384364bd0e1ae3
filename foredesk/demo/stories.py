"""One customer's story as a script: acts with times that follow from each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from foredesk.demo import company, letters, rhythms
from foredesk.demo.acts import BY_SYSTEM, Act, File, Person
from foredesk.demo.company import DemoAgent
from foredesk.demo.letters import Writer
from foredesk.demo.rhythms import ZONE, WorkingTime
from foredesk.demo.wording import Topic

UNDO = timedelta(seconds=12)
KEPT_SINCE = timedelta(hours=14)  # the demo has no outgoing mail: what is fresh is kept
_IDS = "abcdefghijkmnpqrstuvwxyz23456789"


@dataclass(frozen=True)
class World:
    """What every story needs to know. `accounts` are the mailboxes' ids by address, as text."""

    until: datetime
    work: WorkingTime
    files: Mapping[str, File]
    accounts: Mapping[str, str]


class TooLong(Exception):
    """The story would end in the future."""


class Story:
    """The acts of one thread, written in the order in which they happen.

    `haste` shortens all waiting; a story that must have ended before now raises TooLong when it
    can't, an open one is squeezed into the time that there is.
    """

    def __init__(
        self,
        world: World,
        name: str,
        *,
        topic: Topic,
        person: Person,
        writer: Writer,
        at: datetime,
        rng: Random,
        haste: float = 1.0,
        is_over: bool = True,
    ) -> None:
        self.world, self.name, self.topic, self.person = world, name, topic, person
        self.rng, self.writer, self.haste, self.is_over = rng, writer, haste, is_over
        self.now = at
        self.mailbox = company.MAILBOXES[0]
        self.acts: list[Act] = []
        self.thread = name
        self.wire: list[str] = []
        self.last_text = ""
        self._ask = rng.randrange(len(topic.asks))
        self._unsaid = list(range(len(topic.answers)))
        self.subject = writer.wording(topic.asks[self._ask].subject or rng.choice(topic.subjects))
        self.agent: DemoAgent = self._pick_agent()

    # time passes

    def work_passes(self, median_minutes: float, spread: float = 0.9) -> datetime:
        """Agents take this long, counted in working hours; few take much longer.

        All take longer when much came, a slow team always, and nobody for those who pay most.
        """
        minutes = median_minutes * self.rng.lognormvariate(0, spread) * self.haste
        minutes *= rhythms.pressure(self.now, until=self.world.until)
        minutes *= company.PACE.get(self.topic.team, 1) * (0.4 if self.person.company else 1)
        return self._reach(self.world.work.after(self.now, minutes * 60))

    def customer_takes(self, median_hours: float, spread: float = 0.9) -> datetime:
        """A customer takes this long and rarely writes at night."""
        hours = median_hours * self.rng.lognormvariate(0, spread) * self.haste
        later = self.now + timedelta(hours=hours)
        local = later.astimezone(ZONE)
        if local.hour < 7 and self.rng.random() < 0.9:
            morning = local.replace(hour=7) + timedelta(minutes=self.rng.uniform(0, 180))
            later = morning.astimezone(UTC)
        return self._reach(later)

    def days_pass(self, days: float) -> datetime:
        return self._reach(self.now + timedelta(days=days))

    def _reach(self, moment: datetime) -> datetime:
        edge = self.world.until - timedelta(seconds=90)
        if moment > edge:
            if self.is_over:
                raise TooLong
            moment = self.now + (edge - self.now) * self.rng.uniform(0.2, 0.6)
        self.now = max(moment, self.now + timedelta(milliseconds=1))
        return self.now

    # what is said

    def ask(self) -> str:
        """The story's question in words that its subject fits; again in other words."""
        return self.writer.wording(self.topic.asks[self._ask].body)

    def answer(self) -> str:
        """An answer to it that was not given yet, as long as there is one."""
        answers = self.topic.answers
        if not self._unsaid:
            self._unsaid = list(range(len(answers)))
        wanted = self._ask if self.topic.is_paired else self.rng.choice(self._unsaid)
        number = wanted if wanted in self._unsaid else self.rng.choice(self._unsaid)
        self._unsaid.remove(number)
        return self.writer.wording(answers[number])

    def question_and_reply(self) -> tuple[str, str]:
        """What the agent asks back and what the customer says to that; "" when there is none."""
        questions, replies = self.topic.questions, self.topic.replies
        if not questions:
            return "", ""
        number = self.rng.randrange(len(questions))
        reply = replies[number % len(replies)] if replies else None
        return (
            self.writer.wording(questions[number]),
            self.writer.wording(reply) if reply else self.writer.phrase("nudge"),
        )

    # customers act

    def writes(
        self,
        body: str,
        *,
        is_first: bool = False,
        to: str = "",
        follows: str = "",
        author: Person | None = None,
        files: tuple[File, ...] = (),
        copied: tuple[Person, ...] = (),
    ) -> str:
        """The customer writes; returns the wire id of the mail."""
        author = author or self.person
        text = self.writer.from_customer(author, body, is_first=is_first)
        return self.says_as_customer(
            text,
            is_first=is_first,
            to=to,
            follows=follows,
            author=author,
            files=files,
            copied=copied,
        )

    def says_as_customer(
        self,
        text: str,
        *,
        is_first: bool = False,
        to: str = "",
        follows: str = "",
        author: Person | None = None,
        files: tuple[File, ...] = (),
        copied: tuple[Person, ...] = (),
    ) -> str:
        """The same for a finished text."""
        author = author or self.person
        whole = ""
        if not is_first and self.last_text and self.rng.random() < 0.6:
            whole = letters.with_quote(
                text, quoted=self.last_text, at=self.now, mailbox=self.mailbox
            )
        external_id = self._wire_id(author.address.partition("@")[2])
        to = to or self.mailbox.address
        team = next((box.team for box in company.MAILBOXES if box.address == to), "")
        subject = self.subject if is_first else f"Re: {self.subject}"
        self._do(
            "receive",
            author.address,
            author=author,
            subject=subject,
            text=text,
            html=letters.letter(text) if self.rng.random() < 0.35 else "",
            whole_text=whole,
            external_id=external_id,
            references=tuple(reversed(self.wire)),
            follows=follows,
            to=to,
            account=self.world.accounts[to],
            team=team,
            copied=copied,
            files=files,
        )
        self.wire.append(external_id)
        self.last_text = text
        return external_id

    def file_or_none(self, chance: float) -> tuple[File, ...]:
        """Sometimes a file that fits the topic."""
        names = self.topic.files
        if not names or self.rng.random() > chance:
            return ()
        return (self.world.files[self.rng.choice(names)],)

    # agents act

    def answers(
        self,
        body: str,
        *,
        then: str,
        outcome: str = "sent",
        note: str = "",
        files: tuple[File, ...] = (),
    ) -> None:
        """The agent answers, and the mail leaves twelve seconds later."""
        html = self.writer.from_agent(self.agent.name, body)
        self.says(html, then=then, outcome=outcome, note=note, files=files)

    def says(
        self,
        html: str,
        *,
        then: str,
        outcome: str = "sent",
        note: str = "",
        files: tuple[File, ...] = (),
    ) -> None:
        """The same for a finished letter."""
        external_id = self._wire_id(self.mailbox.address.partition("@")[2])
        if outcome == "sent" and self.now > self.world.until - KEPT_SINCE:
            outcome, note = "kept", "No outgoing mail is set up."
        self._do("see", self.agent.email)
        self._do("reply", self.agent.email, html=html, then=then, files=files)
        self.now += UNDO
        self._do("deliver", BY_SYSTEM, external_id=external_id, outcome=outcome, note=note)
        self.now += timedelta(seconds=2)
        self.wire.append(external_id)
        self.last_text = html.replace("<br>", "\n").replace("</p>", "\n").replace("<p>", "")

    def notes(self, text: str, *, by: str = "") -> None:
        self._do("note", by or self.agent.email, html=letters.letter(text))

    def does(self, verb: str, *, by: str | None = None, **values: Any) -> None:
        """The agent does something else; `by` names somebody else or BY_SYSTEM."""
        self._do(verb, self.agent.email if by is None else by, **values)

    def pause(self, seconds: float) -> None:
        """A moment passes that is too short to matter."""
        self.now += timedelta(seconds=seconds)

    def _do(self, verb: str, by: str, **values: Any) -> None:
        self.acts.append(Act(self.now, verb, self.thread, by, values))

    def _wire_id(self, domain: str) -> str:
        return f"{''.join(self.rng.choices(_IDS, k=16))}@{domain}"

    def _pick_agent(self) -> DemoAgent:
        """Somebody who speaks the language, best from the topic's team."""
        able = [one for one in company.AGENTS if one.share > 0]
        spoken = [one for one in able if self.person.language in one.languages] or able
        weights = [
            one.share * (6 if self.topic.team in one.teams else 1)
            for one in (spoken if self.rng.random() < 0.93 else able)
        ]
        return self.rng.choices(spoken if len(weights) == len(spoken) else able, weights)[0]
