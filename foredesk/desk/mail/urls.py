"""Paths of mail."""

from django.urls import path

from foredesk.desk.mail import senders, sent, suspended

urlpatterns = [
    path("sent/", sent.index, name="sent_mail"),
    path("sent/<number:pk>/", sent.show, name="sent_one"),
    path("sent/<number:pk>/frame/", sent.frame, name="sent_frame"),
    path("sent/<number:pk>/raw/", sent.raw, name="sent_raw"),
    path("suspended/", suspended.index, name="suspended_mail"),
    path("suspended/decide/", suspended.decide, name="suspended_decide"),
    path("suspended/<number:pk>/", suspended.show, name="suspended_one"),
    path("suspended/<number:pk>/raw/", suspended.raw, name="suspended_raw"),
    path("senders/", senders.index, name="senders"),
    path("senders/<number:pk>/remove/", senders.remove, name="remove_sender"),
]
