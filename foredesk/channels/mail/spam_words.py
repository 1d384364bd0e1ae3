"""What a mail says, as the words that a spam filter counts, and how they speak for or against it.

A naive Bayes over words, pairs of words and shapes: it learns and unlearns by counting, and each
word's share in the verdict can be shown. Pure.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

CHARS = 20_000  # of a mail that are looked at
MOST = 400  # different words of a mail
LONGEST = 40
_WORD = re.compile(
    r"https?://[^\s<>\"]{3,200}|[£$€¥]\s?\d|\d[\d., -]{0,40}\d|\w{1,80}(?:['’]\w{1,20})?"
    r"|[!?]{2,9}"
)
_PRIOR = 1.0  # how much is added to each count, so that no single sight decides


def words_of(*, subject: str, text: str, author: str) -> set[str]:
    """The words of a mail, with their pairs and shapes; 400 at most."""
    found: dict[str, None] = {}
    domain = author.rpartition("@")[2].lower()
    if domain:
        found[f"from:{domain}"[:LONGEST]] = None
    before = ""
    for source in (subject[:1000], text[:CHARS]):
        for match in _WORD.finditer(source):
            if len(found) >= MOST:
                return set(found)
            word = _shape(match[0])
            found[word] = None
            if before:
                found[f"{before} {word}"[: LONGEST * 2]] = None
            if len(match[0]) > 3 and match[0].isupper():
                found["CAPITALS"] = None
            before = word
        before = ""
    return set(found)


def _shape(word: str) -> str:
    """A word in small letters; numbers, prices and addresses by their shape."""
    if word[0] in "£$€¥":
        return "PRICE"
    if word.startswith(("http://", "https://")):
        return "link:" + word.split("/")[2].lower()[-LONGEST:]
    digits = sum(sign.isdigit() for sign in word)
    if digits == len(re.sub(r"[., -]", "", word)) and digits:
        return f"NUMBER{min(digits, 12)}"
    return word.lower()[:LONGEST]


def weigh(
    words: set[str], counts: Mapping[str, tuple[int, int]], *, spam: int, ham: int
) -> tuple[float, list[tuple[str, float]]]:
    """(probability that it is spam, words with their weight, the heaviest first).

    `counts` holds how many of the `spam` and `ham` mails had a word. Weights above nought speak
    for spam.
    """
    weights = []
    spam, ham = max(spam, 1), max(ham, 1)
    both = spam + ham
    for word in words:
        bad, good = counts.get(word, (0, 0))
        if not bad and not good:
            continue
        likely_bad = (bad + _PRIOR * spam / both) / spam
        likely_good = (good + _PRIOR * ham / both) / ham
        weights.append((word, math.log(likely_bad / likely_good)))
    # of equals the single and the longer word first: it says more to people
    weights.sort(key=lambda one: (-abs(one[1]), " " in one[0], -len(one[0]), one[0]))
    total = sum(weight for _, weight in weights) + math.log(spam / ham)
    return 1 / (1 + math.exp(-max(-500.0, min(500.0, total)))), weights
