"""Paths of rules, macros, templates and follow-ups."""

from django.urls import path

from foredesk.desk.rules import followups, macros, reasons, rulebook, templates

urlpatterns = [
    path("rules/", rulebook.index, name="rules"),
    path("rules/new/", rulebook.create, name="new_rule"),
    path("rules/<number:pk>/", rulebook.show, name="rule"),
    path("rules/<number:pk>/switch/", rulebook.switch, name="switch_rule"),
    path("rules/<number:pk>/move/", rulebook.move, name="move_rule"),
    path("rules/<number:pk>/remove/", rulebook.remove, name="remove_rule"),
    path("rules/runs/<number:pk>/", reasons.run, name="run"),
    path("macros/", macros.index, name="macros"),
    path("macros/new/", macros.create, name="new_macro"),
    path("macros/<number:pk>/", macros.show, name="macro"),
    path("macros/<number:pk>/remove/", macros.remove, name="remove_macro"),
    path("templates/", templates.index, name="templates"),
    path("templates/new/", templates.create, name="new_template"),
    path("templates/<number:pk>/", templates.show, name="template"),
    path("templates/<number:pk>/remove/", templates.remove, name="remove_template"),
    path("followups/", followups.index, name="followups"),
    path("followups/new/", followups.create, name="new_followup"),
    path("followups/<number:pk>/", followups.show, name="followup"),
    path("followups/<number:pk>/remove/", followups.remove, name="remove_followup"),
]
