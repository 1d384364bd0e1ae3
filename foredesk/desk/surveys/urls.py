"""Paths of surveys."""

from django.urls import path

from foredesk.desk.surveys import page, settings

urlpatterns = [
    path("rate/<slug:token>/", page.show, name="rate"),
    path("settings/surveys/", settings.show, name="surveys"),
    path("settings/surveys/preview/", settings.preview, name="survey_preview"),
]
