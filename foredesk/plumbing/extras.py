"""Packages that few desks need and that are installed only there: `pip install "foredesk[s3]"`."""

from importlib.util import find_spec

_MODULES = {"s3": ("boto3", "storages"), "parquet": ("pyarrow",)}
HOW = {
    name: f'pip install "foredesk[{name}]" brings them, in a checkout make {name}'
    for name in _MODULES
}


class Lacking(OSError):
    """An extra is not installed; its text is a sentence that says how to get it."""


def is_here(extra: str) -> bool:
    """Whether the packages of this extra of pyproject.toml are installed."""
    return all(find_spec(module) for module in _MODULES[extra])


def need(extra: str, *, whose: str) -> None:
    """Raise Lacking unless the extra is installed; `whose` wants it. "" is no extra."""
    if extra and not is_here(extra):
        raise Lacking(f"{whose} needs packages that are not installed: {HOW[extra]}.")
