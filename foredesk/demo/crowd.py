"""The customers of the demo: names of many countries, towns, languages, some of one company."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from random import Random
from typing import Any

from foredesk.demo import company, wording
from foredesk.demo.acts import Person

_LETTERS = str.maketrans(
    {"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "ß": "ss", "æ": "ae", "đ": "d", "ı": "i", "’": ""}
)
_IN_COMPANY = 0.07
_REGULARS = 0.67  # how many mails come from somebody who wrote before


def plain(name: str) -> str:
    """A name in ASCII letters, as it stands in a mail address."""
    bare = unicodedata.normalize("NFKD", name.translate(_LETTERS))
    return "".join(c for c in bare if c.isascii() and (c.isalnum() or c in " -")).lower()


def domain_of(name: str) -> str:
    """A company's mail domain."""
    return plain(name).split(" as")[0].replace(" ", "").replace("-", "") + ".example"


class Crowd:
    """Hands out who writes next; some have written before, and those soon write again."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._strangers = self._new_people()
        self._known: list[Person] = []

    def anybody(self) -> Person:
        """A customer who writes: often one of those who wrote before."""
        if self._known and self._rng.random() < _REGULARS:
            recent = self._known[-300:] if self._rng.random() < 0.5 else self._known
            return self._rng.choice(recent)
        return self.stranger()

    def stranger(self) -> Person:
        """Somebody who has never written."""
        person = next(self._strangers)
        self._known.append(person)
        return person

    def _new_people(self) -> Iterator[Person]:
        countries = wording.countries()
        weights = [country["weight"] for country in countries]
        taken: set[str] = set()
        while True:
            country = self._rng.choices(countries, weights)[0]
            person = self._person(country, taken)
            taken.add(person.address)
            yield person

    def _person(self, country: dict[str, Any], taken: set[str]) -> Person:
        rng = self._rng
        first, last = rng.choice(country["first"]), rng.choice(country["last"])
        employer = rng.choice(company.COMPANIES) if rng.random() < _IN_COMPANY else ""
        domain = domain_of(employer) if employer else rng.choice(country["domains"])
        box = _mail_name(plain(first), plain(last), rng)
        address, number = f"{box}@{domain}", 1
        while address in taken:
            number += 1
            address = f"{box}{number}@{domain}"
        return Person(
            name=f"{first} {last}",
            address=address,
            language=country["language"],
            zone=country["zone"],
            company=employer,
            town=rng.choice(country["towns"]),
            street=rng.choice(country["streets"]).format(n=rng.randint(1, 120)),
            first=last if country["language"] == "ja" else first,
        )


def _mail_name(first: str, last: str, rng: Random) -> str:
    last = last.replace(" ", "")
    return rng.choice(
        (
            f"{first}.{last}",
            f"{first}.{last}",
            f"{first}{last}",
            f"{first[0]}.{last}",
            f"{last}.{first}",
            f"{first}{rng.randint(60, 99)}",
        )
    ).replace(" ", "")


def spammer(rng: Random) -> Person:
    """A sender of rubbish."""
    words = ("offer", "deal", "seo", "win", "bulk", "promo", "prize", "crypto")
    word, number = rng.choice(words), rng.randint(100, 9999)
    name = rng.choice(("Marketing Team", "SEO Expert", "Mr. Frank", "Sales Dept", "Awards Office"))
    return Person(name=name, address=f"{word}{number}@{word}-{number % 97}.example")
