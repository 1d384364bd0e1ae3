"""Allow and block senders: addresses and whole domains."""

import re
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from foredesk.channels import screening
from foredesk.channels.events import SenderRuleRemoved, SenderRuleSet
from foredesk.channels.models import SenderRule
from foredesk.logbook import recording
from foredesk.logbook.actors import Actor, Doer, actor_of
from foredesk.people.permissions import must_release
from foredesk.people.refusing import Refused

_DOMAIN = re.compile(r"\A(?=.{3,253}\Z)[a-z0-9-]+(\.[a-z0-9-]+)+")
LONGEST_NOTE = 200


def set_rule(
    value: str, *, is_allowed: bool, note: str = "", by: Actor | Doer, at: datetime
) -> SenderRule:
    """Allow or block an address or a domain from now on; a rule that is there is changed.

    Records SenderRuleSet. Raises NotAllowed, and Refused for what is neither.
    """
    must_release(by)
    value = _checked(value)
    values = {
        "is_allowed": is_allowed,
        "note": " ".join(note.replace("\0", "").split())[:LONGEST_NOTE],
        "by_name": actor_of(by).name,
        "at": at,
    }
    with transaction.atomic():
        rule, _ = SenderRule.objects.update_or_create(value=value, defaults=values)
        recording.record(SenderRuleSet(value=value, is_allowed=is_allowed), by=by, at=at)
    screening.forget()
    return rule


def remove_rule(rule: SenderRule, *, by: Actor | Doer, at: datetime) -> None:
    """Judge this sender like any other again. Records SenderRuleRemoved. Raises NotAllowed."""
    must_release(by)
    with transaction.atomic():
        if SenderRule.objects.filter(pk=rule.pk).delete()[0]:
            fact = SenderRuleRemoved(value=rule.value, is_allowed=rule.is_allowed)
            recording.record(fact, by=by, at=at)


def _checked(value: str) -> str:
    value = value.strip().lower().rstrip(".")
    value = value.removeprefix("@").removeprefix("*.") if value.startswith(("@", "*.")) else value
    if "@" in value:
        try:
            validate_email(value)
        except ValidationError:
            raise Refused(f"“{value[:100]}” is not a mail address.") from None
        return value
    if not value.isascii():
        try:
            value = value.encode("idna").decode()
        except UnicodeError:
            value = ""
    if not _DOMAIN.fullmatch(value):
        raise Refused("Write an address such as anna@shop.example, or a domain: shop.example.")
    return value
