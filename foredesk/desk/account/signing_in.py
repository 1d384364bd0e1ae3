"""The sign-in page, which names the desk."""

from __future__ import annotations

from typing import Any

from allauth.account.views import LoginView

from foredesk.people import queries as people


class SignIn(LoginView):
    """allauth's view with the workspace's name in its heading."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"workspace": people.workspace().name}


show = SignIn.as_view()
