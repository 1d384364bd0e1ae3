"""The front door: which face answers which path."""

from django.urls import include, path

urlpatterns = [
    path("", include("foredesk.desk.urls")),
    path("", include("foredesk.api.urls")),
]
