"""The stock of sentences: read from words/*.toml, with choices `[a|b]` and gaps `{order}`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

_WORDS = Path(__file__).parent / "words"
_PIECE = re.compile(r"\[([^\[\]]*)\]|\{(\w+)\}")

Phrase = tuple[Any, ...]
"""Literal strings, tuples of alternatives (each a Phrase) and Gap objects, in order."""


@dataclass(frozen=True)
class Gap:
    name: str


@dataclass(frozen=True)
class Ask:
    """A first mail; `subject` when its topic's subjects would not fit."""

    body: Phrase
    subject: Phrase | None


@dataclass(frozen=True)
class Topic:
    """What a customer may write about, in one language.

    `is_paired`: the n-th answer belongs to the n-th ask.
    """

    name: str
    team: str
    tags: tuple[str, ...]
    weight: float
    priority: int
    is_paired: bool
    season: str
    kind: str
    files: tuple[str, ...]
    subjects: tuple[Phrase, ...]
    asks: tuple[Ask, ...]
    answers: tuple[Phrase, ...]
    questions: tuple[Phrase, ...]
    replies: tuple[Phrase, ...]
    notes: tuple[Phrase, ...]


@dataclass(frozen=True)
class Language:
    code: str
    topics: tuple[Topic, ...]
    spam: tuple[Topic, ...]
    phrases: Mapping[str, tuple[Phrase, ...]] = field(default_factory=dict)


def compiled(text: str) -> Phrase:
    """A phrase of the stock, cut into its pieces once."""
    pieces: list[Any] = []
    end = 0
    for match in _PIECE.finditer(text):
        pieces.append(text[end : match.start()])
        if match[2]:
            pieces.append(Gap(match[2]))
        else:
            pieces.append(tuple(compiled(option) for option in match[1].split("|")))
        end = match.end()
    pieces.append(text[end:])
    return tuple(piece for piece in pieces if piece != "")


def say(phrase: Phrase, *, filled: Mapping[str, str], rng: Random) -> str:
    """One wording of a phrase. Raises KeyError for a gap that nothing fills."""
    said = []
    for piece in phrase:
        if isinstance(piece, str):
            said.append(piece)
        elif isinstance(piece, Gap):
            said.append(filled[piece.name])
        else:
            said.append(say(rng.choice(piece), filled=filled, rng=rng))
    return "".join(said)


@cache
def languages() -> dict[str, Language]:
    """Every language of the stock by its code; the English topics lend the others their traits."""
    traits = {topic["name"]: topic for topic in _read("en")["topic"]}
    codes = sorted(path.stem for path in _WORDS.glob("??.toml"))
    return {code: _language(code, traits) for code in codes}


@cache
def countries() -> tuple[dict[str, Any], ...]:
    """Names, towns and mail domains by country."""
    return tuple(_read("people")["country"])


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((_WORDS / f"{name}.toml").read_text(encoding="utf-8"))


def _language(code: str, traits: Mapping[str, Mapping[str, Any]]) -> Language:
    read = _read(code)
    topics = tuple(_topic(found, traits[found["name"]]) for found in read.pop("topic"))
    spam = tuple(_topic({"name": "spam", "answers": [], **one}, {}) for one in read.pop("spam", []))
    return Language(code, topics, spam, {name: _all(values) for name, values in read.items()})


def _topic(found: Mapping[str, Any], traits: Mapping[str, Any]) -> Topic:
    return Topic(
        name=found["name"],
        team=traits.get("team", ""),
        tags=tuple(traits.get("tags", ())),
        weight=traits.get("weight", 1),
        priority=traits.get("priority", 2),
        is_paired=traits.get("paired", False),
        season=traits.get("season", ""),
        kind=traits.get("kind", ""),
        files=tuple(traits.get("files", ())),
        subjects=_all(found["subjects"]),
        asks=tuple(_ask(text) for text in found["asks"]),
        answers=_all(found["answers"]),
        questions=_all(found.get("questions", ())),
        replies=_all(found.get("replies", ())),
        notes=_all(traits.get("notes", ())),
    )


def _ask(text: str) -> Ask:
    first, _, rest = text.partition("\n")
    if first.startswith("Subject: "):
        return Ask(compiled(rest), compiled(first.removeprefix("Subject: ")))
    return Ask(compiled(text), None)


def _all(texts) -> tuple[Phrase, ...]:
    return tuple(compiled(text) for text in texts)
