"""Every pattern of the package, and for each the texts that make it work hardest.

The texts follow from the pattern itself: whatever leads to a repetition, then the repeated thing a
hundred thousand times, then something that fits nowhere, so that every way has to be tried.
"""

from __future__ import annotations

import ast
import random
import re
import re._constants as codes  # type: ignore[import-not-found]
import re._parser as reading  # type: ignore[import-not-found]
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import foredesk

LENGTH = 100_000
ROOT = Path(foredesk.__file__).parent
_MAKERS = {"compile", "search", "match", "fullmatch", "sub", "subn", "split", "findall", "finditer"}
_CLASSES = {
    codes.CATEGORY_DIGIT: "7",
    codes.CATEGORY_NOT_DIGIT: "x",
    codes.CATEGORY_SPACE: " ",
    codes.CATEGORY_NOT_SPACE: "x",
    codes.CATEGORY_WORD: "a",
    codes.CATEGORY_NOT_WORD: "-",
}


def patterns() -> list[tuple[str, re.Pattern]]:
    """(place, pattern) of every pattern that is written in the package."""
    found = []
    for path in sorted(ROOT.rglob("*.py")):
        if "tests" in path.relative_to(ROOT).parts or "migrations" in path.parts:
            continue
        text = path.read_text(encoding="utf-8")
        if "import re\n" not in text:
            continue
        for node in ast.walk(ast.parse(text)):
            pattern = _pattern(node)
            if pattern is not None:
                found.append((f"{path.relative_to(ROOT.parent)}:{node.lineno}", pattern))
    return found


def _pattern(node: ast.AST) -> re.Pattern | None:
    """The pattern that a call such as re.compile("…", re.I) makes, if it is written out."""
    if not (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "re"
        and node.func.attr in _MAKERS
        and node.args
    ):
        return None
    try:
        text = ast.literal_eval(node.args[0])
    except ValueError:
        return None
    flags = 0
    for given in [*node.args[1:], *(key.value for key in node.keywords)]:
        for name in ast.walk(given):
            if isinstance(name, ast.Attribute) and isinstance(name.value, ast.Name):
                given_flag = getattr(re, name.attr, 0) if name.value.id == "re" else 0
                flags |= given_flag if isinstance(given_flag, re.RegexFlag) else 0
    return re.compile(text, flags)


def texts(pattern: re.Pattern, *, tries: int = 3) -> Iterator[str | bytes]:
    """Worst texts of about a hundred thousand signs for `pattern`."""
    text = pattern.pattern
    is_bytes = isinstance(text, bytes)
    tree = reading.parse(text.decode("latin-1") if is_bytes else text, pattern.flags & ~re.UNICODE)
    dice = random.Random(1)  # noqa: S311
    seen = set()
    for lead, body in _repeats(tree, "", dice, tries):
        for unit in {body, lead, lead + body} - {""}:
            for start in {lead, ""}:
                for end in ("\x01", "é"):
                    worst = (start + unit * (LENGTH // len(unit)))[:LENGTH] + end
                    if worst not in seen:
                        seen.add(worst)
                        yield worst.encode("latin-1", "replace") if is_bytes else worst


def _repeats(tree, lead: str, dice: random.Random, tries: int) -> Iterator[tuple[str, str]]:
    """(what leads to it, what is repeated) of every repetition in the pattern."""
    for code, value in tree:
        if code in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
            low, high, inner = value
            if high > 40:
                for _ in range(tries):
                    yield lead, _sample(inner, dice)
            yield from _repeats(inner, lead, dice, tries)
            lead += _sample(inner, dice) * max(low, min(high, 1))
            continue
        for inner in _inside(code, value):
            yield from _repeats(inner, lead, dice, tries)
        lead += _sample([(code, value)], dice)


def _inside(code, value) -> list:
    if code is codes.SUBPATTERN:
        return [value[3]]
    if code is codes.BRANCH:
        return list(value[1])
    if code in (codes.ASSERT, codes.ASSERT_NOT):
        return [value[1]]
    if code is codes.ATOMIC_GROUP:
        return [value]
    return []


def _sample(tree, dice: random.Random) -> str:
    """A text that this part of the pattern takes."""
    out = []
    for code, value in tree:
        if code is codes.LITERAL:
            out.append(chr(value))
        elif code is codes.NOT_LITERAL:
            out.append("y" if value != ord("y") else "z")
        elif code is codes.ANY:
            out.append("x")
        elif code is codes.IN:
            out.append(_one_of(value, dice))
        elif code in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
            low, high, inner = value
            out.extend(_sample(inner, dice) for _ in range(min(max(low, 1), high)))
        elif code is codes.BRANCH:
            out.append(_sample(dice.choice(value[1]), dice))
        elif code is codes.SUBPATTERN:
            out.append(_sample(value[3], dice))
        elif code is codes.ATOMIC_GROUP:
            out.append(_sample(value, dice))
        elif code is codes.AT and value is codes.AT_END:
            out.append("\n")
    return "".join(out)


def _one_of(choices, dice: random.Random) -> str:
    if choices[0][0] is codes.NEGATE:
        rule = re.compile("[" + "".join(_written(one) for one in choices[1:]) + "]")
        return next((sign for sign in "x 1-\n<'\"~" if not rule.match(sign)), "\x02")
    code, value = dice.choice(choices)
    if code is codes.LITERAL:
        return chr(value)
    if code is codes.RANGE:
        return chr(dice.randint(value[0], min(value[1], value[0] + 25)))
    return _CLASSES.get(value, "x")


def _written(choice) -> str:
    code, value = choice
    if code is codes.LITERAL:
        return re.escape(chr(value))
    if code is codes.RANGE:
        return f"{re.escape(chr(value[0]))}-{re.escape(chr(value[1]))}"
    names = {
        codes.CATEGORY_DIGIT: r"\d", codes.CATEGORY_NOT_DIGIT: r"\D",
        codes.CATEGORY_SPACE: r"\s", codes.CATEGORY_NOT_SPACE: r"\S",
        codes.CATEGORY_WORD: r"\w", codes.CATEGORY_NOT_WORD: r"\W",
    }  # fmt: skip
    return names[value]


class _TooSlow(Exception):
    pass


def seconds(pattern: re.Pattern, text: str | bytes, *, limit: float) -> float:
    """CPU seconds that searching `text` to its end takes; given up a little after `limit`."""
    signal.signal(signal.SIGVTALRM, _stop)
    began = time.process_time()
    signal.setitimer(signal.ITIMER_VIRTUAL, limit * 1.2)
    try:
        pattern.search(text)
    except _TooSlow:
        pass
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return time.process_time() - began


def _stop(*_) -> None:
    raise _TooSlow
