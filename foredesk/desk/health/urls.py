"""Paths of the health page."""

from django.urls import path

from foredesk.desk.health import jobs, page

urlpatterns = [
    path("", page.show, name="health"),
    path("parts/", page.parts, name="health_parts"),
    path("jobs/retry/", jobs.retry_all, name="retry_jobs"),
    path("jobs/<number:pk>/retry/", jobs.retry, name="retry_job"),
    path("jobs/<number:pk>/forget/", jobs.forget, name="forget_job"),
]
