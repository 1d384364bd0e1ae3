"""Expected values of the corpora that another parser made and a better one would not give.

Each was looked at in the raw mail. The parsing scores are shown with them, as the corpus says, and
without them ("readable"); docs/trust.md lists them with the reason.
"""

from __future__ import annotations

UMLAUT = "keeps the replacement sign where the letter can be read (raw windows-1252)"
UNDECODED = "gives the size of the uuencoded text, not of the file in it"
SIZELESS = "names a text file without its size, so that ours counts as one too many"
PATH = "runs the sender's folders into the file's name"

HABITS: dict[str, dict[str, str]] = {
    "stalwart/legacy-010": {"subject": UMLAUT},
    "stalwart/legacy-027": {"subject": UMLAUT},
    "stalwart/legacy-033": {"visible_text": UMLAUT},
    "stalwart/legacy-016": {"attachments": UMLAUT + ", and counts line ends as one byte"},
    "stalwart/legacy-017": {"attachments": UNDECODED},
    "stalwart/legacy-048": {"attachments": UNDECODED},
    "stalwart/legacy-049": {
        "attachments": "leaves three uuencoded pictures in the text",
        "visible_text": "leaves three uuencoded pictures in the text",
    },
    "stalwart/legacy-023": {"attachments": UMLAUT + ", and " + SIZELESS},
    "stalwart/legacy-030": {"attachments": SIZELESS},
    "stalwart/rfc-007": {"attachments": "names an attached mail without its size"},
    "stalwart/legacy-039": {"attachments": PATH},
    "stalwart/rfc-001": {"attachments": PATH},
    "stalwart/thirdparty-015": {
        "attachments": "finds one of three attached mails: the first names a mark that never comes"
    },
    "hunnysoft/m0006": {"to": "loses the second recipient, whose name is in UTF-7"},
    "hunnysoft/m3004": {"to": "loses the second recipient, on the folded line"},
    "hunnysoft/m1009": {"attachment_count": "takes a named text file that is inline for text"},
    "hunnysoft/m1011": {
        "visible_text": "is of its sister mail: in this one Chinese letters were sent for umlauts"
    },
    "hunnysoft/m2008": {"visible_text": "leaves out two names of pictures that stand in the text"},
}  # fmt: skip
