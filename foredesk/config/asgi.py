"""The web application: the live stream as a raw ASGI route, every page by WSGI in threads.

Pages are synchronous: each goes into a thread once and straight to Django's WSGI handler. The
stream holds no database connection.
"""

import os
from functools import partial
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "foredesk.config.settings")

import django

django.setup(set_prefix=False)

from django.core.handlers.wsgi import WSGIHandler  # noqa: E402  (the rooms need Django set up)

from foredesk.api import live  # noqa: E402
from foredesk.plumbing.bridging import Bridge  # noqa: E402
from foredesk.plumbing.database.base import keep_in_this_thread  # noqa: E402

PAGE_THREADS = 4  # more don't help: pages are bound by the processor and the interpreter's lock

KEPT_SECONDS = 600

pages = Bridge(
    WSGIHandler(),
    threads=PAGE_THREADS,
    begin=partial(keep_in_this_thread, seconds=KEPT_SECONDS),
)


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Dispatch one ASGI scope."""
    if scope["type"] == "lifespan":
        await live.lifespan(receive, send)
    elif scope["type"] == "http" and scope["path"] == "/live":
        await live.stream(scope, receive, send)
    elif scope["type"] == "http":
        await pages(scope, receive, send)
