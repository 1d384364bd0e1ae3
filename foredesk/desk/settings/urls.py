"""Paths of the settings."""

from django.urls import path

from foredesk.desk.settings import index, people, teams, workspace

urlpatterns = [
    path("", index.show, name="settings"),
    path("workspace/", workspace.show, name="workspace"),
    path("people/", people.index, name="people"),
    path("people/new/", people.create, name="add_person"),
    path("people/<number:pk>/", people.show, name="person"),
    path("people/<number:pk>/link/", people.link, name="person_link"),
    path("people/<number:pk>/deactivate/", people.deactivate, name="deactivate_person"),
    path("people/<number:pk>/reactivate/", people.reactivate, name="reactivate_person"),
    path("teams/", teams.index, name="teams"),
    path("teams/<number:pk>/", teams.show, name="team_settings"),
    path("teams/<number:pk>/remove/", teams.remove, name="remove_team"),
]
