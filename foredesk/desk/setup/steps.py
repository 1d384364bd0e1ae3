"""The steps of the wizard, and who may take which."""

from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy

from foredesk.desk.access import ViewFunction
from foredesk.desk.settings import admins_only

STEPS = (
    (gettext_lazy("Your account"), gettext_lazy("You become the first admin")),
    (gettext_lazy("Your desk"), gettext_lazy("Its name and time zone")),
    (gettext_lazy("Mail"), gettext_lazy("Where customers write to you")),
    (gettext_lazy("A first look"), gettext_lazy("With a demo, or empty")),
)
RUNNING = "is_setting_up"
MAILBOX = "setup_mailbox_id"


def steps(number: int) -> list[dict[str, Any]]:
    """The list beside the page, while step `number` (from 1) is open."""
    return [
        {"label": label, "sub": sub, "state": "done" if n < number else "now" * (n == number)}
        for n, (label, sub) in enumerate(STEPS, start=1)
    ]


def begin(request: HttpRequest) -> None:
    """The person who just made the first account goes through the other steps."""
    request.session[RUNNING] = True


def end(request: HttpRequest) -> None:
    """The wizard is over; what it set is in the settings now."""
    for name in (RUNNING, MAILBOX):
        request.session.pop(name, None)


def in_setup(view: ViewFunction) -> ViewFunction:
    """Open only while the wizard runs in this session; later the settings have the same."""

    @admins_only
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.session.get(RUNNING):
            return redirect("settings")
        return view(request, *args, **kwargs)

    return guarded
