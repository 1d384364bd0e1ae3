"""Whether a mail is spam, and why: named signs, and words as the team has taught them.

Until the team has marked enough mails the signs alone decide. Whoever was answered before, and
whoever is on the list of welcome senders, is never sifted.
"""

from __future__ import annotations

import math

from django.db import connection

from foredesk.channels import lessons, screening
from foredesk.channels.mail import spam_signs, spam_words
from foredesk.channels.mail.contents import Mail
from foredesk.tickets.models import Message

LIMIT = 5.0
"""The weight from which a mail counts as spam."""
CERTAIN = 12.0
"""Log-odds at which the words alone reach the limit: about 1 in 160,000."""
FEWEST = 3  # telling words; one odd word is no proof
_COUNTS = "select word, spam, ham from channels_spamword where word = any(%s)"


def sift(mail: Mail, *, author: str, text: str) -> str:
    """A sentence that says why the mail is spam, "" when it is not."""
    signs = spam_signs.signs_of(mail)
    odds, telling = 0.0, list[str]()
    if lessons.are_enough():
        odds, telling = weigh(spam_words.words_of(subject=mail.subject, text=text, author=author))
    weight = sum(one.weight for one in signs) + LIMIT * min(1.5, odds / CERTAIN)
    if weight < LIMIT or _is_welcome(author):
        return ""
    reasons = [one.text for one in signs]
    if telling and odds > 0:
        reasons.append("your team has called such words spam: " + ", ".join(telling[:6]))
    return "; ".join(reasons)


def weigh(words: set[str]) -> tuple[float, list[str]]:
    """(log-odds of being spam, words that speak for it, the strongest first); (0, []) untaught."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, [[*words, ""]])
        counts = {word: (spam, ham) for word, spam, ham in cursor.fetchall()}
    spam, ham = counts.pop("", (0, 0))
    if min(spam, ham) < lessons.ENOUGH:
        return 0.0, []
    chance, weights = spam_words.weigh(words, counts, spam=spam, ham=ham)
    telling = [word for word, weight in weights if weight > 1]
    odds = math.log(max(chance, 1e-12) / max(1 - chance, 1e-12))
    return (odds if len(telling) >= FEWEST else min(odds, 0.0)), telling


def _is_welcome(author: str) -> bool:
    rule = screening.rule_for(author)
    if rule is not None and rule.is_allowed:
        return True
    return Message.objects.filter(
        ticket__requester__identities__value=author.lower(),
        ticket__spam_at=None,
        author_kind="agent",
        is_public=True,
    ).exists()
