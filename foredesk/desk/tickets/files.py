"""Hand out files and rich messages, with headers that keep them harmless."""

from typing import Any, TypeVar

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET
from markupsafe import escape

from foredesk.desk.access import agents_only, me
from foredesk.desk.tickets import pictures
from foredesk.files import picturing, reading, scanning, sniffing
from foredesk.plumbing.clock import now
from foredesk.tickets import queries

PDF = "application/pdf"
NO_PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 44 44" fill="none" stroke="#8a8a94" '
    'stroke-width="1.6" stroke-linecap="round">'
    '<title>This is no picture.</title><path d="M14 15h16v14H14zM12 12l20 20"/></svg>'
)
ResponseKind = TypeVar("ResponseKind", bound=HttpResponseBase)

FRAME_STYLE = (
    "body{margin:0;font:14px/1.5 system-ui,sans-serif;color:#1d2230;background:#fff;"
    "overflow-wrap:anywhere}img{max-width:100%;height:auto}pre{white-space:pre-wrap}"
    "table{max-width:100%}"
)


@require_GET
@agents_only
def show(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """One attachment: pictures and PDFs in place, all else, and with `?download=1` everything, as a
    download. What they are is what their bytes say. 404 without the right; 403 and 503 when the
    virus scanner says no, or nothing yet."""
    file = _file(request, public_id)
    try:
        handle = reading.open_blob(file.blob_id)
    except reading.Missing as gone:
        raise Http404(str(gone)) from None
    head = handle.read(16)
    handle.seek(0)
    kind = sniffing.picture(head) or (PDF if sniffing.is_pdf(head) else "")
    is_shown = bool(kind) and "download" not in request.GET
    response = FileResponse(handle, content_type=kind or sniffing.UNKNOWN)
    response["Content-Disposition"] = content_disposition_header(not is_shown, file.name) or (
        "inline" if is_shown else "attachment"
    )
    return _harmless(response, keep="private, max-age=900")


@require_GET
@agents_only
def picture(request: HttpRequest, public_id: str, size: str) -> HttpResponse:
    """An attachment as a picture drawn anew, small or large: for the thread and for letters. 404
    for what is none, with a mark in its place that browsers show."""
    file = _file(request, public_id)
    try:
        made = picturing.picture_of(file.blob_id, size)
    except (picturing.NoPicture, reading.Missing):
        return _harmless(
            HttpResponse(NO_PICTURE, content_type="image/svg+xml", status=404),
            keep="private, no-store",
        )
    response = HttpResponse(made, content_type="image/webp")
    response["Content-Disposition"] = "inline"
    return _harmless(response, keep="private, max-age=900")


def _file(request: HttpRequest, public_id: str) -> Any:
    file = queries.attachment(me(request), public_id)
    if file is None:
        raise Http404("There is no such file that you can see.")
    try:
        scanning.must_be_clean(file.blob_id, at=now())
    except reading.Missing as gone:
        raise Http404(str(gone)) from None
    return file


def _harmless(response: ResponseKind, *, keep: str) -> ResponseKind:
    """A stranger's bytes, cut off from everything that the desk's own pages may do."""
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = keep
    return response


@require_GET
@agents_only
@xframe_options_sameorigin
def frame(request: HttpRequest, public_id: str) -> HttpResponse:
    """A rich message as a document of its own: no script, no form, nothing from elsewhere.

    `?remote=1` shows pictures of other servers, after the reader asked for them: they come by way
    of the desk, so that those servers never meet the reader. `?whole=1` shows the message with its
    quotes. The frame has the sandbox as well.
    """
    message = queries.message(me(request), public_id)
    if message is None:
        raise Http404("There is no such message.")
    whole = "1" if request.GET.get("whole") and message.whole_html else ""
    html = message.whole_html if whole else message.body_html
    for file in message.attachments.all():
        if file.content_id:
            html = html.replace(
                f'"cid:{escape(file.content_id)}"', f'"/files/{file.public_id}/large/"'
            )
    if request.GET.get("remote"):
        html = pictures.by_way_of(html, f"/messages/{message.public_id}/pictures/", whole)
    page = (
        "<!doctype html><html><head><meta charset=utf-8><meta name=referrer content=no-referrer>"
        f"<base target=_blank><style>{FRAME_STYLE}</style></head><body>{html}</body></html>"
    )
    response = HttpResponse(page)
    response["Content-Security-Policy"] = (
        "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'self'; "
        "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox"
    )
    response["Cache-Control"] = "private, no-store"
    return response
