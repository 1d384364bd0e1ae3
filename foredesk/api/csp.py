"""Where browsers report what the Content-Security-Policy stopped."""

import logging

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

log = logging.getLogger("foredesk.csp")
LONGEST = 4096  # bytes of a report that are worth logging


@csrf_exempt
@require_POST
def report(request: HttpRequest) -> HttpResponse:
    """Log the report; it is a stranger's text, so it is cut and never acted upon."""
    log.warning("CSP report: %s", request.body[:LONGEST].decode("utf-8", "replace"))
    return HttpResponse(status=204)
