"""Turn what an ability refuses into an answer: a status and the ability's own sentence."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html

from foredesk.automations.actions.contract import Impossible
from foredesk.channels.checking_mailboxes import InvalidMailbox
from foredesk.channels.forgetting import NothingAside
from foredesk.channels.mailboxes import MailboxInUse
from foredesk.files.scanning import HeldBack, NotChecked
from foredesk.files.storing import UnableToStore
from foredesk.operations.retrying import NoSuchJob
from foredesk.people.permissions import NotAllowed
from foredesk.people.refusing import Refused
from foredesk.plumbing.clock import now
from foredesk.tickets.conflicts import Conflict, UnableToChange
from foredesk.tickets.locking import TicketGone

STATUSES: tuple[tuple[type[Exception], int], ...] = (
    (Conflict, 409),
    (NotAllowed, 403),
    (HeldBack, 403),
    (NotChecked, 503),
    (TicketGone, 404),
    (NoSuchJob, 404),
    (NothingAside, 404),
    (MailboxInUse, 409),
    (InvalidMailbox, 422),
    (UnableToChange, 422),
    (Impossible, 422),
    (UnableToStore, 507),
    (Refused, 422),
)


class Refusals:
    """Middleware: domain exceptions of a view become 4xx answers, fragments for htmx."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        for kind, status in STATUSES:
            if isinstance(error, kind):
                return refuse(request, str(error), status=status)
        return None


def refuse(request: HttpRequest, sentence: str, *, status: int) -> HttpResponse:
    """An answer that says `sentence`: a fragment for a fragment's request, else a page."""
    if request.headers.get("HX-Request") or request.headers.get("Accept", "").startswith(
        "application/json"
    ):
        return HttpResponse(format_html("<p data-error>{}</p>", sentence), status=status)
    return render(request, "desk/refusal.html", {"sentence": sentence, "now": now()}, status=status)
