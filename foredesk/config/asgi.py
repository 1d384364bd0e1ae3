"""The web application: the live stream as a raw ASGI route, every page by WSGI in threads.

Pages are synchronous; going straight to Django's WSGI handler saves the two thread hops that its
ASGI handler makes for each request. The stream holds no database connection.
"""

import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "foredesk.config.settings")

from a2wsgi import WSGIMiddleware
from django.core.wsgi import get_wsgi_application

from foredesk.api import live

PAGE_THREADS = 4  # more don't help: pages are bound by the processor and the interpreter's lock

pages = WSGIMiddleware(get_wsgi_application(), workers=PAGE_THREADS)  # type: ignore[arg-type]


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Dispatch one ASGI scope."""
    if scope["type"] == "lifespan":
        await live.lifespan(receive, send)
    elif scope["type"] == "http" and scope["path"] == "/live":
        await live.stream(scope, receive, send)
    elif scope["type"] == "http":
        await pages(scope, receive, send)  # type: ignore[arg-type]
