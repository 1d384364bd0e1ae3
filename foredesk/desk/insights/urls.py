"""Paths of insights."""

from django.urls import path

from foredesk.desk.insights import measures, pages

urlpatterns = [
    path("", pages.home, name="insights"),
    path("dashboards/<slug:key>/", pages.dashboard, name="dashboard"),
    path("measures/", measures.index, name="all_measures"),
    path("measures/<slug:name>/", measures.show, name="measure"),
    path("measures/<slug:name>/tickets/", measures.behind, name="behind"),
]
