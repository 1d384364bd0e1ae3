"""What is looked at to say whether the desk is well: one file per check, dropped into this folder.

A check is a module with `LABEL` (what it looks at), `ADVICE` (what to do when it is not well),
`RANK` (its place in the list) and `look(*, at)`, which yields Findings. It may ask the database for
five seconds; one that works without says `WITHOUT_DATABASE = True`.
"""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType

from foredesk.operations.checks.finding import Finding

__all__ = ["Finding", "registry"]


def registry() -> dict[str, ModuleType]:
    """Every check by the name of its file, in the order in which they are shown."""
    found = {
        module.name: importlib.import_module(f"{__name__}.{module.name}")
        for module in pkgutil.iter_modules(__path__)
        if module.name != "finding"
    }
    return dict(sorted(found.items(), key=lambda pair: (pair[1].RANK, pair[0])))
