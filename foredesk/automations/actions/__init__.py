"""The actions that a step of a rule can be: one module each in this folder, found by walking it.

A module holds `ACTION`, as contract.py describes it; it calls one ability of a room below.
"""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from foredesk.automations.actions.contract import Action


@cache
def all_actions() -> dict[str, Action]:
    """Every action by its key, in the order in which a person chooses among them."""
    modules = [module.name for module in iter_modules(__path__) if module.name != "contract"]
    found = [import_module(f"{__name__}.{name}").ACTION for name in modules]
    return {one.key: one for one in sorted(found, key=lambda one: (one.order, one.key))}
