"""The web application: the live stream as a raw ASGI route, every page by WSGI in threads.

Pages are synchronous; going straight to Django's WSGI handler saves the two thread hops that its
ASGI handler makes for each request. The stream holds no database connection.
"""

import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "foredesk.config.settings")

import django

django.setup(set_prefix=False)

from a2wsgi import WSGIMiddleware  # noqa: E402  (the rooms need Django set up)
from django.core.handlers.wsgi import WSGIHandler  # noqa: E402

from foredesk.api import live  # noqa: E402

PAGE_THREADS = 4  # more don't help: pages are bound by the processor and the interpreter's lock

pages = WSGIMiddleware(WSGIHandler(), workers=PAGE_THREADS)  # type: ignore[arg-type]


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Dispatch one ASGI scope."""
    if scope["type"] == "lifespan":
        await live.lifespan(receive, send)
    elif scope["type"] == "http" and scope["path"] == "/live":
        await live.stream(scope, receive, send)
    elif scope["type"] == "http":
        await pages(scope, _coroutine(receive), _coroutine(send))  # type: ignore[arg-type]


def _coroutine(call: Any) -> Any:
    """Granian's receive and send give awaitables; a2wsgi runs them from threads as coroutines."""

    async def called(*args: Any) -> Any:
        return await call(*args)

    return called
