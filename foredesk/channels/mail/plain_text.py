"""HTML to plain text, for previews and for mails that have no text part."""

import html as entities
import re

from foredesk.channels.mail.words import words

TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,15})((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>")
_SPACE = re.compile(r"[ \t\n\r\f]+")
_HREF = re.compile(r'\shref="([^"]*)"')
_BLOCKS = words(
    "p div br hr h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table tr blockquote pre center address "
    "article section header footer figure figcaption caption thead tbody tfoot"
)
_PARAGRAPHS = words("p h1 h2 h3 h4 h5 h6 ul ol table blockquote pre dl")


def text_of(html: str) -> str:
    """Readable text of HTML that sanitising.sanitise made; quotes get "> ", lists get "- "."""
    lines = Lines()
    lines.feed(html)
    return lines.text()


class Lines:
    """Gathers lines of text; `offsets[i]` is where line `i` begins in the HTML."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.offsets: list[int] = []
        self._parts: list[str] = []
        self._offset = 0
        self._quote = 0
        self._pre = 0
        self._lists: list[int] = []
        self._prefix = ""
        self._href = ""
        self._link_text: list[str] | None = None

    def feed(self, html: str) -> None:
        position = 0
        for tag in TAG.finditer(html):
            if tag.start() > position:
                self._text(html[position : tag.start()], position)
            self._tag(tag)
            position = tag.end()
        if position < len(html):
            self._text(html[position:], position)
        self._flush(len(html))

    def text(self) -> str:
        out: list[str] = []
        for line in self.lines:
            if line or (out and out[-1]):
                out.append(line)
        while out and not out[-1].strip("> "):
            out.pop()
        return "\n".join(out).strip("\n")

    def _text(self, raw: str, offset: int) -> None:
        text = entities.unescape(raw) if "&" in raw else raw
        text = text.replace("\xa0", " ").replace("\u200b", "").replace("\ufeff", "")
        if self._pre:
            first, *rest = text.split("\n")
            self._add(first, offset)
            for line in rest:
                self._flush(offset, always=True)
                self._add(line, offset)
            return
        text = _SPACE.sub(" ", text)
        if not self._parts:
            text = text.lstrip(" ")
        self._add(text, offset)

    def _add(self, text: str, offset: int) -> None:
        if not text:
            return
        if not self._parts:
            self._offset = offset
        self._parts.append(text)
        if self._link_text is not None:
            self._link_text.append(text)

    def _tag(self, tag: re.Match[str]) -> None:
        name = tag[2].lower()
        closes = bool(tag[1])
        if name == "br":
            self._flush(tag.end(), always=True)
        elif name == "a":
            self._link(tag, closes)
        elif name == "hr":
            self._flush(tag.start())
            self._add("_" * 30, tag.start())
            self._flush(tag.end())
        elif name in ("td", "th") and closes:
            if self._parts:
                self._add(" ", tag.start())
        elif name in _BLOCKS:
            self._block(tag, name, closes)
        elif name == "img" and not closes:
            alt = re.search(r'\salt="([^"]{1,200})"', tag[3])
            if alt and alt[1].strip():
                self._add(f"[{entities.unescape(alt[1]).strip()}]", tag.start())

    def _block(self, tag: re.Match[str], name: str, closes: bool) -> None:
        self._flush(tag.start() if not closes else tag.end())
        step = -1 if closes else 1
        if name in _PARAGRAPHS:
            self._blank(tag.start())
        if name == "blockquote":
            self._quote = max(0, self._quote + step)
        elif name == "pre":
            self._pre = max(0, self._pre + step)
        elif name in ("ul", "ol"):
            if closes:
                del self._lists[-1:]
            else:
                self._lists.append(0 if name == "ol" else -1)
        elif name == "li" and not closes:
            mark = "- "
            if self._lists and self._lists[-1] >= 0:
                self._lists[-1] += 1
                mark = f"{self._lists[-1]}. "
            self._prefix = "  " * max(0, len(self._lists) - 1) + mark
        self._offset = tag.start()

    def _link(self, tag: re.Match[str], closes: bool) -> None:
        if not closes:
            href = _HREF.search(tag[3])
            self._href = entities.unescape(href[1]) if href else ""
            self._link_text = []
            return
        shown = "".join(self._link_text or []).strip()
        self._link_text = None
        target = self._href.removeprefix("mailto:").removeprefix("tel:")
        if shown and target and not self._href.startswith("#"):
            plain = re.sub(r"^https?://(?:www\.)?|/$", "", target)
            if plain not in re.sub(r"\s", "", shown) and len(target) <= 300:
                self._add(f" <{target}>", tag.start())
        self._href = ""

    def _blank(self, offset: int) -> None:
        if self.lines and self.lines[-1].strip("> "):
            self.lines.append(">" * self._quote)
            self.offsets.append(offset)

    def _flush(self, offset: int, always: bool = False) -> None:
        text = "".join(self._parts).rstrip() if not self._pre else "".join(self._parts)
        self._parts = []
        if text.strip() or always:
            quote = ">" * self._quote + " " if self._quote else ""
            self.lines.append((quote + self._prefix + text).rstrip())
            self.offsets.append(self._offset)
            self._prefix = ""
        self._offset = offset
