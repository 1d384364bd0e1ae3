"""What a survey says until an admin says it otherwise, and how its words are filled in. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

CHANNELS = (("email", "Email"),)
"""The channels that surveys can be sent by: tickets of others are not asked about."""
SUBJECT = "How was it?"
TEXT = """Hello {name},

we solved your request “{subject}”. How was it?

{choices}

It takes 20 seconds, and {agent} reads it. If it is not solved after all, just reply to this mail.

{brand}"""
PLACES = ("name", "subject", "choices", "agent", "brand")
"""What can be filled in; {choices} are the links, and have to be there."""
GOOD = (
    "Fast",
    "Clear words",
    "Kept me informed",
    "Solved for good",
    "Friendly",
    "I did not have to repeat myself",
)
BAD = (
    "Took too long",
    "Hard to understand",
    "Nobody told me anything",
    "Did not solve it",
    "Unfriendly",
    "Had to repeat myself",
)
HELD = {
    "not_solved": "It is not solved any more.",
    "spam": "It is spam.",
    "merged": "It was merged into another ticket.",
    "imported": "It was solved on another desk.",
    "channel": "Nobody is asked by this channel.",
    "wrote_nothing": "The customer wrote nothing in it.",
    "not_answered": "Nobody answered the customer.",
    "own_address": "It is an address of our own.",
    "no_mailbox": "Its brand has no mailbox to ask from.",
    "nowhere": "They have no address any more.",
    "unwanted": "They said that automatic mail is unwanted.",
    "comes_back": "Mail to their address comes back.",
    "machine": "A machine wrote last: machines get no automatic mail.",
    "not_proven": "Nothing proves that the address is theirs.",
    "opted_out": "They do not want to be asked.",
    "too_soon": "They were asked not long ago.",
    "unwritten": "The mail could not be written.",
}
"""Why somebody was not asked, in words."""
_PLACE = re.compile(r" ?\{([a-z]{1,20})\}")


def all_channels() -> list[str]:
    """Every channel."""
    return [key for key, _ in CHANNELS]


def good_reasons() -> list[str]:
    """Why it was good, to tick."""
    return list(GOOD)


def bad_reasons() -> list[str]:
    """Why it was not, to tick."""
    return list(BAD)


def unknown_places(text: str) -> list[str]:
    """What stands in curly brackets and can't be filled in."""
    return [name for name in re.findall(r"\{([^{}\n]{0,40})\}", text) if name not in PLACES]


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its places filled in; the blank before an empty one goes with it."""

    def value(match: re.Match[str]) -> str:
        found = values.get(match[1], "")
        return found and match[0].replace(f"{{{match[1]}}}", found)

    return _PLACE.sub(value, text)


def first_name(name: str) -> str:
    """The first word of a name as people are greeted; "" for what looks like an address."""
    words = name.replace(",", " ").split()
    if not words or "@" in name:
        return ""
    return words[0] if "," not in name else (words[1] if len(words) > 1 else "")
