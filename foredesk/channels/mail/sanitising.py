"""Make foreign HTML harmless: no script, no form, no frame, nothing that loads from afar.

nh3 does the work; this file says what stays. Pictures from afar become `remote-src`, so that
a person can ask for them; `cid:` stays for the desk to map.
"""

import re
import secrets

import nh3

from foredesk.channels.mail import quote_marks
from foredesk.channels.mail.limits import TAG_DEPTH, TAGS, TEXT_CHARS
from foredesk.channels.mail.words import words

# attributes can be changed here but not renamed: values with a secret are renamed afterwards
_SECRET = secrets.token_hex(8)
_REMOTE = f"{_SECRET}-remote-"
_MARK = f"{_SECRET}-mark-"
_REL = f"{_SECRET}-rel"
_TARGET = f"{_SECRET}-target"
_TAGS = words(
    "a abbr address b bdi bdo big blockquote br caption center cite code col colgroup dd del "
    "dfn div dl dt em figcaption figure font h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p "
    "pre q s samp section article header footer small span strike strong sub sup table tbody "
    "td tfoot th thead tr tt u ul var wbr time"
)
_REMOVED = words(
    "script style title head template noscript iframe object embed svg math textarea select "
    "option button audio video canvas applet frameset xmp plaintext noframes"
)
_LOOKS = {"style", "align", "dir", "lang", "title"}
_ATTRIBUTES = {
    "*": _LOOKS | {"class"},
    "a": {"href", "id"},
    "img": {"src", "alt", "width", "height", "remote-src", "border", "hspace", "vspace"},
    "blockquote": {"type", "id"},
    "div": {"id"},
    "hr": {"id", "width", "size", "color"},
    "span": {"id"},
    "p": {"id"},
    "table": {
        "width", "height", "border", "cellpadding", "cellspacing", "bgcolor", "summary", "id",
    },
    "td": {"width", "height", "colspan", "rowspan", "valign", "bgcolor", "nowrap", "headers"},
    "th": {"width", "height", "colspan", "rowspan", "valign", "bgcolor", "nowrap", "scope"},
    "tr": {"height", "valign", "bgcolor"},
    "col": {"span", "width"},
    "colgroup": {"span", "width"},
    "font": {"color", "face", "size"},
    "ol": {"start", "type", "reversed"},
    "ul": {"type"},
    "li": {"value", "type"},
    "time": {"datetime"},
    "del": {"datetime"},
    "ins": {"datetime"},
}  # fmt: skip
_STYLES = words(
    "background-color border border-bottom border-bottom-color border-bottom-style "
    "border-bottom-width border-collapse border-color border-left border-left-color "
    "border-left-style border-left-width border-radius border-right border-right-color "
    "border-right-style border-right-width border-spacing border-style border-top "
    "border-top-color border-top-style border-top-width border-width clear color direction "
    "display float font font-family font-size font-style font-variant font-weight height "
    "letter-spacing line-height list-style-type margin margin-bottom margin-left margin-right "
    "margin-top max-width min-width padding padding-bottom padding-left padding-right "
    "padding-top table-layout text-align text-decoration text-indent text-transform "
    "vertical-align white-space width word-break word-spacing word-wrap overflow-wrap "
    "background"
)
_UNSAFE = re.compile(
    r"[\\<>@{}]|/\*|url|expression|image|behavio|binding|script|src|element|cross-fade|attr\(|env\(",
    re.I,
)
_NESTING = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,15})")
_FLAT = words("br hr img col wbr meta link input p li td th tr dt dd option area base param source")
_LONG_TAG = re.compile(r"<[a-zA-Z/!?][^<>]{4000,}")
_DATA_IMAGE = re.compile(r"data:image/(?:png|gif|jpe?g|webp)[;,]", re.I)
_LINK = re.compile(r"(?:https?://|mailto:|tel:)", re.I)
_SCHEMES = {"http", "https", "mailto", "tel", "cid", "data"}


def sanitise(html: str) -> str:
    """`html` without anything that could act or load; the same again when called twice.

    Very long documents are cut at a million characters, twenty thousand tags or as many entities,
    for the browser's sake.
    """
    cleaned = nh3.clean(
        _bounded(html),
        tags=set(_TAGS),
        clean_content_tags=set(_REMOVED),
        attributes=_ATTRIBUTES,
        attribute_filter=_attribute,
        link_rel=_REL,
        set_tag_attribute_values={"a": {"target": _TARGET}},
        url_schemes=_SCHEMES,
    )
    cleaned = cleaned.replace("\r", "\n")  # written as &#13;, it would be read as a line end
    if _SECRET not in cleaned:
        return cleaned
    return (
        cleaned.replace(f'src="{_REMOTE}', 'remote-src="')
        .replace(f'id="{_MARK}', 'class="')
        .replace(f' rel="{_REL}"', "")
        .replace(f'target="{_TARGET}"', 'target="_blank" rel="noopener noreferrer nofollow"')
    )


def _bounded(html: str) -> str:
    html = _LONG_TAG.sub(_shorter, html[:TEXT_CHARS])
    if html.count("&") > TAGS:
        position = _nth(html, "&", TAGS)
        html = html[:position] + html[position:].replace("&", " ")
    count = html.count("<")
    if count > TAG_DEPTH and _is_too_deep(html):
        return re.sub(r"<[^<>]*>?", " ", html)
    if count <= TAGS:
        return html
    position = _nth(html, "<", TAGS)
    return html[:position] + re.sub(r"<[^<>]*>?", " ", html[position:])


def _nth(html: str, sign: str, count: int) -> int:
    """Where `sign` stands for the `count`th time; it does so often enough."""
    position = -1
    for _ in range(count):
        position = html.find(sign, position + 1)
    return position


def _is_too_deep(html: str) -> bool:
    """Whether elements nest deeper than any browser shows; parsing them takes quadratic time."""
    depth = 0
    for closes, name in _NESTING.findall(html):
        if name.lower() not in _FLAT:
            depth = max(0, depth - 1) if closes else depth + 1
            if depth > TAG_DEPTH:
                return True
    return False


def _shorter(tag: re.Match[str]) -> str:
    """A tag without its hundreds of attributes, for which the parser needs quadratic time."""
    text = tag[0]
    return text if text.count("=") + text.count(" ") < 2000 else text[:2000]


def _attribute(tag: str, name: str, value: str) -> str | None:
    if name == "style":
        return _style(value, tag)
    if name == "class":
        return quote_marks.mark_of(value)
    if name == "id":
        found = quote_marks.mark_of(value)
        return _MARK + found if found else None
    if name == "type" and tag == "blockquote":
        return "cite" if value.lower() == "cite" else None
    if name == "src":
        return _source(value)
    if name == "href":
        return _target(value)
    if name == "remote-src":
        return value if value.lower().startswith(("http://", "https://")) else None
    return value


def _source(value: str) -> str | None:
    plain = re.sub(r"[\t\n\r]", "", value).strip("".join(map(chr, range(33))))
    lower = plain[:40].lower()
    if lower.startswith("cid:") or _DATA_IMAGE.match(lower):
        return plain
    if lower.startswith(("http://", "https://")):
        return _REMOTE + plain
    return _REMOTE + "https:" + plain if lower.startswith("//") else None


def _target(value: str) -> str | None:
    """Where a link leads; relative addresses lead nowhere in a mail, or into the desk."""
    plain = value.strip()
    if plain.startswith("//"):
        return f"https:{plain}"
    return plain if _LINK.match(plain) else None


def _style(value: str, tag: str) -> str | None:
    kept = []
    for rule in value[:4000].split(";"):
        name, colon, content = rule.partition(":")
        name, content = name.strip().lower(), content.strip()
        if not colon or name not in _STYLES or not content or len(content) > 200:
            continue
        if _UNSAFE.search(content) or ("(" in content and not _is_colour(content)):
            continue
        if name.startswith(("margin", "text-indent", "letter", "word-spacing")) and "-" in content:
            continue
        kept.append(f"{name}: {content}")
    return "; ".join(kept) or None


def _is_colour(content: str) -> bool:
    return (
        re.fullmatch(r"[^()]{0,60}(?:rgba?|hsla?)\([\d.,%/ ]{1,40}\)[^()]{0,60}", content)
        is not None
    )
