"""Brands: add, change, set aside, bring back."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from foredesk.logbook import recording
from foredesk.logbook.actors import Actor, Doer
from foredesk.people import directory, queries
from foredesk.people.events import BrandAdded, BrandBroughtBack, BrandChanged, BrandSetAside
from foredesk.people.models import Brand
from foredesk.people.permissions import must_administer
from foredesk.people.refusing import Refused

LONGEST_NAME = 80
LONGEST_SHORT = 20
LONGEST_SENDER = 150
LONGEST_SIGNATURE = 20_000
HUES = range(1, 8)
"""The colours of a brand's mark, as the design numbers them."""


class BadBrand(Refused):
    """A value can't be used; `field` says which."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


def add(*, name: str, by: Actor | Doer, at: datetime, **given: Any) -> Brand:
    """A new brand; `given` may hold short_name, from_name, signature_html, language, hue.

    Records BrandAdded. Raises NotAllowed, BadBrand.
    """
    must_administer(by)
    values = _checked({"name": name, **given})
    try:
        with transaction.atomic():
            _must_be_free(values, but=None)
            brand = Brand.objects.create(**values, created_at=at)
            recording.record(BrandAdded(brand_id=brand.pk, name=brand.name), by=by, at=at)
    except IntegrityError:
        raise _taken("name", values["name"]) from None
    directory.forget()
    return brand


def change(brand: Brand, *, name: str, by: Actor | Doer, at: datetime, **given: Any) -> Brand:
    """Set its name and what is given besides, as `add` takes it.

    Records BrandChanged, and nothing when nothing changed. Raises NotAllowed, BadBrand.
    """
    must_administer(by)
    values = _checked({"name": name, **given})
    try:
        with transaction.atomic():
            row = Brand.objects.select_for_update().get(pk=brand.pk)
            before = {key: getattr(row, key) for key in values if getattr(row, key) != values[key]}
            if not before:
                return row
            _must_be_free(values, but=row)
            for key, value in values.items():
                setattr(row, key, value)
            row.save(update_fields=list(values))
            after = {key: values[key] for key in before}
            fact = BrandChanged(brand_id=row.pk, name=row.name, before=before, after=after)
            recording.record(fact, by=by, at=at)
    except IntegrityError:
        raise _taken("name", values["name"]) from None
    directory.forget()
    return row


def set_aside(brand: Brand, *, by: Actor | Doer, at: datetime) -> None:
    """It gets no new tickets and no mailboxes; its tickets stay its own.

    Whether mailboxes still answer for it is seen to by channels/retiring_brands.py, which asks for
    this. Records BrandSetAside. Raises NotAllowed.
    """
    _switch(brand, by=by, at=at, is_aside=True)


def bring_back(brand: Brand, *, by: Actor | Doer, at: datetime) -> None:
    """It may get mailboxes and tickets again. Records BrandBroughtBack. Raises NotAllowed."""
    _switch(brand, by=by, at=at, is_aside=False)


def _switch(brand: Brand, *, by: Actor | Doer, at: datetime, is_aside: bool) -> None:
    must_administer(by)
    with transaction.atomic():
        row = Brand.objects.select_for_update().get(pk=brand.pk)
        if (row.set_aside_at is not None) == is_aside:
            return
        row.set_aside_at = at if is_aside else None
        row.save(update_fields=["set_aside_at"])
        fact = (BrandSetAside if is_aside else BrandBroughtBack)(brand_id=row.pk, name=row.name)
        recording.record(fact, by=by, at=at)
    directory.forget()


def _checked(given: dict[str, Any]) -> dict[str, Any]:
    values = dict(given)
    values["name"] = " ".join(str(values["name"]).split())
    if not values["name"]:
        raise BadBrand("name", "Give the brand a name.")
    if len(values["name"]) > LONGEST_NAME:
        raise BadBrand("name", f"The name has {LONGEST_NAME} characters at most.")
    short = " ".join(str(values.get("short_name") or "").split())
    values["short_name"] = short or values["name"][:LONGEST_SHORT].strip()
    if len(short) > LONGEST_SHORT:
        raise BadBrand("short_name", f"The short name has {LONGEST_SHORT} characters at most.")
    if "from_name" in values:
        values["from_name"] = checked_sender(values["from_name"])
    if "signature_html" in values:
        values["signature_html"] = checked_signature(values["signature_html"])
    if values.get("language") and values["language"] not in dict(queries.languages()):
        raise BadBrand("language", f"“{values['language']}” is not a language of Foredesk.")
    if "hue" in values and values["hue"] not in HUES:
        raise BadBrand("hue", "Choose one of the colours.")
    return values


def checked_sender(template: str) -> str:
    """A template of a sender's name as it is stored. Raises BadBrand."""
    template = " ".join(template.split())
    rest = template
    for word in ("{agent}", "{workspace}", "{brand}"):
        rest = rest.replace(word, "")
    if "{" in rest or "}" in rest:
        raise BadBrand("from_name", "Only {agent}, {brand} and {workspace} can stand in braces.")
    if len(template) > LONGEST_SENDER:
        raise BadBrand("from_name", f"Use at most {LONGEST_SENDER} characters.")
    return template


def checked_signature(html: str) -> str:
    """A signature as it is stored; it is cleaned when it goes out. Raises BadBrand."""
    if len(html) > LONGEST_SIGNATURE:
        raise BadBrand("signature_html", "This signature is too long.")
    return html.replace("\x00", "").strip()


def _must_be_free(values: dict[str, Any], *, but: Brand | None) -> None:
    if values["name"].casefold() == queries.workspace().name.casefold():
        raise BadBrand("name", "The organisation itself is called so, and is a brand already.")
    others = Brand.objects.exclude(pk=but.pk) if but else Brand.objects.all()
    for field in ("name", "short_name"):
        if others.filter(**{f"{field}__iexact": values[field]}).exists():
            raise _taken(field, values[field])


def _taken(field: str, value: str) -> BadBrand:
    return BadBrand(field, f"There is already a brand called {value}.")
