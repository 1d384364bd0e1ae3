"""Paths for machines."""

from django.urls import path

from foredesk.api import csp, health

urlpatterns = [
    path("healthz", health.healthz),
    path("csp-report/", csp.report),
]
