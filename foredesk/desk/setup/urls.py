"""Paths of the first-run wizard."""

from django.urls import path

from foredesk.desk.setup import account, mailbox, start, workspace

urlpatterns = [
    path("", account.show, name="setup"),
    path("workspace/", workspace.show, name="setup_workspace"),
    path("mailbox/", mailbox.show, name="setup_mailbox"),
    path("mailbox/check/", mailbox.check, name="setup_mailbox_check"),
    path("start/", start.show, name="setup_start"),
    path("demo/", start.demo, name="setup_demo"),
]
