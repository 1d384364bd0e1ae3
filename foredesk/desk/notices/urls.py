"""Paths of the bell."""

from django.urls import path

from foredesk.desk.notices import pages

urlpatterns = [
    path("me/notices/", pages.index, name="notices"),
    path("me/notices/list/", pages.listing, name="notices_list"),
    path("bell/", pages.bell, name="bell"),
    path("me/notices/read/", pages.read_all, name="read_notices"),
    path("me/notices/wishes/", pages.wish, name="notice_wishes"),
    path("me/notices/<number:pk>/open/", pages.open_one, name="open_notice"),
    path("me/notices/<number:pk>/mark/", pages.mark, name="mark_notice"),
]
