"""`/healthz`: 200 when this process can answer from the database, 503 when it can't."""

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse

from foredesk import __version__


def healthz(request: HttpRequest) -> JsonResponse:
    """Ready or not, for load balancers and scripts."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("select 1")
    except DatabaseError:
        return JsonResponse({"status": "database unreachable"}, status=503)
    return JsonResponse({"status": "ok", "version": __version__})
