"""A form that comes back with errors is answered with 422, not with 200."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse


class Answering:
    """Middleware for the class-based views of libraries, which say 200 to everything."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_template_response(
        self, request: HttpRequest, response: TemplateResponse
    ) -> TemplateResponse:
        context = response.context_data or {}
        forms = [context.get("form"), context.get("webauthn_form")]
        has_errors = any(form is not None and form.is_bound and form.errors for form in forms)
        if request.method == "POST" and response.status_code == 200 and has_errors:
            response.status_code = 422
        return response
