"""Providers of mail that speak by webhooks: a module for each in this folder, found by walking it.

A provider's module is named for it and holds what contract.py describes. Signatures and payloads
are read by django-anymail wherever it can.
"""

import warnings
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from foredesk.channels.providers.contract import Provider


@cache
def all_providers() -> dict[str, Provider]:
    """Every provider by its name."""
    from anymail.exceptions import AnymailInsecureWebhookWarning, AnymailNotSupportedWarning

    # the address of a webhook carries a secret of its own here, beside the signature
    warnings.filterwarnings("ignore", category=AnymailInsecureWebhookWarning)
    warnings.filterwarnings("ignore", category=AnymailNotSupportedWarning)
    names = [module.name for module in iter_modules(__path__)]
    found = (
        import_module(f"{__name__}.{name}").PROVIDER
        for name in names
        if name not in ("contract", "anymailing")
    )
    return {provider.name: provider for provider in found}


def provider(name: str) -> Provider:
    """The provider of that name. Raises LookupError."""
    try:
        return all_providers()[name]
    except KeyError:
        raise LookupError(f"There is no provider called {name}.") from None
