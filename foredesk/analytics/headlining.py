"""What kind of week it was, in one sentence that the figures bear out. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from foredesk.analytics.comparing import Change
from foredesk.analytics.questions import FEW

WORDS = {
    "first_reply": ("first answers came faster", "first answers took longer"),
    "next_reply": ("customers waited less for the next answer", "the next answer took longer"),
    "full_resolution": ("tickets were solved sooner", "tickets took longer to solve"),
    "promises_kept": ("more promises were kept", "fewer promises were kept"),
    "satisfaction": ("more customers were satisfied", "fewer customers were satisfied"),
    "backlog": ("fewer tickets are open", "more tickets are open"),
    "one_touch": ("more was solved with one answer", "less was solved with one answer"),
    "reopen_rate": ("fewer tickets were opened again", "more tickets were opened again"),
}
"""Better and worse, the weightiest first. Only these make a week good or hard: that more or less
came in or was solved is neither."""
MOST = 2


def headline(changes: Sequence[Change]) -> str:
    """Good only when what changed clearly is better, hard only when it is worse."""
    by_name = {one.measure.name: one for one in changes}
    if not any(one.now.n for one in changes):
        return _("Nothing came in this week.")
    good = [_(words[0]) for name, words in WORDS.items() if _judged(by_name, name) == "good"]
    poor = [_(words[1]) for name, words in WORDS.items() if _judged(by_name, name) == "poor"]
    if not good and not poor:
        created = by_name.get("created")
        if created is None or created.now.n < FEW:
            return _("A quiet week: of so few tickets nothing can be told.")
        return _("A week like the four before it.")
    both = {"good": _list(good[:MOST]), "poor": _list(poor[:MOST])}
    if not poor:
        return _("A good week: %(good)s.") % both
    if not good:
        return _("A hard week: %(poor)s.") % both
    if len(good) > len(poor):
        return _("Mostly a good week: %(good)s, but %(poor)s.") % both
    if len(poor) > len(good):
        return _("Mostly a hard week: %(poor)s, but %(good)s.") % both
    return _("A mixed week: %(good)s, but %(poor)s.") % both


def summary(changes: Sequence[Change]) -> str:
    """The figures that everybody asks for first, in sentences."""
    by_name = {one.measure.name: one for one in changes}
    said = []
    created, solved = by_name.get("created"), by_name.get("solved")
    if created is not None and created.has_any:
        said.append(f"{_came(created, solved)}.")
    poor = [one for one in changes if one.judgement == "poor" and one.measure.name in WORDS]
    for one in poor[:MOST]:
        words = {
            "title": _(one.measure.words.title),
            "before": one.said_before,
            "now": one.said,
        }
        said.append(_("%(title)s went from %(before)s to %(now)s.") % words)
    return " ".join(said)


def _came(created: Change, solved: Change | None) -> str:
    count = int(created.now.value or 0)
    tickets = _("1 ticket") if count == 1 else _("%(n)s tickets") % {"n": f"{count:,}"}
    delta = created.delta
    if delta is None:
        compared = ""
    elif delta.icon == "minus":
        compared = _(", as many as in the weeks before")
    elif (created.now.value or 0) >= 2 * (created.before.value or 1):
        compared = _(", %(n)s as many as in a week before") % {"n": delta.text}
    elif delta.icon == "trend-down":
        compared = _(", %(n)s fewer than in a week before") % {"n": delta.text}
    else:
        compared = _(", %(n)s more than in a week before") % {"n": delta.text}
    done = ""
    if solved is not None:
        done = _("; %(n)s were solved") % {"n": solved.said}
    return _("%(tickets)s came in") % {"tickets": tickets} + compared + done


def _judged(by_name: dict[str, Change], name: str) -> str:
    return by_name[name].judgement if name in by_name else ""


def _list(words: Sequence[str]) -> str:
    return _(" and ").join(words)
