"""Put sentences together to mails: greeting, body, closing, name, quote."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from random import Random

from foredesk.demo import wording
from foredesk.demo.acts import Person
from foredesk.demo.company import DemoMailbox
from foredesk.demo.rhythms import ZONE
from foredesk.demo.wording import Language, Phrase
from foredesk.tickets import cleaning
from foredesk.tickets.writing import paragraphs


class Writer:
    """Writes for one story, in its language and with its values."""

    def __init__(self, language: Language, filled: Mapping[str, str], rng: Random) -> None:
        self._language, self._filled, self._rng = language, dict(filled), rng

    def line(self, phrases: tuple[Phrase, ...]) -> str:
        """One of these phrases."""
        return self.wording(self._rng.choice(phrases))

    def wording(self, phrase: Phrase) -> str:
        """This phrase, in one of its wordings."""
        return wording.say(phrase, filled=self._filled, rng=self._rng).strip()

    def phrase(self, name: str) -> str:
        """One of the language's stock phrases of that name, "" when it has none."""
        phrases = self._language.phrases.get(name, ())
        return self.line(phrases) if phrases else ""

    def has(self, name: str) -> bool:
        return bool(self._language.phrases.get(name))

    def from_customer(self, person: Person, body: str, *, is_first: bool) -> str:
        """The text of a mail; later mails of a thread are often shorter."""
        if not is_first and self._rng.random() < 0.55:
            return f"{body}\n\n{person.name.split()[0]}" if self._rng.random() < 0.5 else body
        hello = self.phrase("hello")
        if hello and hello[-1] not in ",!.。":
            hello += ","
        bye = f"{self.phrase('bye')}\n{person.name}" if self._rng.random() < 0.9 else ""
        return "\n\n".join(part for part in (hello, body, bye) if part)

    def from_agent(self, agent_name: str, body: str) -> str:
        """The clean HTML of an answer."""
        sorry = self.phrase("sorry") if self._rng.random() < 0.35 else ""
        if sorry:
            body = f"{sorry} {body[0].upper()}{body[1:]}"
        hello, bye = self.phrase("agent_hello"), self.phrase("agent_bye")
        return letter(f"{hello}\n\n{body}\n\n{bye}\n{agent_name.split()[0]}")


def letter(text: str) -> str:
    """Plain text as the clean HTML that an agent's composer would send."""
    return cleaning.clean(paragraphs(text))


def with_quote(text: str, *, quoted: str, at: datetime, mailbox: DemoMailbox) -> str:
    """A mail with the message that it answers below, as mail programs write it."""
    lines = "\n".join(f"> {line}".rstrip() for line in quoted.splitlines())
    when = at.astimezone(ZONE).strftime("%d.%m.%Y %H:%M")
    return f"{text}\n\n{when}, {mailbox.name} <{mailbox.address}>:\n{lines}"
