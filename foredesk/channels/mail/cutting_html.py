"""Find what the writer newly wrote in HTML that sanitising.sanitise made.

Two ways, one after the other: the marks that mail programs leave (quote_marks), and the same
reading of lines as in plain text. Well-formed input is cut into well-formed output.
"""

from __future__ import annotations

import re

from foredesk.channels.mail import cutting, line_marks, plain_text, quote_headers, quote_marks

_TAG = plain_text.TAG
_VOID = frozenset({"br", "hr", "img", "col", "wbr"})
_OUTLOOK = re.compile(
    r'style="[^"]*border-top: solid (?:#?(?:e1e1e1|b5c4df|c0c0c0|cccccc|ccc)|rgb\()[^"]*"', re.I
)
_QUOTED = f'class="{quote_marks.QUOTED}"'
_ONWARD = f'class="{quote_marks.ONWARD}"'
_TAIL = re.compile(
    r"(?:<br>|<hr>|&nbsp;|\s|<(div|p|span|b|i|font)(?: [^<>]*)?>(?:<br>|&nbsp;|\s){0,20}</\1>)"
    r"{1,40}$"
)


def cut(html: str) -> str:
    """The writer's own part of `html`; the whole when nothing is certain or nothing would stay."""
    if not html:
        return html
    shorter = _without_marked(html)
    shorter = _without_lines(shorter)
    if shorter == html:
        return html
    shorter = _without_tail(shorter)
    return shorter if "<img" in shorter or plain_text.text_of(shorter).strip() else html


def _without_marked(html: str) -> str:
    """Without the elements that carry a mark; text after such an element stays."""
    if not any(sign in html for sign in (_QUOTED, _ONWARD, "border-top", 'type="cite"')):
        return html
    out: list[str] = []
    stack: list[str] = []
    position = 0
    inside = -1  # depth at which the quote that is being left out began
    for tag in _TAG.finditer(html):
        name, closes = tag[2].lower(), bool(tag[1])
        if closes:
            if stack and stack[-1] == name:
                stack.pop()
            if inside >= 0 and len(stack) <= inside:
                inside = -1
                position = tag.end()
            continue
        if inside < 0:
            if _ONWARD in tag[3] or (_OUTLOOK.search(tag[3]) and _is_header(html, tag.end())):
                before = html[position : tag.start()]
                if plain_text.text_of("".join(out) + before).strip():
                    return "".join(out) + before + _closers(stack)
            elif _QUOTED in tag[3] or (name == "blockquote" and 'type="cite"' in tag[3]):
                out.append(html[position : tag.start()])
                inside = len(stack)
        if name not in _VOID:
            stack.append(name)
    if inside < 0:
        out.append(html[position:])
    return "".join(out)


def _is_header(html: str, position: int) -> bool:
    """Whether a header such as From, Sent, To begins here."""
    lines = plain_text.text_of(html[position : position + 4000]).split("\n")
    start = next((index for index, line in enumerate(lines) if line.strip()), 0)
    return quote_headers.header_lines(lines, start) > 0


def _without_lines(html: str) -> str:
    reader = plain_text.Lines()
    reader.feed(html)
    lines = reader.lines
    kept = cutting.own_lines(lines)
    kept = line_marks.without_last_blanks(lines, kept)
    last = len(line_marks.without_last_blanks(lines, list(range(len(lines)))))
    if not kept or kept != list(range(len(kept))) or len(kept) >= last:
        return html
    offset = reader.offsets[len(kept)]
    return html[:offset] + _closers(_open_at(html, offset))


def _open_at(html: str, offset: int) -> list[str]:
    stack: list[str] = []
    for tag in _TAG.finditer(html, 0, offset):
        name = tag[2].lower()
        if tag[1]:
            if stack and stack[-1] == name:
                stack.pop()
        elif name not in _VOID:
            stack.append(name)
    return stack


def _closers(stack: list[str]) -> str:
    return "".join(f"</{name}>" for name in reversed(stack))


def _without_tail(html: str) -> str:
    """Without the empty lines that a cut leaves at the end."""
    for _ in range(5):
        closers = re.search(r"(?:</[a-z0-9]+>\s*){0,60}$", html)
        start = closers.start() if closers else len(html)
        body = html[:start]
        trimmed = _TAIL.sub("", body[-4000:])
        if len(trimmed) == len(body[-4000:]):
            return html
        html = body[:-4000] + trimmed + html[start:] if len(body) > 4000 else trimmed + html[start:]
    return html
