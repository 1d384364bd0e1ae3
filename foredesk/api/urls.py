"""Paths for machines."""

from django.urls import path

from foredesk.api import csp, health, mail_hooks

urlpatterns = [
    path("healthz", health.healthz),
    path("hooks/mail/<slug:secret>/", mail_hooks.take, name="mail_hook"),
    path("csp-report/", csp.report),
]
