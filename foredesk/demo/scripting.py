"""The whole script: two years of stories, today's work, and the featured tickets at the end."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from random import Random

from foredesk.demo import crowd, featured, filling, plotting, renting, rhythms, wording
from foredesk.demo.acts import Act, Person, in_order
from foredesk.demo.company import AGENTS, MAIN_EMAIL
from foredesk.demo.crowd import Crowd
from foredesk.demo.letters import Writer
from foredesk.demo.stories import Story, TooLong, World
from foredesk.demo.wording import Topic

FEATURED_NUMBER = 4821  # the number of "Charged twice for order 48213" in a fresh desk
ARRIVALS = 4900
_SPAM = 0.035
_RECENT = timedelta(days=6)
_FRESH = timedelta(hours=4)
BACKLOG = {"mine": 5, "snoozed": 2}
"""What is open besides that which simply isn't over yet."""
UNASSIGNED_MINUTES = (3, 16, 24, 41, 58, 83, 127, 196)
_SEASONED: dict[str, dict[str, float]] = {
    "spring": {"stock": 2.5, "advice": 2.2, "missing-part": 1.6},
    "sale": {"promo-code": 6, "card-declined": 2},
    "christmas": {"gift-card": 5, "parcel-late": 1.6, "cancel-order": 1.4},
    "strike": {"parcel-late": 14},
    "outage": {"card-declined": 25, "double-charge": 22},
    "app": {"app-login": 16, "app-crash": 8},
}


class Script:
    """Writes all stories from one seed."""

    def __init__(self, world: World, rng: Random, *, arrivals: int = ARRIVALS) -> None:
        self._world, self._rng, self._crowd = world, rng, Crowd(rng)
        self._number, self._arrivals = 0, arrivals
        self._mira = next(one for one in AGENTS if one.email == MAIN_EMAIL)

    def acts(self) -> list[Act]:
        """All acts in the order of time."""
        stories = [
            *featured.told(self._world, self._rng),
            *renting.told(self._world, self._rng),
        ]
        main = next(acts for acts in stories if acts[0].thread == "amara")
        moments = rhythms.arrivals(self._arrivals, until=self._world.until, rng=self._rng)
        fates = self._fates(moments)
        for index, moment in enumerate(moments):
            stories.append(self._told(moment, fates.get(index, "solved")))
        for minutes in UNASSIGNED_MINUTES:
            at = self._world.until - timedelta(minutes=minutes, seconds=self._rng.random() * 50)
            stories.append(self._told(at, "unassigned"))
        stories = self._trimmed([acts for acts in stories if acts], main)
        looks = [look for acts in stories for look in self._looks(acts)]
        return in_order([*(act for acts in stories for act in acts), *looks])

    def _looks(self, acts: list[Act]) -> list[Act]:
        """Mira reads along: what is done, and most of what is not."""
        last = acts[-1]
        at = last.at + timedelta(minutes=self._rng.uniform(1, 90))
        is_featured = not last.thread.startswith("s") and "/" not in last.thread
        if is_featured or at >= self._world.until or self._rng.random() < 0.02:
            return []
        threads = dict.fromkeys(
            act.values["into"] if act.verb == "split" else act.thread for act in acts
        )
        return [Act(at, "see", thread, MAIN_EMAIL) for thread in threads]

    def _fates(self, moments: list[datetime]) -> dict[int, str]:
        """Which of the recent arrivals are still open: the younger, the likelier."""
        edge = self._world.until - _FRESH
        first = self._world.until - _RECENT
        recent = [i for i, moment in enumerate(moments) if first < moment < edge]
        age = {i: (self._world.until - moments[i]) / timedelta(days=1) for i in recent}
        by_chance = sorted(
            recent, key=lambda i: self._rng.random() ** (1 / (0.3 + 1 / (1 + age[i])))
        )
        fates: dict[int, str] = {}
        for fate, count in BACKLOG.items():
            for _ in range(min(count, len(by_chance))):
                fates[by_chance.pop()] = fate
        return fates

    def _told(self, at: datetime, fate: str) -> list[Act]:
        """The acts of one story; none when it does not fit into the past."""
        self._number += 1
        if fate == "solved" and self._rng.random() < _SPAM:
            return self._plotted(at, "spam", crowd.spammer(self._rng), self._spam_topic())
        person = self._crowd.anybody()
        return self._plotted(at, fate, person, self._topic(person, at))

    def _plotted(self, at: datetime, fate: str, person: Person, topic: Topic) -> list[Act]:
        is_over = fate in ("solved", "spam")
        is_fresh = at > self._world.until - _FRESH
        for haste in (1.0, 0.35, 0.1, 0.03) if is_over else (1.0,):
            story = self._story(at, person, topic, haste=haste, is_over=is_over)
            try:
                if fate == "mine":
                    story.agent = self._mira
                    plotting.left_open(story)
                elif fate == "open":
                    self._not_mira(story)
                    plotting.left_open(story)
                elif fate == "unassigned":
                    plotting.unassigned(story)
                elif is_over:
                    (plotting.spam if fate == "spam" else plotting.solved)(story)
                else:
                    getattr(plotting, f"left_{fate}")(story)
                return story.acts
            except TooLong:
                if not is_fresh and self._is_under_way(story):
                    return story.acts
        if fate == "spam" or is_fresh:
            return []
        return self._plotted(at, "open", person, topic)

    def _is_under_way(self, story: Story) -> bool:
        """It was answered, so it may go on tomorrow; Mira's own open tickets are counted."""
        is_hers = story.agent is self._mira
        answered = (act.verb == "reply" and act.thread == story.name for act in story.acts)
        return not is_hers and any(answered)

    def _story(
        self, at: datetime, person: Person, topic: Topic, *, haste: float, is_over: bool
    ) -> Story:
        filled = filling.values_for(topic, person, at=at, until=self._world.until, rng=self._rng)
        language = wording.languages()["en" if topic.name == "spam" else person.language]
        writer = Writer(language, filled, self._rng)
        return Story(
            self._world,
            f"s{self._number}",
            topic=topic,
            person=person,
            writer=writer,
            at=at,
            rng=self._rng,
            haste=haste,
            is_over=is_over,
        )

    def _topic(self, person: Person, at: datetime) -> Topic:
        topics = wording.languages()[person.language].topics
        seasons = rhythms.season_of(at, until=self._world.until)
        weights = []
        for topic in topics:
            weight = topic.weight
            for season in seasons:
                weight *= _SEASONED[season].get(topic.name, 1)
            weights.append(weight)
        return self._rng.choices(topics, weights)[0]

    def _spam_topic(self) -> Topic:
        return self._rng.choice(wording.languages()["en"].spam)

    def _not_mira(self, story: Story) -> None:
        """Her own open tickets are counted on their own."""
        others = [one for one in AGENTS if one.share > 0 and one is not self._mira]
        if story.agent is self._mira:
            fitting = [one for one in others if story.topic.team in one.teams] or others
            story.agent = self._rng.choice(fitting)

    def _trimmed(self, stories: list[list[Act]], main: list[Act]) -> list[list[Act]]:
        """As many stories as it takes for the featured ticket to get its number."""
        births = [_births(acts) for acts in stories]
        before = sum(sum(at < main[0].at for at in born) for born in births)
        surplus = before - (FEATURED_NUMBER - 1)
        old = self._world.until - timedelta(days=60)
        droppable = [
            i
            for i, acts in enumerate(stories)
            if len(births[i]) == 1 and acts[0].at < old and acts[0].thread.startswith("s")
        ]
        dropped = set(self._rng.sample(droppable, max(min(surplus, len(droppable)), 0)))
        return [acts for i, acts in enumerate(stories) if i not in dropped]


def _births(acts: list[Act]) -> list[datetime]:
    """When the tickets of a story are opened."""
    born: dict[str, datetime] = {}
    for act in acts:
        thread = act.values["into"] if act.verb == "split" else act.thread
        if act.verb in ("receive", "split"):
            born.setdefault(thread, act.at)
    return list(born.values())


def summary(acts: list[Act]) -> Counter[str]:
    """How many acts of each verb."""
    return Counter(act.verb for act in acts)
