"""The kinds of wire: one module per kind in this folder, found by walking it.

A kind's module is named for it and holds what kinds/contract.py describes.
"""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from foredesk.channels.kinds.contract import Kind


@cache
def all_kinds() -> dict[str, Kind]:
    """Every kind by its name."""
    found = {}
    for module in iter_modules(__path__):
        if module.name != "contract":
            kind = import_module(f"{__name__}.{module.name}").KIND
            found[kind.name] = kind
    return found


def kind(name: str) -> Kind:
    """The kind of that name. Raises LookupError."""
    try:
        return all_kinds()[name]
    except KeyError:
        raise LookupError(f"There is no kind of channel called {name}.") from None
