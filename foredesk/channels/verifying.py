"""The verdict on a sender: is the address in From proven? From a trusted server, or by own checks.

Own checks ask the DNS, so they belong into the job that opens a mail, outside any transaction.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field
from typing import Any

from foredesk.channels import trusting
from foredesk.channels.mail import alignment, dkim_signatures, sender_policy
from foredesk.channels.mail.auth_results import Report
from foredesk.channels.mail.mime import Part
from foredesk.channels.models import Envelope
from foredesk.channels.resolving import Questions, Unanswered

PASS, FAIL, NONE = "pass", "fail", "none"
OURSELVES = "Foredesk"
_TAG = re.compile(rb"(?:^|;)\s*([a-z]+)\s*=\s*([^;\s]*)", re.I)


@dataclass
class Verdict:
    """`value` is pass, fail or none; `why` a sentence for people; the rest what it rests on.

    `by` is the server that says so, or Foredesk. `stranger` is a server that vouches for the
    sender and is not trusted.
    """

    value: str
    why: str
    by: str = OURSELVES
    spf: str = NONE
    spf_domain: str = ""
    dkim: str = NONE
    dkim_domains: list[str] = field(default_factory=list)
    dmarc: str = NONE
    policy: str = ""
    arc: str = NONE
    stranger: str = ""

    def evidence(self) -> dict[str, Any]:
        """All but the value, fit to be stored."""
        found = asdict(self)
        del found["value"]
        return found


def verdict(raw: bytes, root: Part, address: str, envelope: Envelope) -> Verdict:
    """Whether `address` (of From) is proven to have written the mail. Never raises for any mail."""
    domain = alignment.normalised(address.rpartition("@")[2])
    report, stranger = trusting.trusted_report(root, envelope)
    if report is not None and (report.of("dmarc") or report.of("dkim") or report.of("spf")):
        found = _reported(report, domain)
    else:
        found = _checked(raw, root, domain, envelope)
    found.stranger = _storable(stranger)
    return found


def _reported(report: Report, domain: str) -> Verdict:
    dmarc, spf, arc = report.of("dmarc"), report.of("spf"), report.of("arc")
    passed = [one for one in report.all("dkim") if one.value == PASS]
    names = [_signer(one.properties) for one in passed]
    found = Verdict(
        NONE,
        "",
        by=_storable(report.server) or "the mail server",
        spf=spf.value if spf else NONE,
        spf_domain=_storable(spf.properties.get("smtp.mailfrom", "")) if spf else "",
        dkim=PASS if passed else (first.value if (first := report.of("dkim")) else NONE),
        dkim_domains=[_storable(name) for name in dict.fromkeys(names) if name],
        dmarc=dmarc.value if dmarc else NONE,
        arc=arc.value if arc else NONE,
    )
    judged = dmarc.properties.get("header.from", "") if dmarc else ""
    if judged and not alignment.is_aligned(judged.rpartition("@")[2], domain):
        found.dmarc = NONE
        found.why = f"{found.by} judged another sender, {judged[:100]}."
        return found
    _conclude(found, domain, can_know_failure=True)
    return found


def _signer(properties: dict[str, str]) -> str:
    return properties.get("header.d") or properties.get("header.i", "").rpartition("@")[2]


def _checked(raw: bytes, root: Part, domain: str, envelope: Envelope) -> Verdict:
    questions = Questions()
    found = Verdict(NONE, "")
    trouble = ""
    signed = dkim_signatures.dkim_of(raw, root, ask=questions.texts)
    passed = [one.domain for one in signed if one.result == PASS]
    found.dkim = PASS if passed else (signed[0].result if signed else NONE)
    found.dkim_domains = [_storable(name) for name in dict.fromkeys(passed)]
    if signed and not passed:
        trouble = signed[0].why
    knows_peer = envelope.road == "smtp" and sender_policy.is_public(envelope.peer)
    if knows_peer:
        found.spf, found.spf_domain = sender_policy.spf_of(
            peer=envelope.peer,
            mail_from=envelope.mail_from,
            helo=envelope.helo,
            ask=questions.ask,
        )
        found.spf_domain = _storable(found.spf_domain)
    if root.first(b"arc-seal"):
        found.arc, _ = dkim_signatures.arc_of(raw, root, ask=questions.texts)
    if passed or knows_peer:
        try:
            _apply_policy(found, domain, passed, questions)
        except Unanswered as why:
            found.dmarc, found.why = "temperror", f"It could not be checked. {why}"
            return found
    if "temperror" in (found.spf, found.dkim) and found.dmarc != PASS:
        found.why = f"It could not be checked. {trouble or 'The DNS did not answer in time.'}"
        found.dmarc = NONE if found.dmarc == FAIL else found.dmarc
        return found
    _conclude(found, domain, can_know_failure=knows_peer)
    return found


def _apply_policy(found: Verdict, domain: str, signers: list[str], questions: Questions) -> None:
    """DMARC (RFC 7489, 6.6): a policy of the domain, and something that passed and is aligned."""
    policy, is_of_parent = _policy_of(domain, questions)
    if not policy:
        return
    stated = policy.get("sp", policy["p"]) if is_of_parent else policy["p"]
    found.policy = _storable(stated)
    strict_dkim, strict_spf = policy.get("adkim") == "s", policy.get("aspf") == "s"
    by_signature = any(alignment.is_aligned(one, domain, is_strict=strict_dkim) for one in signers)
    by_server = found.spf == PASS and alignment.is_aligned(
        found.spf_domain, domain, is_strict=strict_spf
    )
    found.dmarc = PASS if by_signature or by_server else FAIL


def _policy_of(domain: str, questions: Questions) -> tuple[dict[str, str], bool]:
    """The tags of the policy that holds for a domain, and whether it is its organisation's."""
    own = _record(domain, questions)
    parent = alignment.organisation_of(domain)
    if own or parent == domain:
        return own, False
    return _record(parent, questions), True


def _record(domain: str, questions: Questions) -> dict[str, str]:
    if "." not in domain:
        return {}
    records = [one for one in questions.texts(f"_dmarc.{domain}") if one.startswith(b"v=DMARC1")]
    if len(records) != 1:
        return {}
    tags = {
        key.decode().lower(): value.decode("ascii", "replace").lower()
        for key, value in _TAG.findall(records[0][:4096])
    }
    return tags if tags.get("p") else {}


def _conclude(found: Verdict, domain: str, *, can_know_failure: bool) -> None:
    """The value and its sentence.

    A domain without a policy is believed for its own signature: it is the same proof, only nobody
    said what a missing one means.
    """
    name = _storable(domain) or "the sender's domain"
    signs = any(alignment.is_aligned(one, domain) for one in found.dkim_domains)
    if found.dmarc == PASS:
        found.value, found.why = PASS, f"{name} confirms that it sent this mail."
    elif found.dmarc == FAIL and can_know_failure:
        found.value = FAIL
        found.why = f"{name} says by what its real mail can be known, and this mail fails it."
    elif found.dmarc in (NONE, "bestguesspass") and signs:
        found.value, found.why = PASS, f"The mail carries a valid signature of {name}."
    elif found.dmarc in ("temperror", "permerror"):
        found.why = f"{name} could not be checked."
    else:
        found.why = f"Nothing proves that {name} sent this mail: it was neither signed by it nor "
        found.why += "sent by a server that the domain names."


def _storable(text: str) -> str:
    return "".join(char for char in text if char.isprintable())[:255]
