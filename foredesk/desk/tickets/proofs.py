"""What the thread says about who really wrote a message."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

RESULTS = {
    "pass": "passed", "fail": "failed", "softfail": "doubtful", "neutral": "undecided",
    "none": "none", "temperror": "no answer", "permerror": "misconfigured", "policy": "refused",
    "bestguesspass": "passed by guess",
}  # fmt: skip


def of(message: Any) -> dict[str, Any] | None:
    """Tone, icon, word and details of the mark beside the writer; None where there is none."""
    if message.author_kind != "customer" or not message.verdict:
        return None
    evidence = message.evidence or {}
    tone, icon, label = {
        "pass": ("", "shield", _("Verified")),
        "fail": ("bad", "alert", _("Probably forged")),
    }.get(message.verdict, ("warn", "alert", _("Not verified")))
    return {
        "tone": tone,
        "icon": icon,
        "label": label,
        "why": evidence.get("why", ""),
        "advice": _advice(message, evidence),
        "facts": _facts(evidence),
        "is_id_reused": bool(evidence.get("is_id_reused")),
    }


def shown_address(address: str) -> str:
    """The address; a domain with letters beyond ASCII also as machines read it, since many letters
    look alike."""
    domain = address.rpartition("@")[2]
    if domain.isascii():
        return address
    try:
        return f"{address} ({domain.encode('idna').decode()})"
    except UnicodeError:
        return f"{address} ({domain.encode('ascii', 'backslashreplace').decode()})"


def _advice(message: Any, evidence: dict[str, Any]) -> str:
    if message.verdict == "pass":
        return ""
    stranger = evidence.get("stranger")
    if stranger:
        return _(
            "The server %(server)s says something about the sender. If it is yours, an admin can "
            "name it as trusted on the page of the mailbox."
        ) % {"server": stranger}
    return _("Ask by another way before you tell or change anything that matters.")


def _facts(evidence: dict[str, Any]) -> list[tuple[str, str]]:
    rows = [(_("Checked by"), str(evidence.get("by", "")))]
    for name, about in (
        ("dmarc", evidence.get("policy", "")),
        ("spf", evidence.get("spf_domain", "")),
        ("dkim", ", ".join(evidence.get("dkim_domains") or [])),
        ("arc", ""),
    ):
        result = str(evidence.get(name, "none"))
        if name == "arc" and result == "none":
            continue
        said = RESULTS.get(result, result)
        rows.append((name.upper(), f"{said} ({about})" if about else said))
    return [row for row in rows if row[1]]
