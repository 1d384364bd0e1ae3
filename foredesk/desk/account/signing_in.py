"""The sign-in page, which names the desk."""

from __future__ import annotations

from typing import Any

from allauth.account.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from foredesk.people import queries as people


class SignIn(LoginView):
    """allauth's view with the workspace's name in its heading; an empty desk is set up first."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated and people.is_empty():
            return redirect("setup")
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"workspace": people.workspace().name}


show = SignIn.as_view()
