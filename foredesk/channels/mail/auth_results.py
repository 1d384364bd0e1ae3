"""Read Authentication-Results (RFC 8601): what mail servers say about a sender. Pure.

Anybody can write this field into a mail. Which of them may be believed is decided here by their
place: only the topmost ones, because servers add theirs on top of what a sender wrote.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from foredesk.channels.mail import charsets
from foredesk.channels.mail.mime import Part

FIELD = b"authentication-results"
MOST_FIELDS = 20
MOST_CHARS = 16_000
_RESULT = re.compile(
    r"\A\s{0,20}+([a-z0-9-]{1,30}+)\s{0,20}+(?:/\s{0,20}+[0-9]{1,9}+\s{0,20}+)?=\s{0,20}+([a-z]{1,20})",
    re.I,
)
_PROPERTY = re.compile(r"([a-z0-9-]{1,30})\.([a-z0-9-]{1,30})\s*=\s*(\"[^\"]{0,500}\"|[^\s;]{1,500})", re.I)  # fmt: skip  # noqa: E501
_ID = re.compile(
    r"\A\s{0,20}+(?:\"([^\"]{1,255}+)\"|([^\s;=\"]{1,255}+))\s{0,20}+(?:[0-9]{1,9}+\s{0,20}+)?$"
)


@dataclass(frozen=True)
class Result:
    """One method's result; `properties` such as {"header.from": "shop.example"}, lower case."""

    method: str
    value: str
    properties: dict[str, str]


@dataclass
class Report:
    """What one server (`server`, its authserv-id) says; the topmost word of each method counts."""

    server: str
    results: list[Result] = field(default_factory=list)

    def of(self, method: str) -> Result | None:
        return next((one for one in self.results if one.method == method), None)

    def all(self, method: str) -> list[Result]:
        return [one for one in self.results if one.method == method]


def read(text: str) -> Report:
    """One field's value. `server` is "" when it names none. Takes linear time, never raises."""
    parts = _parts(text[:MOST_CHARS])
    report = Report("")
    head = _ID.match(parts[0]) if "=" not in parts[0] else None
    if head:
        report.server = (head[1] or head[2]).lower()
        parts = parts[1:]
    for part in parts[:50]:
        match = _RESULT.match(part)
        if match:
            properties = {
                f"{kind}.{name}".lower(): value.strip('"').lower()
                for kind, name, value in _PROPERTY.findall(part)
            }
            report.results.append(Result(match[1].lower(), match[2].lower(), properties))
    return report


def believed(
    root: Part, is_trusted: Callable[[str], bool], *, trusts_the_top: bool = False
) -> tuple[Report | None, str]:
    """(what a trusted server says of this mail, the first server that is not trusted).

    Fields count from the top of the mail: the first that names a trusted server, and those after
    it that do too, until a `Received` field or another server's word. All of them stand above
    whatever a sender could write, provided that the trusted server keeps RFC 8601, section 5, and
    removes forged ones that bear its own name. With `trusts_the_top`, any that stand above the
    first `Received` count: only the server that received the mail last can have put them there.
    """
    found: Report | None = None
    stranger = ""
    has_passed_received = False
    count = 0
    for name, value in root.fields:
        if name == b"received":
            has_passed_received = True
            if found is not None:
                break
            continue
        if name != FIELD:
            continue
        count += 1
        if count > MOST_FIELDS:
            break
        report = read(charsets.decode(value[:MOST_CHARS]).replace("\n", " "))
        is_top = trusts_the_top and not has_passed_received
        if not (is_top or is_trusted(report.server)):
            stranger = report.server
            break
        if found is None:
            found = report
        else:
            found.results.extend(report.results)
    return found, stranger


def matches(server: str, pattern: str) -> bool:
    """Whether an authserv-id is meant by a name or by a pattern such as `*.mail.example`."""
    server, pattern = server.lower().rstrip("."), pattern.lower().strip().rstrip(".")
    if pattern.startswith("*."):
        return server.endswith(pattern[1:]) and len(server) > len(pattern) - 1
    return server == pattern


def _parts(text: str) -> list[str]:
    """What stands between semicolons, without comments (which nest); a quoted one divides nothing,
    since senders have a say in what is quoted."""
    parts: list[list[str]] = [[]]
    depth = 0
    is_quoted = False
    is_escaped = False
    for char in text:
        if is_escaped:
            is_escaped = False
        elif char == "\\" and (depth or is_quoted):
            is_escaped = True
            continue
        elif char == '"' and not depth:
            is_quoted = not is_quoted
        elif not is_quoted and char == "(":
            depth += 1
            continue
        elif not is_quoted and char == ")" and depth:
            depth -= 1
            continue
        elif char == ";" and not is_quoted and not depth:
            parts.append([])
            continue
        if not depth:
            parts[-1].append(char)
    return ["".join(part) for part in parts]
