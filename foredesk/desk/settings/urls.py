"""Paths of the settings."""

from django.urls import path

from foredesk.desk.settings import (
    brands,
    checks,
    consents,
    domains,
    index,
    mailboxes,
    people,
    teams,
    workspace,
)

urlpatterns = [
    path("", index.show, name="settings"),
    path("workspace/", workspace.show, name="workspace"),
    path("people/", people.index, name="people"),
    path("people/new/", people.create, name="add_person"),
    path("people/<number:pk>/", people.show, name="person"),
    path("people/<number:pk>/link/", people.link, name="person_link"),
    path("people/<number:pk>/reset/", people.reset, name="reset_second_steps"),
    path("people/<number:pk>/deactivate/", people.deactivate, name="deactivate_person"),
    path("people/<number:pk>/reactivate/", people.reactivate, name="reactivate_person"),
    path("mailboxes/", mailboxes.index, name="mailboxes"),
    path("mailboxes/new/", mailboxes.create, name="add_mailbox"),
    path("mailboxes/consent/", consents.finish, name="finish_consent"),
    path("mailboxes/<number:pk>/consent/", consents.begin, name="begin_consent"),
    path("mailboxes/<number:pk>/", mailboxes.show, name="mailbox"),
    path("mailboxes/<number:pk>/import/", checks.importing, name="import_progress"),
    path("mailboxes/<number:pk>/domain/", domains.check, name="check_domain"),
    path("mailboxes/<number:pk>/signing/", domains.sign, name="sign_mailbox"),
    path("mailboxes/<number:pk>/hook/", mailboxes.renew_hook, name="renew_hook"),
    path("mailboxes/<number:pk>/default/", mailboxes.make_default, name="default_mailbox"),
    path("mailboxes/<number:pk>/active/", mailboxes.switch, name="switch_mailbox"),
    path("mailboxes/<number:pk>/remove/", mailboxes.remove, name="remove_mailbox"),
    path("mailboxes/<number:pk>/check/", checks.show, name="check_mailbox"),
    path("brands/", brands.index, name="brands"),
    path("brands/<number:pk>/", brands.show, name="brand_settings"),
    path("brands/<number:pk>/aside/", brands.aside, name="set_brand_aside"),
    path("teams/", teams.index, name="teams"),
    path("teams/<number:pk>/", teams.show, name="team_settings"),
    path("teams/<number:pk>/remove/", teams.remove, name="remove_team"),
]
