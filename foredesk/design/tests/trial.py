"""A small site that shows every behaviour, served with the product's own policy for scripts."""

from __future__ import annotations

import queue
import threading
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django import forms
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import path

PAGES = Path(__file__).parent / "pages"
streams: list[queue.Queue[str]] = []
state = {"count": 0, "live": []}


class Trial(forms.Form):
    password = forms.CharField(widget=forms.PasswordInput)


TICKET = {
    "name": "Amara", "initials": "AO", "hue": 2, "subject": "Twice", "time": "8 min",
    "unread": True, "at": "2026-03-04T10:06:00+00:00",
    "channel": {"icon": "mail", "label": "Email"}, "priority": "high",
    "chips": [], "assignee": None, "presence": None, "due": None,
}  # fmt: skip


def nav(request):
    def item(label, icon, url, **more):
        return {"label": label, "icon": icon, "url": url, **more}

    return {
        "nav": {
            "workspace": "Halden", "home_url": "/", "search_url": "/search/",
            "palette_url": "/palette/",
            "me": {
                "name": "Mira", "initials": "ML", "hue": 4, "state": "Available", "role": "Agent",
                "menu": [item("Profile", "user", "/me/")],
            },
            "look": {
                "theme": "system", "url": "/theme/",
                "shortcuts": request.GET.get("keys") != "off",
            },
            "main": [item("Inbox", "inbox", "/#inbox", key="g i", count=3, current=True)],
            "views": [], "teams": [], "phone": [item("Inbox", "inbox", "/")],
            "live_token": "signed",
        },
    }  # fmt: skip


def page(request):
    return render(request, "trial.html", {"ticket": TICKET, "form": Trial()})


def refused(request):
    return HttpResponse("<p data-error>That ticket was merged meanwhile.</p>", status=409)


def opened(request, number):
    return HttpResponse(f"ticket {number}")


def csrf(request):
    return HttpResponse(f"posted {request.META['REQUEST_METHOD']}")


def part(request):
    state["count"] += 1
    state["live"].append(request.headers.get("Foredesk-Live"))
    return HttpResponse(
        f'<div id="part" data-live="ticket-1" data-live-url="/part/"><p>count {state["count"]}</p>'
        '<input id="inside" aria-label="Inside" value=""></div>'
    )


def theme(request):
    state["theme"] = request.POST["theme"]
    return HttpResponse(status=204)


def palette(request):
    found = f'<a role="option" class="cmdk__item" href="/#found">#1 {request.GET["q"]}</a>'
    return HttpResponse(found)


def live(request):
    if request.GET.getlist("topics") != ["signed"]:
        return HttpResponse(status=403)
    mine: queue.Queue[str] = queue.Queue()
    streams.append(mine)

    def events():
        yield ": hello\n\n"
        while (text := mine.get()) != "end":
            yield text

    return StreamingHttpResponse(events(), content_type="text/event-stream")


urlpatterns = [
    path("", page),
    path("refused/", refused),
    path("csrf/", csrf),
    path("t/<int:number>/", opened),
    path("part/", part),
    path("palette/", palette),
    path("theme/", theme),
    path("live", live),
    path("favicon.ico", lambda request: HttpResponse(status=204)),
    path("sent/", lambda request: HttpResponse(f"sent {request.POST['text']}")),
]

SETTINGS = {
    "ROOT_URLCONF": "foredesk.design.tests.trial",
    "MIDDLEWARE": ["foredesk.design.csp.Policy", "django.middleware.csrf.CsrfViewMiddleware"],
    "TEMPLATES": [
        {
            "BACKEND": "django.template.backends.jinja2.Jinja2",
            "DIRS": [PAGES],
            "APP_DIRS": True,
            "OPTIONS": {
                "environment": "foredesk.design.jinja.environment",
                "context_processors": ["foredesk.design.tests.trial.nav"],
            },
        },
        *settings.TEMPLATES[1:],
    ],
}


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args):
        pass


class Site:
    """The trial site on a free port, until stopped."""

    def __init__(self) -> None:
        app = StaticFilesHandler(WSGIHandler())
        self._server = make_server("127.0.0.1", 0, app, _Server, _Quiet)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        for stream in streams:
            stream.put("end")
        self._server.shutdown()
        self._server.server_close()
