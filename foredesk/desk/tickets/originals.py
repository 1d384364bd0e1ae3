"""A message as it arrived, for those who want to look at every header of it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from foredesk.channels import queries as channels
from foredesk.desk.access import agents_only, me
from foredesk.desk.mail.sent import eml
from foredesk.files import reading
from foredesk.tickets import queries


@require_GET
@agents_only
def show(request: HttpRequest, public_id: str) -> HttpResponse:
    """The bytes as a download: a mail as .eml, what a provider posted as text.

    404 without the right to see the ticket, and for a message that did not come from outside.
    """
    message = queries.message(me(request), public_id)
    envelope = channels.envelope(message.envelope_id or 0) if message else None
    if message is None or envelope is None:
        raise Http404("There is no such message.")
    try:
        data = channels.raw_of(envelope)
    except reading.Missing as gone:
        raise Http404(str(gone)) from None
    is_mail = not data.startswith(b"{")  # no header field begins so
    return eml(data, f"message-{message.pk}.{'eml' if is_mail else 'txt'}")
