"""What fills the gaps in a story's sentences: product, order, price, town, and so on."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from foredesk.demo import company, wording
from foredesk.demo.acts import Person
from foredesk.demo.rhythms import DAYS
from foredesk.demo.wording import Topic

_FIRST_ORDER, _LAST_ORDER = 12_000, 48_190
_KINDS = tuple(kind for kind in company.PRODUCTS if kind != "boots")  # boots take a plural verb
_NOT_EURO = {
    "sv": (11.3, "{} kr"),
    "nb": (11.6, "{} kr"),
    "pl": (4.3, "{} zł"),
    "ja": (163, "{}円"),
}


def values_for(
    topic: Topic, person: Person, *, at: datetime, until: datetime, rng: Random
) -> dict[str, str]:
    """One product, order and so on for all sentences of a story that begins `at`."""
    kind = topic.kind or rng.choice(_KINDS)
    name, price = rng.choice(company.PRODUCTS[kind])
    other = rng.choice([one for one in _KINDS if one != kind])
    second = rng.choice([one for one, _ in company.PRODUCTS[kind] if one != name])
    is_english = person.language == "en"
    age = max((until - at) / timedelta(days=DAYS), 0)
    order = round(_LAST_ORDER - (_LAST_ORDER - _FIRST_ORDER) * age) - rng.randint(0, 160)
    minor = 4 + round((1 - age) * 14)
    size = rng.randint(37, 46)
    weekday = rng.randrange(7)
    return {
        "product": f"{name} {kind}" if is_english else name,
        "product2": f"{second} {kind}" if is_english else second,
        "noun": kind,
        "other": other,
        "order": str(order),
        "order2": str(order - rng.randint(40, 900)),
        "price": money(price, person.language),
        "small": money(rng.choice((9.0, 12.0, 15.0, 19.0, 24.0)), person.language),
        "round": money(rng.choice((25.0, 50.0, 75.0, 100.0)), person.language),
        "tracking": f"HX{rng.randint(10**8, 10**9 - 1)}",
        "tracking2": f"HX{rng.randint(10**8, 10**9 - 1)}",
        "city": person.town or "Halden",
        "street": person.street or "Storgata 1",
        "company": person.company or rng.choice(company.COMPANIES),
        "first": person.first or person.name,
        "agent": rng.choice([one.name for one in company.AGENTS if one.share > 0.5]).split()[0],
        "weekday": _weekday(weekday, person.language),
        "day": _weekday(weekday, "en"),  # colleagues write to each other in English
        "card": str(rng.randint(1000, 9999)),
        "ref": str(rng.randint(1000, 9999)),
        "minor": str(minor),
        "minor2": str(minor + 1),
        "size": str(size),
        "size2": str(size + 1),
        "cm": f"{rng.randint(47, 59) / 2:g}",
        "cm2": str(rng.randint(176, 201)),
        "colour": rng.choice(company.COLOURS),
    }


def _weekday(number: int, language: str) -> str:
    return str(wording.languages()[language].phrases["weekdays"][number][0])


def money(euro: float, language: str) -> str:
    """A price as a customer of that language writes it."""
    if language in _NOT_EURO:
        rate, shape = _NOT_EURO[language]
        return shape.format(f"{round(euro * rate, -1 if language != 'ja' else -2):,.0f}").replace(
            ",", "," if language == "ja" else " "
        )
    if language == "en":
        return f"€{euro:,.2f}".removesuffix(".00")
    return f"{euro:.2f}".replace(".", ",").removesuffix(",00") + " €"
