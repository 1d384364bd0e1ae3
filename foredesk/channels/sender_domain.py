"""Whether the world believes mail from our domain: SPF, DKIM, DMARC (RFC 7208, 6376, 7489).

Each finding that is not well carries the record to publish, ready to copy.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction

from foredesk.channels import resolving, signing
from foredesk.channels.models import Mailbox

Ask = Callable[[str], list[str]]
"""The TXT records of a name, each in one piece, [] for none. Raises resolving.Unanswered."""

_INCLUDES = {
    "google": "include:_spf.google.com",
    "microsoft": "include:spf.protection.outlook.com",
    "mailgun": "include:mailgun.org",
    "sendgrid": "include:sendgrid.net",
    "amazon_ses": "include:amazonses.com",
}
_SELECTORS = {
    "google": ("google",),
    "microsoft": ("selector1", "selector2"),
    "sendgrid": ("s1", "s2"),
    "resend": ("resend",),
}


@dataclass(frozen=True)
class Finding:
    """What was found about one of the three. `name` and `value` are the record to publish."""

    what: str
    state: str
    text: str
    name: str = ""
    value: str = ""


def look(mailbox: Mailbox, *, ask: Ask | None = None) -> list[Finding]:
    """All three, for the domain that a mailbox writes from."""
    asking = ask or resolved
    domain = domain_of(mailbox)
    return [_spf(mailbox, domain, asking), _dkim(mailbox, domain, asking), _dmarc(domain, asking)]


def check(mailbox: Mailbox, *, at: datetime, ask: Ask | None = None) -> list[Finding]:
    """Look, and keep what was found; our own signature is used once its record is seen."""
    found = look(mailbox, ask=ask)
    dkim = next(one for one in found if one.what == "DKIM")
    with transaction.atomic():
        row = Mailbox.objects.select_for_update(of=("self",)).get(pk=mailbox.pk)
        row.domain_findings = [asdict(one) for one in found]
        row.domain_checked_at = at
        if row.dkim_selector and dkim.state != "unknown":
            row.dkim_seen_at = at if dkim.state == "ok" else None
        row.save(update_fields=["domain_findings", "domain_checked_at", "dkim_seen_at"])
    return found


def check_all(*, at: datetime) -> None:
    """Look at the domain of every mailbox that sends."""
    for mailbox in Mailbox.objects.filter(is_active=True, is_demo=False):
        if mailbox.can_send:
            check(mailbox, at=at)


def findings_of(mailbox: Mailbox) -> list[Finding]:
    """What the last look found."""
    return [Finding(**one) for one in mailbox.domain_findings]


def domain_of(mailbox: Mailbox) -> str:
    """The domain of its address, in ASCII."""
    domain = mailbox.address.rpartition("@")[2]
    try:
        return domain.encode("idna").decode()
    except UnicodeError:
        return domain


def resolved(name: str) -> list[str]:
    """TXT records by the DNS that senders are looked up in, too. Raises resolving.Unanswered."""
    return [one.decode("utf-8", "replace") for one in resolving.Questions().texts(name)]


def _road(mailbox: Mailbox) -> str:
    """Who hands its mail to the world, as far as that is known."""
    if mailbox.provider_out:
        return mailbox.provider
    return mailbox.oauth_provider if mailbox.smtp_sign_in == "oauth" else ""


def _unknown(what: str) -> Finding:
    return Finding(what, "unknown", "The DNS gave no answer. Look again later.")


def _spf(mailbox: Mailbox, domain: str, ask: Ask) -> Finding:
    try:
        rows = sorted(one for one in ask(domain) if re.match(r"v=spf1(\s|$)", one, re.I))
    except resolving.Unanswered:
        return _unknown("SPF")
    include = _INCLUDES.get(_road(mailbox), "")
    host = mailbox.smtp_host
    wanted = include or (f"a:{host}" if host else "mx")
    if not rows:
        text = f"{domain} does not say who may send its mail, so receivers distrust it."
        return Finding("SPF", "bad", text, domain, f"v=spf1 {wanted} ~all")
    if len(rows) > 1:
        terms = [term for row in rows for term in row.split()[1:] if not term.endswith("all")]
        merged = " ".join(dict.fromkeys(["v=spf1", *terms, "~all"]))
        text = f"{domain} has {len(rows)} SPF records, so none counts. Publish one instead."
        return Finding("SPF", "bad", text, domain, merged)
    record = rows[0]
    terms = record.lower().split()
    if "+all" in terms or "all" in terms:
        text = "It lets everybody send in your name. End it with ~all or -all."
        better = re.sub(r"(?<!\S)\+?all(?!\S)", "~all", record, flags=re.I)
        return Finding("SPF", "bad", text, domain, better)
    if include and include not in terms:
        text = f"It does not name {include.partition(':')[2]}, which sends this mailbox's mail."
        return Finding("SPF", "bad", text, domain, record.replace("v=spf1", f"v=spf1 {include}", 1))
    if include or (host and any(host.lower() in term for term in terms)):
        return Finding("SPF", "ok", "It names who sends this mailbox's mail.")
    text = f"It is there. Whether it covers {host or 'your server'} can't be told from here."
    return Finding("SPF", "ok", text)


def _dkim(mailbox: Mailbox, domain: str, ask: Ask) -> Finding:
    if mailbox.dkim_selector:
        return _own_key(mailbox, domain, ask)
    road = _road(mailbox)
    selectors = _SELECTORS.get(road, ())
    try:
        for selector in selectors:
            rows = ask(f"{selector}._domainkey.{domain}")
            if any("p=" in one and not re.search(r"p=\s*(;|$)", one) for one in rows):
                return Finding("DKIM", "ok", f"{domain} has a key for {road.title()}.")
    except resolving.Unanswered:
        return _unknown("DKIM")
    if road:
        text = "No key was found where it usually lies. See the provider's own page for the domain."
        return Finding("DKIM", "warn" if selectors else "unknown", text)
    text = (
        "Whether your mail server signs can't be told from here. If it does not, let this desk "
        "sign: make a key below."
    )
    return Finding("DKIM", "unknown", text)


def _own_key(mailbox: Mailbox, domain: str, ask: Ask) -> Finding:
    name, value = signing.record_of(mailbox)
    try:
        rows = ask(name)
    except resolving.Unanswered:
        return _unknown("DKIM")
    wanted = re.search(r"p=([A-Za-z0-9+/=]+)", value)
    for row in rows:
        there = re.search(r"p=([A-Za-z0-9+/=\s]*)", row)
        if there and wanted and "".join(there[1].split()) == wanted[1]:
            return Finding("DKIM", "ok", "The record is there: mail is signed with the key here.")
    if rows:
        text = "The record holds another key. Until it is right nothing is signed."
        return Finding("DKIM", "bad", text, name, value)
    text = "Publish this record. Mail is signed as soon as it is seen."
    return Finding("DKIM", "warn", text, name, value)


def _dmarc(domain: str, ask: Ask) -> Finding:
    labels = domain.split(".")
    try:
        for start in range(max(1, len(labels) - 1)):
            place = ".".join(labels[start:])
            rows = [
                one
                for one in ask(f"_dmarc.{place}")
                if re.match(r"v\s*=\s*DMARC1\s*(;|$)", one, re.I)
            ]
            if rows:
                return _policy(rows, place)
    except resolving.Unanswered:
        return _unknown("DMARC")
    text = f"{domain} has none. Large receivers ask for it. Begin with one that only watches."
    value = f"v=DMARC1; p=none; rua=mailto:postmaster@{domain}"
    return Finding("DMARC", "warn", text, f"_dmarc.{domain}", value)


def _policy(rows: list[str], place: str) -> Finding:
    if len(rows) > 1:
        text = f"{place} has {len(rows)} DMARC records, so none counts. Keep one."
        return Finding("DMARC", "bad", text, f"_dmarc.{place}", rows[0])
    found = re.search(r"(?:^|;)\s*p\s*=\s*(\w+)", rows[0], re.I)
    policy = found[1].lower() if found else ""
    words = {
        "none": "It is there and only watches. When its reports look right, set p=quarantine.",
        "quarantine": "Forged mail in your name is put into spam.",
        "reject": "Forged mail in your name is refused.",
    }
    if policy not in words:
        value = f"v=DMARC1; p=none; rua=mailto:postmaster@{place}"
        return Finding("DMARC", "bad", "It names no policy (p=).", f"_dmarc.{place}", value)
    return Finding("DMARC", "ok", words[policy])
