"""The scales of a rating: their steps, and which of them are good. Pure."""

from __future__ import annotations

from foredesk.tickets.rating import BAD, GOOD

STEPS: dict[int, tuple[str, ...]] = {
    2: ("Not good", "Good"),
    3: ("Poor", "Fair", "Good"),
    5: ("Very poor", "Poor", "Fair", "Good", "Very good"),
}
"""The words of each step by scale, the worst first; the first step is 1."""
_GOOD_FROM = {2: 2, 3: 3, 5: 4}
_FACES = {2: (1, 5), 3: (2, 3, 4), 5: (1, 2, 3, 4, 5)}


def rating_of(score: int, scale: int) -> str:
    """Good or bad: of two the 2, of three the 3, of five the 4 and 5 are good; all else is bad."""
    return GOOD if score >= _GOOD_FROM[scale] else BAD


def word_of(score: int, scale: int) -> str:
    """A step in words; "" for what is no step of this scale."""
    return STEPS[scale][score - 1] if scale in STEPS and 1 <= score <= scale else ""


def steps(scale: int) -> list[tuple[int, str, str, int]]:
    """(score, words, good or bad, face from 1 to 5) for each step, the worst first."""
    return [
        (score, words, rating_of(score, scale), _FACES[scale][score - 1])
        for score, words in enumerate(STEPS[scale], 1)
    ]
