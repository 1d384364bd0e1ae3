"""Paths of mail."""

from django.urls import path

from foredesk.desk.mail import sent, unreadable

urlpatterns = [
    path("sent/", sent.index, name="sent_mail"),
    path("sent/<number:pk>/", sent.show, name="sent_one"),
    path("sent/<number:pk>/frame/", sent.frame, name="sent_frame"),
    path("sent/<number:pk>/raw/", sent.raw, name="sent_raw"),
    path("unreadable/", unreadable.index, name="unreadable_mail"),
    path("unreadable/<number:pk>/raw/", unreadable.raw, name="unreadable_raw"),
    path("unreadable/<number:pk>/retry/", unreadable.retry, name="unreadable_retry"),
    path("unreadable/<number:pk>/forget/", unreadable.forget, name="unreadable_forget"),
]
