"""Step 4: begin with the demo workspace, or with nothing."""

from contextlib import suppress

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods
from procrastinate.exceptions import AlreadyEnqueued

from foredesk.demo import queries as demo_queries
from foredesk.demo import tasks
from foredesk.desk.setup import steps
from foredesk.operations import queries


@require_http_methods(["GET", "POST"])
@steps.in_setup
def show(request: HttpRequest) -> HttpResponse:
    """Two choices; a POST begins."""
    if request.method == "POST":
        if request.POST.get("with") != "demo":
            return _finish(request, _("Your desk is ready."))
        if not demo_queries.is_loaded():
            with suppress(AlreadyEnqueued):
                tasks.add.defer()
        return redirect("setup_demo")
    return render(request, "desk/setup/start.html", {"steps": steps.steps(4)})


@require_GET
@steps.in_setup
def demo(request: HttpRequest) -> HttpResponse:
    """How the loading goes; the page asks each second, and moves on when it is done."""
    is_done = demo_queries.is_loaded()
    if is_done and "leave" in request.GET:
        return _finish(request, _("The demo is here. Remove it any time: foredesk demo remove."))
    context = {
        "steps": steps.steps(4),
        "is_done": is_done,
        "state": queries.job_state("demo.add"),
        "refusal": demo_queries.refusal(),
    }
    is_fragment = bool(request.headers.get("HX-Request"))
    template = "desk/setup/_demo.html" if is_fragment else "desk/setup/demo.html"
    return render(request, template, context)


def _finish(request: HttpRequest, sentence: str) -> HttpResponse:
    steps.end(request)
    messages.success(request, sentence)
    return redirect("inbox")
