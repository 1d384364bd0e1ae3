"""The marks that mail programs leave on the quotes they make.

While HTML is sanitised, classes and ids are dropped; those that mark a quote become one of two
classes of ours: `quoted` (the element is a quote) or `quoted-on` (from here to the end).
"""

import re

QUOTED = "quoted"
ONWARD = "quoted-on"

_CONTAINERS = re.compile(
    r"(?:^|[\s_])(?:gmail_quote(?:_container)?|yahoo_quoted|protonmail_quote"
    r"|moz-cite-prefix|zmail_extra|tutanota_quote|hm-quote|freebirdformailquote|ms-outlook-mobile-signature|quoted)(?:$|\s)",
    re.I,
)
_ONWARD = re.compile(
    r"(?:^|[\s_])(?:appendonsend|divrplyfwdmsg|outlookmessageheader|mail-editor-reference-message"
    r"(?:-container)?|isforwardcontent|quoted-on|reply-intro|stopspelling|origbody)(?:$|\s)",
    re.I,
)


def mark_of(value: str) -> str | None:
    """The class of ours that stands for a foreign class or id, or None."""
    if _ONWARD.search(value[:200]):
        return ONWARD
    return QUOTED if _CONTAINERS.search(value[:200]) else None
