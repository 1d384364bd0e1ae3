"""Pictures of other servers, fetched by the desk after the reader asked for them.

The other server sees the desk, never the reader: no cookie, no Referer, no address of theirs. The
reader's browser sees a picture that was drawn anew, never the other server's bytes.
"""

import html as entities
import re

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from foredesk.desk.access import agents_only, me
from foredesk.files import picturing
from foredesk.plumbing import http
from foredesk.tickets import queries

BIGGEST = 5_000_000  # bytes
PATIENCE = 5.0  # seconds
ALLOWED = ()  # no private host, whatever the settings allow for the desk's own servers
MOST = 200  # pictures of one message
_REMOTE = re.compile(r' remote-src="([^"]{1,4000})"')


def by_way_of(html: str, path: str, whole: str = "") -> str:
    """`html` with its remote pictures under `path`, by their number in the message."""
    number = -1

    def numbered(_match: re.Match[str]) -> str:
        nonlocal number
        number += 1
        return f' src="{path}{number}/{"?whole=1" if whole else ""}"' if number < MOST else ""

    return _REMOTE.sub(numbered, html)


@require_GET
@agents_only
def show(request: HttpRequest, public_id: str, number: int) -> HttpResponse:
    """The picture with this number in the message. 404 for whatever is no picture after all.

    The number instead of an address: nobody can make the desk fetch what no message holds.
    """
    import httpx  # heavy, and most readers leave pictures off

    message = queries.message(me(request), public_id)
    if message is None:
        raise Http404("There is no such message.")
    whole = request.GET.get("whole") and message.whole_html
    found = _REMOTE.findall(message.whole_html if whole else message.body_html)
    if number >= min(len(found), MOST):
        raise Http404("There is no such picture.")
    try:
        answer = http.fetch(
            entities.unescape(found[number]),
            headers={"accept": "image/*"},
            max_bytes=BIGGEST,
            timeout=PATIENCE,
            allow=ALLOWED,
        )
    except (http.RefusedAddress, http.TooBig, httpx.HTTPError, OSError, ValueError):
        raise Http404("The picture can't be had.") from None
    if answer.status != 200:
        raise Http404("The picture can't be had.")
    try:
        drawn = picturing.shrunk(answer.body, picturing.EDGES["large"])
    except picturing.NoPicture:
        raise Http404("That is no picture.") from None
    response = HttpResponse(drawn, content_type="image/webp")
    response["Content-Disposition"] = "inline"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, max-age=604800, immutable"
    return response
