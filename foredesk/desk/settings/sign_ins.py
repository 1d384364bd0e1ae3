"""How and when people sign in, read from django-allauth's tables."""

from collections import defaultdict
from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db.models import Max


def second_steps() -> dict[int, set[str]]:
    """The kinds of second step (totp, webauthn) that each person has."""
    kinds = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    found: dict[int, set[str]] = defaultdict(set)
    rows = Authenticator.objects.filter(type__in=kinds).values_list("user_id", "type")
    for agent_id, kind in rows:
        found[agent_id].add(kind)
    return found


def last_seen() -> dict[int, datetime]:
    """When each person last used a session that still lives, within some minutes."""
    rows = UserSession.objects.values_list("user_id").annotate(at=Max("last_seen_at"))
    return {agent_id: at for agent_id, at in rows if at}
