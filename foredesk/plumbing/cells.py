"""Text for the cells of spreadsheets, which take some texts for formulas and run them.

OWASP's "CSV Injection": a cell that begins with one of = + - @ (also in full width), a tab or a
line break is a formula to some program. An apostrophe before it makes it text again. Programs that
split at another sign than the writer meant make cells out of the rest, so what follows such a sign
is treated alike.
"""

import re

_RISKY = "=+\\-@|\uff1d\uff0b\uff0d\uff20"
_START = re.compile(rf"[\s'\"\ufeff]*[{_RISKY}]|'*[\t\r\n]")
_INSIDE = re.compile(rf"([;,\t\r\n\"])(?='*[{_RISKY}])")
_MADE_INSIDE = re.compile(rf"([;,\t\r\n\"])'(?='*[{_RISKY}])")


def harmless(text: str) -> str:
    """`text` as a cell that no spreadsheet runs; what needs no help is left as it is."""
    text = _INSIDE.sub(r"\1'", text)
    return f"'{text}" if _START.match(text) else text


def original(cell: str) -> str:
    """The text of which `harmless` made this cell."""
    if cell.startswith("'") and _START.match(cell[1:]):
        cell = cell[1:]
    return _MADE_INSIDE.sub(r"\1", cell)
