"""Paths of promises and hours."""

from django.urls import path

from foredesk.desk import conditions
from foredesk.desk.promises import days, hours, pages, policies, steps, trying

urlpatterns = [
    path("", pages.index, name="promises"),
    path("recalculation/", pages.recalculation, name="recalculation"),
    path("order/", policies.order, name="order_promises"),
    path("new/", policies.create, name="add_promise"),
    path("conditions/", conditions.draft, name="draft_conditions"),
    path("try/", trying.show, name="try_promise"),
    path("steps/", steps.save, name="escalations"),
    path("hours/new/", hours.create, name="add_hours"),
    path("hours/<number:pk>/", hours.save, name="save_hours"),
    path("hours/<number:pk>/remove/", hours.remove, name="remove_hours"),
    path("hours/<number:pk>/days/", days.index, name="days_off"),
    path("hours/<number:pk>/days/remove/", days.remove, name="remove_day_off"),
    path("<number:pk>/", policies.show, name="promise"),
    path("<number:pk>/remove/", policies.remove, name="remove_promise"),
]
