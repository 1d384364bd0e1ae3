"""Paths of the settings of routing."""

from django.urls import path

from foredesk.desk.routing import pages, skills, tiers

urlpatterns = [
    path("", pages.index, name="routing"),
    path("team/", pages.give_out, name="give_out"),
    path("measures/", pages.measures, name="measures"),
    path("capacity/<number:pk>/", pages.capacity, name="capacity"),
    path("skills/new/", skills.create, name="add_skill"),
    path("skills/<number:pk>/", skills.show, name="skill"),
    path("skills/<number:pk>/remove/", skills.remove, name="remove_skill"),
    path("tiers/new/", tiers.create, name="add_tier"),
    path("tiers/<number:pk>/", tiers.show, name="tier"),
    path("tiers/<number:pk>/remove/", tiers.remove, name="remove_tier"),
]
