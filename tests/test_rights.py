"""Every path of the project, asked by everyone, against one table: the table is the specification.

A path that is not in the table fails the test. Whoever is refused changes nothing; what a person
may not see looks exactly like what is not there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import get_resolver

from foredesk.surveys import links
from foredesk.tickets.tests import cases
from tests import world as worlds

pytestmark = pytest.mark.django_db

# For each path the answers to GET and to a POST that means something, in the order of
# nobody, Lou (light), Ben (may not see the ticket), Ada (agent), Lea (lead), Adi (admin).
# "in": sent to sign in. "re": asked for the password once more.

OWNED = "in  403 403 200 200 200"
OWNED_MOVE = "in  403 403 302 302 302"
OPEN = "200 200 200 200 200 200"
NEVER = "405 405 405 405 405 405"
GONE = "404 404 404 404 404 404"
AGENTS = "in  200 200 200 200 200"
AGENTS_MOVE = "in  302 302 302 302 302"
AGENTS_DO = "in  204 204 204 204 204"
SIGNED_IN_NEVER = "in  405 405 405 405 405"
SEE_TICKET = "in  200 404 200 200 200"
DO_TICKET = "in  204 404 204 204 204"
CHANGE_TICKET = "in  403 404 302 302 302"
LEADS = "in  403 403 403 200 200"
LEADS_MOVE = "in  403 403 403 302 302"
ANSWERERS = "in  403 200 200 200 200"
ADMINS = "in  403 403 403 403 200"
ADMINS_MOVE = "in  403 403 403 403 302"
AGAIN = "in  re  re  re  re  re"
NONE_OF_MINE = "in  404 404 404 404 404"
T = "tickets/<number:number>/"
M = "messages/<slug:public_id>/"
MFA = "me/second-step/"
BOX = "settings/mailboxes/<number:pk>/"
PERSON = "settings/people/<number:pk>/"
RULE = "settings/rules/<number:pk>/"
MACRO = "settings/macros/<number:pk>/"
PROMISES, ROUTING = "settings/promises/", "settings/routing/"
REVIEW = "insights/review/<int:year>-W<int:number>/"
BOARD, MEASURE = "insights/dashboards/<slug:key>/", "insights/measures/<slug:name>/"

TABLE = {
    "healthz": (OPEN, OPEN),
    "hooks/mail/<slug:secret>/": (NEVER, GONE),
    "csp-report/": (NEVER, "204 204 204 204 204 204"),
    "": (AGENTS_MOVE, NEVER),
    "inbox/": (AGENTS, NEVER),
    "inbox/list/": (AGENTS, NEVER),
    "inbox/more/": (AGENTS, NEVER),
    "inbox/tickets.csv": (AGENTS, NEVER),
    "nav/": (AGENTS, NEVER),
    "search/palette": (AGENTS, NEVER),
    "tickets/new/": ("in  403 200 200 200 200", "in  403 302 302 302 302"),
    "tickets/next/": (NEVER, "in  403 302 302 302 302"),
    "tickets/bulk/": (NEVER, "in  403 200 200 200 200"),
    T: (SEE_TICKET, NEVER),
    T + "live/": (SEE_TICKET, NEVER),
    T + "ticket.json": (SEE_TICKET, NEVER),
    T + "replies/": (NEVER, CHANGE_TICKET),
    T + "scheduled/": (NEVER, "in  422 404 422 422 422"),
    T + "draft/": (NEVER, SEE_TICKET),
    T + "draft/state/": (SEE_TICKET, NEVER),
    T + "draft/discard/": (NEVER, DO_TICKET),
    T + "draft/files/": (NEVER, "in  422 404 422 422 422"),
    T + "presence/": (NEVER, DO_TICKET),
    T + "status/": (NEVER, CHANGE_TICKET),
    T + "assignment/": (NEVER, CHANGE_TICKET),
    T + "team/": (NEVER, CHANGE_TICKET),
    T + "brand/": (NEVER, CHANGE_TICKET),
    T + "priority/": (NEVER, CHANGE_TICKET),
    T + "tags/": (NEVER, CHANGE_TICKET),
    T + "subject/": (NEVER, CHANGE_TICKET),
    T + "snooze/": (NEVER, CHANGE_TICKET),
    T + "spam/": (NEVER, CHANGE_TICKET),
    T + "unread/": (NEVER, "in  302 404 302 302 302"),
    T + "merge/": (SEE_TICKET, CHANGE_TICKET),
    T + "split/": (SEE_TICKET, CHANGE_TICKET),
    T + "macros/": ("in  403 404 200 200 200", NEVER),
    T + "macros/<number:pk>/": (NEVER, "in  403 404 422 422 422"),
    T + "why/<number:entry>/": (SEE_TICKET, NEVER),
    M + "whole/": (SEE_TICKET, NEVER),
    M + "frame/": (SEE_TICKET, NEVER),
    M + "pictures/<number:number>/": (NONE_OF_MINE, NEVER),
    M + "withdraw/": (NEVER, "in  422 404 302 422 422"),
    M + "again/": (NEVER, CHANGE_TICKET),
    M + "original/": (SEE_TICKET, NEVER),
    M + "invitation/": (NEVER, CHANGE_TICKET),
    "files/<slug:public_id>/": (SEE_TICKET, NEVER),
    "files/<slug:public_id>/small/": (NONE_OF_MINE, NEVER),
    "files/<slug:public_id>/large/": (NONE_OF_MINE, NEVER),
    "files/<slug:public_id>/detach/": (NEVER, AGENTS_DO),
    "customers/": (AGENTS, NEVER),
    "customers/<slug:public_id>/": (AGENTS, NEVER),
    "customers/<slug:public_id>/describe/": (NEVER, "in  403 302 302 302 302"),
    "me/": (AGENTS, AGENTS_MOVE),
    "me/theme/": (SIGNED_IN_NEVER, AGENTS_DO),
    "me/availability/": (NEVER, AGENTS_MOVE),
    "me/availability/active/": (NEVER, AGENTS_DO),
    "me/notices/": (AGENTS, NEVER),
    "me/notices/list/": (AGENTS, NEVER),
    "bell/": (AGENTS, NEVER),
    "me/notices/read/": (NEVER, AGENTS_MOVE),
    "me/notices/wishes/": (NEVER, AGENTS_MOVE),
    "me/notices/<number:pk>/open/": (NEVER, "in  404 404 404 404 302"),
    "me/notices/<number:pk>/mark/": (NEVER, "in  404 404 404 404 302"),
    "me/sessions/": (AGENTS, SIGNED_IN_NEVER),
    "me/sessions/others/end/": (SIGNED_IN_NEVER, AGENTS_MOVE),
    "me/sessions/<int:pk>/end/": (SIGNED_IN_NEVER, "in  404 404 404 404 404"),
    "welcome/<str:secret>/": ("410 410 410 410 410 410", "410 410 410 410 410 410"),
    "account/login/": ("200 302 302 302 302 302", "422 302 302 302 302 302"),
    "account/logout/": (AGENTS, "in  in  in  in  in  in"),
    "account/inactive/": (OPEN, NEVER),
    "account/signup/": (GONE, GONE),
    "account/email/": (GONE, GONE),
    "account/confirm-email/": (GONE, GONE),
    "account/^confirm-email/(?P<key>[-:\\w]+)/$": (OPEN, GONE),
    "account/password/set/": (GONE, GONE),
    "account/login/code/confirm/": (GONE, GONE),
    "account/reauthenticate/": (AGENTS, "in  422 422 422 422 422"),
    "account/password/change/": (AGENTS, "in  422 422 422 422 422"),
    "account/password/reset/": (OPEN, "422 422 422 422 422 422"),
    "account/password/reset/done/": (OPEN, NEVER),
    "account/password/reset/key/done/": (OPEN, NEVER),
    "account/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": (
        OPEN, "422 422 422 422 422 422",
    ),
    MFA: (AGENTS, SIGNED_IN_NEVER),
    MFA + "authenticate/": ("in  302 302 302 302 302", "in  302 302 302 302 302"),
    MFA + "reauthenticate/": (AGAIN, AGAIN),
    MFA + "totp/activate/": (AGAIN, AGAIN),
    MFA + "totp/deactivate/": (NONE_OF_MINE, NONE_OF_MINE),
    MFA + "recovery-codes/": (NONE_OF_MINE, SIGNED_IN_NEVER),
    MFA + "recovery-codes/generate/": (AGAIN, AGAIN),
    MFA + "recovery-codes/download/": (NONE_OF_MINE, NONE_OF_MINE),
    MFA + "webauthn/": (AGENTS, SIGNED_IN_NEVER),
    MFA + "webauthn/add/": (AGAIN, AGAIN),
    MFA + "webauthn/reauthenticate/": (AGAIN, AGAIN),
    MFA + "webauthn/keys/<int:pk>/remove/": (AGAIN, AGAIN),
    MFA + "webauthn/keys/<int:pk>/edit/": (AGAIN, AGAIN),
    MFA + "webauthn/login/": (AGENTS_MOVE, AGENTS_MOVE),
    "settings/": (ADMINS, NEVER),
    "settings/workspace/": (ADMINS, ADMINS_MOVE),
    "settings/people/": (ADMINS, NEVER),
    "settings/people/new/": (ADMINS, "in  403 403 403 403 201"),
    PERSON: (ADMINS, ADMINS_MOVE),
    PERSON + "link/": (NEVER, ADMINS),
    PERSON + "deactivate/": (NEVER, ADMINS_MOVE),
    PERSON + "reset/": (NEVER, ADMINS_MOVE),
    PERSON + "reactivate/": (NEVER, ADMINS_MOVE),
    "settings/mailboxes/": (ADMINS, NEVER),
    "settings/mailboxes/new/": (ADMINS, ADMINS_MOVE),
    "settings/mailboxes/consent/": (ADMINS_MOVE, NEVER),
    BOX + "import/": (ADMINS, NEVER),
    BOX + "domain/": (NEVER, ADMINS_MOVE),
    BOX + "signing/": (NEVER, ADMINS_MOVE),
    BOX + "hook/": (NEVER, ADMINS_MOVE),
    BOX + "consent/": (ADMINS_MOVE, NEVER),
    BOX: (ADMINS, ADMINS_MOVE),
    BOX + "default/": (NEVER, ADMINS_MOVE),
    BOX + "active/": (NEVER, ADMINS_MOVE),
    BOX + "remove/": (NEVER, "in  403 403 403 403 409"),
    BOX + "check/": (ADMINS, ADMINS_MOVE),
    "settings/brands/": (ADMINS, ADMINS_MOVE),
    "settings/brands/<number:pk>/": (ADMINS, ADMINS_MOVE),
    "settings/brands/<number:pk>/aside/": (NEVER, ADMINS_MOVE),
    "settings/teams/": (ADMINS, ADMINS_MOVE),
    "settings/teams/<number:pk>/": (ADMINS, ADMINS_MOVE),
    "settings/teams/<number:pk>/remove/": (NEVER, ADMINS_MOVE),
    PROMISES: (ADMINS, NEVER),
    PROMISES + "recalculation/": (ADMINS, NEVER),
    PROMISES + "order/": (NEVER, ADMINS_MOVE),
    PROMISES + "new/": (ADMINS, ADMINS_MOVE),
    PROMISES + "conditions/": (NEVER, ADMINS),
    PROMISES + "try/": (ADMINS, NEVER),
    PROMISES + "steps/": (NEVER, ADMINS_MOVE),
    PROMISES + "hours/new/": (ADMINS, ADMINS_MOVE),
    PROMISES + "hours/<number:pk>/": (ADMINS, ADMINS_MOVE),
    PROMISES + "hours/<number:pk>/remove/": (NEVER, ADMINS_MOVE),
    PROMISES + "hours/<number:pk>/days/": (ADMINS, ADMINS_MOVE),
    PROMISES + "hours/<number:pk>/days/remove/": (NEVER, ADMINS_MOVE),
    PROMISES + "<number:pk>/": (ADMINS, ADMINS_MOVE),
    PROMISES + "<number:pk>/remove/": (NEVER, ADMINS_MOVE),
    ROUTING: (ADMINS, NEVER),
    ROUTING + "team/": (NEVER, ADMINS_MOVE),
    ROUTING + "measures/": (NEVER, ADMINS_MOVE),
    ROUTING + "capacity/<number:pk>/": (NEVER, ADMINS_MOVE),
    ROUTING + "skills/new/": (ADMINS, ADMINS_MOVE),
    ROUTING + "skills/<number:pk>/": (ADMINS, ADMINS_MOVE),
    ROUTING + "skills/<number:pk>/remove/": (NEVER, ADMINS_MOVE),
    ROUTING + "tiers/new/": (ADMINS, ADMINS_MOVE),
    ROUTING + "tiers/<number:pk>/": (ADMINS, ADMINS_MOVE),
    ROUTING + "tiers/<number:pk>/remove/": (NEVER, ADMINS_MOVE),
    "settings/rules/": (LEADS, NEVER),
    "settings/rules/new/": (LEADS, LEADS_MOVE),
    RULE: (LEADS, LEADS_MOVE),
    RULE + "switch/": (NEVER, LEADS_MOVE),
    RULE + "move/": (NEVER, LEADS_MOVE),
    RULE + "remove/": (NEVER, LEADS_MOVE),
    "settings/rules/runs/<number:pk>/": (SEE_TICKET, NEVER),
    "settings/macros/": (ANSWERERS, NEVER),
    "settings/macros/new/": (ANSWERERS, "in  403 302 302 302 302"),
    MACRO: (ANSWERERS, LEADS_MOVE),
    MACRO + "remove/": (NEVER, LEADS_MOVE),
    "settings/templates/": (LEADS, NEVER),
    "settings/templates/new/": (LEADS, LEADS_MOVE),
    "settings/templates/<number:pk>/": (LEADS, LEADS_MOVE),
    "settings/templates/<number:pk>/remove/": (NEVER, LEADS_MOVE),
    "settings/followups/": (LEADS, NEVER),
    "settings/followups/new/": (LEADS, LEADS_MOVE),
    "settings/followups/<number:pk>/": (LEADS, LEADS_MOVE),
    "settings/followups/<number:pk>/remove/": (NEVER, LEADS_MOVE),
    "settings/surveys/": (ADMINS, ADMINS_MOVE),
    "settings/surveys/preview/": (ADMINS, NEVER),
    "rate/<slug:token>/": ("200 403 403 403 403 403", "302 403 403 403 403 403"),
    "setup/": (GONE, GONE),
    "setup/workspace/": (ADMINS_MOVE, ADMINS_MOVE),
    "setup/mailbox/": (ADMINS_MOVE, ADMINS_MOVE),
    "setup/mailbox/check/": (ADMINS_MOVE, NEVER),
    "setup/start/": (ADMINS_MOVE, ADMINS_MOVE),
    "setup/demo/": (ADMINS_MOVE, NEVER),
    "insights/": (AGENTS, NEVER),
    BOARD: (AGENTS, NEVER),
    BOARD + "wall/": (AGENTS, NEVER),
    BOARD + "first/": (NEVER, AGENTS_MOVE),
    BOARD + "arrange/": (OWNED, NEVER),
    BOARD + "save/": (NEVER, OWNED_MOVE),
    BOARD + "remove/": (NEVER, OWNED_MOVE),
    BOARD + "dashboard.pdf": (AGENTS, NEVER),
    BOARD + "dashboard.csv": (AGENTS, NEVER),
    "insights/review/": (AGENTS, NEVER),
    "insights/review/mail/": (LEADS, LEADS_MOVE),
    "insights/review/mail/confirm/": (NEVER, LEADS_MOVE),
    REVIEW: (AGENTS, NEVER),
    REVIEW + "write/": (NEVER, LEADS_MOVE),
    REVIEW + "send/": (NEVER, "in  403 403 403 422 422"),
    REVIEW + "review.pdf": (AGENTS, NEVER),
    "insights/new/": (NEVER, AGENTS_MOVE),
    "insights/aims/": (ADMINS, ADMINS_MOVE),
    "insights/measures/": (AGENTS, NEVER),
    MEASURE: (AGENTS, NEVER),
    MEASURE + "tickets/": (AGENTS, NEVER),
    MEASURE + "rows.csv": (AGENTS, NEVER),
    MEASURE + "rows.parquet": (AGENTS, NEVER),
    "mail/sent/": (AGENTS, NEVER),
    "mail/sent/<number:pk>/": (SEE_TICKET, NEVER),
    "mail/sent/<number:pk>/frame/": (SEE_TICKET, NEVER),
    "mail/sent/<number:pk>/raw/": (SEE_TICKET, NEVER),
    "mail/suspended/": (LEADS, NEVER),
    "mail/suspended/decide/": (NEVER, LEADS_MOVE),
    "mail/suspended/<number:pk>/": (LEADS, NEVER),
    "mail/suspended/<number:pk>/raw/": (ADMINS, NEVER),
    "mail/senders/": (LEADS, LEADS_MOVE),
    "mail/senders/<number:pk>/remove/": (NEVER, LEADS_MOVE),
    "health/": (LEADS, NEVER),
    "health/parts/": (LEADS, NEVER),
    "health/jobs/retry/": (NEVER, ADMINS_MOVE),
    "health/jobs/<number:pk>/retry/": (NEVER, ADMINS_MOVE),
    "health/jobs/<number:pk>/forget/": (NEVER, ADMINS_MOVE),
}  # fmt: skip

WITHOUT_TOKEN = {"csp-report/": 204, "hooks/mail/<slug:secret>/": 404, "rate/<slug:token>/": 403}
"""Paths that take a POST without a CSRF token, and what they answer: browsers report
without one, and providers and customers know the secret of the path (where the admin who asks here
is refused)."""

Body = dict[str, Any]


def bodies(w: worlds.World) -> dict[str, Body]:
    """A POST for each path that takes one, such that it means something."""
    server = {
        "name": "Shop", "address": "shop@halden.example", "from_name": "{workspace}",
        "receive": "intake", "imap_port": 993, "imap_security": "ssl", "imap_folder": "INBOX",
        "since": "now", "after_fetch": "leave", "send": "keep", "smtp_port": 587,
        "smtp_security": "starttls",
    }  # fmt: skip
    person = {
        "name": "Mira", "email": "mira@halden.example", "role": "agent", "sees": "everything",
    }  # fmt: skip
    return {
        "tickets/new/": {
            "email": "eve@customer.example", "subject": "s", "body": "b", "how": "told",
        },
        "tickets/bulk/": {"ticket": [w.ticket.pk], "action": "status", "value": "pending"},
        T + "replies/": {"body": "<p>Hello</p>"},
        T + "draft/": {"kind": "reply", "body": "x"},
        M + "invitation/": {"answer": "accepted"},
        T + "presence/": {"state": "reading"},
        T + "status/": {"status": "on_hold"},
        T + "assignment/": {"agent": "me"},
        T + "team/": {"team": ""},
        T + "brand/": {"brand": ""},
        T + "priority/": {"priority": "4"},
        T + "tags/": {"add": "x"},
        T + "subject/": {"subject": "New"},
        T + "snooze/": {"until": "2027-01-01T10:00"},
        T + "spam/": {"spam": "1"},
        T + "merge/": {"into": w.other.pk},
        T + "split/": {"message": [w.message.pk], "subject": "s"},
        "customers/<slug:public_id>/describe/": {"name": "X", "notes": "", "organisation": ""},
        "me/": {"name": "X", "theme": "dark", "density": "compact"},
        "me/theme/": {"theme": "dark"},
        "settings/workspace/": {"name": "Halden", "time_zone": "UTC", "close_after_days": 7,
                                "copies_join": "nobody"},
        "settings/people/new/": person,
        PERSON: {**person, "name": "Lou", "email": "lou@halden.example", "role": "light"},
        "settings/mailboxes/new/": server,
        BOX: {
            **server, "name": "Help", "address": "help@halden.example", "acknowledges": "on",
            "acknowledgement_text": "{number}",
        },
        BOX + "active/": {"on": "1"},
        BOX + "signing/": {"on": "0"},
        "settings/brands/": {"name": "Second", "hue": "1"},
        "settings/brands/<number:pk>/": {"name": "Second", "hue": "1"},
        "settings/teams/": {"name": "Returns", "icon": "layers"},
        "settings/teams/<number:pk>/": {"name": "Returns", "icon": "layers"},
        "rate/<slug:token>/": {"do": "send", "r": "4", "comment": "Fine"},
        "settings/surveys/": {
            "is_on": "on", "delay_hours": "4", "scale": "3", "every_days": "90", "open_days": "7",
            "subject": "How was it?", "text": "Say it: {choices}", "good_reasons": "Fast\nKind",
        },
        **_rulebook(w),
        **_promises(w),
        BOARD + "save/": {"do": "remove-0"},
        "insights/new/": {"of": "overview"},
        "insights/aims/": {"first_reply": "20 min"},
        "insights/review/mail/": {"weekday": "0", "hour": "8"},
        REVIEW + "write/": {"do": "notes", "notes": "The carrier is asked."},
        "me/availability/": {"state": "online"},
        "mail/suspended/decide/": {"do": "recover", "mail": [w.envelope.pk]},
        "mail/senders/": {"value": "thief.example", "kind": "block", "note": "x"},
    }  # fmt: skip


def _rulebook(w: worlds.World) -> dict[str, Body]:
    rule = {
        "name": "Cards", "kind": "trigger", "occasion": ["wrote"], "s0.do": "priority",
        "s0.was": "priority", "s0.to": "3", "do": "save", "version": w.routine.version,
    }  # fmt: skip
    text = {"name": "Refund", "scope": "personal", "text.en": "Hello", "do": "save"}
    mail = {"f0.do": "mail", "f0.amount": "1", "f0.unit": "days", "f0.template": w.template.pk}
    return {
        "settings/rules/new/": rule,
        RULE: rule,
        RULE + "switch/": {"on": "0"},
        RULE + "move/": {"to": "up"},
        "settings/macros/new/": text,
        MACRO: {**text, "scope": "all"},
        "settings/templates/new/": text,
        "settings/templates/<number:pk>/": text,
        "settings/followups/new/": {"name": "Later", "do": "save", **mail},
        "settings/followups/<number:pk>/": {"name": "Later", "do": "save", **mail},
    }


def _promises(w: worlds.World) -> dict[str, Body]:
    hours = {"name": "Night", "time_zone": "UTC", "from-0": "08:00", "to-0": "12:00"}
    promise = {"name": "Gold", "is_active": "on", "first_reply-2": "4 h"}
    needs = {"c0.field": "language", "c0.is": "any_of", "c0.value": "de"}
    return {
        PROMISES + "order/": {"policy": w.policy.pk, "to": "up"},
        PROMISES + "new/": promise,
        PROMISES + "<number:pk>/": promise,
        PROMISES + "conditions/": {**needs, "press": "condition-add"},
        PROMISES + "steps/": {"left-0": "0", "tell-0": ["leads"]},
        PROMISES + "hours/new/": hours,
        PROMISES + "hours/<number:pk>/": hours,
        PROMISES + "hours/<number:pk>/days/": {"day": "2030-02-03", "name": "Outing"},
        PROMISES + "hours/<number:pk>/days/remove/": {"day": "2030-02-03"},
        ROUTING + "team/": {"team": w.payments.pk, "way": "load"},
        ROUTING + "measures/": {"most-chat": "2", "away_minutes": "5"},
        ROUTING + "capacity/<number:pk>/": {"most-email": "7"},
        ROUTING + "skills/new/": {"name": "French", **needs},
        ROUTING + "skills/<number:pk>/": {"name": "French", **needs},
        ROUTING + "tiers/new/": {"name": "Silver", "rank": "2", **needs},
        ROUTING + "tiers/<number:pk>/": {"name": "Silver", "rank": "2", **needs},
    }


def walk(resolver: Any = None, before: str = "") -> Iterator[str]:
    """Every path that the project answers, as the resolver writes it."""
    for pattern in (resolver or get_resolver()).url_patterns:
        path = before + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from walk(pattern, path)
        else:
            yield path


def url_of(path: str, w: worlds.World, who: str = "adi") -> str:
    """The path with the world's own things in it."""
    own = {
        "files/<slug:public_id>/detach/": w.drafts.get(who, w.drafts["ada"]).public_id,
        "files/<slug:public_id>/": w.file.public_id,
        M + "withdraw/": w.waiting.public_id,
        M + "again/": w.failed.public_id,
        M + "invitation/": w.message.public_id,
        "messages/": w.message.public_id,
        "customers/": w.ticket.requester.public_id,
        "tickets/": w.ticket.pk,
        "me/notices/": w.notice.pk,
        "settings/people/": w.people["lou"].pk,
        "settings/rules/runs/": w.run.pk,
        "settings/rules/": w.routine.pk,
        "settings/macros/": w.macro.pk,
        "settings/templates/": w.template.pk,
        "settings/followups/": w.sequence.pk,
        "settings/mailboxes/": w.mailbox.pk,
        "settings/brands/": w.brand.pk,
        "settings/teams/": w.payments.pk,
        PROMISES + "hours/": w.hours.pk,
        PROMISES: w.policy.pk,
        ROUTING + "capacity/": w.people["lou"].pk,
        ROUTING + "skills/": w.skill.pk,
        ROUTING + "tiers/": w.tier.pk,
        ROUTING: w.payments.pk,
        "insights/dashboards/": w.board.key,
        "insights/measures/": "first_reply",
        "mail/sent/": w.dispatch.pk,
        "mail/suspended/": w.envelope.pk,
        "mail/senders/": w.rule.pk,
        "health/jobs/": w.job,
        "rate/": links.token_of(w.survey),
        "": "987654",
    }
    thing = next(value for start, value in own.items() if path.startswith(start))
    path = path.replace("pictures/<number:number>", "pictures/0")
    path = path.replace("<int:year>-W<int:number>", "2024-W7")
    path = path.replace("<number:entry>", str(w.doing))
    path = path.replace("macros/<number:pk>", f"macros/{w.macro.pk}")
    plain = re.sub(r"\(\?P<\w+>(\[.*?\]|\.)\+\)", "1", path).translate({36: None, 94: None})
    return "/" + re.sub(r"<\w+:\w+>", str(thing), plain)


def _code(answer: Any) -> str:
    place = answer.get("Location", "")
    if answer.status_code == 302 and place.startswith("/account/login/"):
        return "in"
    if answer.status_code == 302 and place.startswith("/account/reauthenticate/"):
        return "re"
    return str(answer.status_code)


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), worlds.lasting() as world:
        yield world


def test_the_table_names_every_path_and_no_other():
    assert set(walk()) == set(TABLE)


ROOMS = sorted({path.partition("/")[0] for path in TABLE})


@pytest.mark.parametrize("room", ROOMS)
def test_everyone_gets_the_answer_that_the_table_says(world, room):
    wrong = {}
    for path in (path for path in TABLE if path.partition("/")[0] == room):
        got = [_asked(world, path, method) for method in ("get", "post")]
        if got != [expected.split() for expected in TABLE[path]]:
            wrong[path] = [" ".join(codes) for codes in got]
    assert wrong == {}


def _asked(world: worlds.World, path: str, method: str) -> list[str]:
    """What everybody is answered; each request is undone."""
    codes = []
    body = bodies(world).get(path, {}) if method == "post" else {}
    for who in worlds.PEOPLE:
        point = transaction.savepoint()
        client = world.client(who)
        before = worlds.snapshot() if method == "post" else {}
        answer = getattr(client, method)(url_of(path, world, who), body)
        code = _code(answer)
        if method == "post" and code in ("in", "re", "400", "403", "404", "405", "409", "410"):
            assert worlds.changed(before) == [], f"{who} was refused at {path}"
        if code in ("403", "404", "409", "410", "422"):
            said = re.sub(r"<[^>]+>", "", answer.content.decode())
            assert re.search(r"\w\w.*[.?]", said), f"no sentence at {path}"
        codes.append(code)
        transaction.savepoint_rollback(point)
    return codes


def test_a_refused_sign_out_is_none(world):
    """The table's "in" after signing out is the sign-in page, not a refusal."""
    client = world.client("ada")
    client.post("/account/logout/")
    assert client.get("/inbox/")["Location"].startswith("/account/login/")


HIDDEN = [path for path in TABLE if path.startswith((T, M, "files/", "mail/sent/<"))]


def test_what_ben_may_not_see_looks_like_what_is_not_there(world):
    client = world.client("ben")
    before = worlds.snapshot()
    for path in HIDDEN:
        hidden = url_of(path, world, "ada")
        missing = re.sub(
            r"(?<=/)(\d+|[a-z0-9]{20})(?=/)", lambda m: "9" * max(len(m[0]), 9), hidden, count=1
        )
        assert missing != hidden
        for headers in ({}, {"HX-Request": "true"}):
            one, other = (
                _answered(client, url, bodies(world).get(path, {}), headers)
                for url in (hidden, missing)
            )
            assert one == other, path
            assert one[0] == 404, path
    assert worlds.changed(before) == []


def _answered(client: Client, url: str, body: Body, headers: dict[str, str]) -> tuple[int, str]:
    """Status and words, numbers aside."""
    answer = client.get(url, headers=headers)
    if answer.status_code == 405:
        answer = client.post(url, body, headers=headers)
    words = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return answer.status_code, re.sub(r"\d+", "N", words)


def test_a_change_of_many_names_hidden_tickets_as_gone(world):
    answer = world.client("ben").post(
        "/tickets/bulk/", {"ticket": [world.ticket.pk], "action": "status", "value": "pending"}
    )
    assert "It is gone." in answer.content.decode()
    assert cases.facts(world.ticket)[-1] == "TagsChanged"


def test_nobody_merges_into_a_ticket_that_they_may_not_see(world):
    mine = cases.ticket_of(subject="No team")
    client = world.client("ben")
    before = worlds.snapshot()
    answer = client.post(f"/tickets/{mine.pk}/merge/", {"into": world.ticket.pk})
    assert answer.status_code == 422
    assert worlds.changed(before) == []


def test_no_post_counts_without_its_token(world):
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(world.people["adi"])
    before = worlds.snapshot()
    for path, (_, allowed) in TABLE.items():
        answer = client.post(url_of(path, world), bodies(world).get(path, {}))
        if path in WITHOUT_TOKEN:
            assert answer.status_code == WITHOUT_TOKEN[path]
        else:
            refused = {"403"} | ({"404", "405"} & set(allowed.split()))
            assert str(answer.status_code) in refused, path
    assert worlds.changed(before) == []
