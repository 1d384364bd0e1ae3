"""Paths of routing."""

from django.urls import path

from foredesk.desk.routing import availability, next_ticket

urlpatterns = [
    path("me/availability/", availability.save, name="availability"),
    path("me/availability/active/", availability.active, name="active"),
    path("tickets/next/", next_ticket.take, name="next_ticket"),
]
