"""Paths of accounts: ours first, then django-allauth's."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import include, path

from foredesk.desk.account import invitations, profile, sessions, signing_in


def _closed(request: HttpRequest) -> HttpResponse:
    """Addresses are changed by an admin, and nobody signs up by themselves."""
    raise Http404("There is no such page.")


urlpatterns = [
    path("me/", profile.show, name="profile"),
    path("me/theme/", profile.theme, name="profile_theme"),
    path("me/sessions/", sessions.index, name="usersessions_list"),
    path("me/sessions/others/end/", sessions.end_others, name="end_other_sessions"),
    path("me/sessions/<int:pk>/end/", sessions.end, name="end_session"),
    path("welcome/<str:secret>/", invitations.show, name="invitation"),
    path("account/login/", signing_in.show, name="account_login"),
    path("account/email/", _closed, name="account_email"),
    path("account/signup/", _closed, name="account_signup"),
    path("account/confirm-email/", _closed, name="account_email_verification_sent"),
    path("account/password/set/", _closed, name="account_set_password"),
    path("account/login/code/confirm/", _closed, name="account_confirm_login_code"),
    path("account/", include("allauth.account.urls")),
    path("me/second-step/", include("allauth.mfa.urls")),
]
