"""The health page and its buttons."""

import pytest
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from foredesk.operations.tests.test_checking import a_job, a_worker


@pytest.fixture
def admin(adi):
    client = Client()
    client.force_login(adi)
    return client


@pytest.mark.parametrize(
    ("who", "status"), [("ada", 403), ("lou", 403), ("lea", 200), ("adi", 200)]
)
def test_who_sees_the_health_of_the_desk(request, client, who, status):
    client.force_login(request.getfixturevalue(who))
    assert client.get(reverse("health")).status_code == status
    assert client.get(reverse("health_parts")).status_code == status


def test_what_is_broken_stands_on_top(admin):
    page = admin.get(reverse("health")).content.decode()
    assert "None runs." in page
    assert page.index("banner--bad") < page.index('id="part-database"')
    a_worker()
    assert "None runs." not in admin.get(reverse("health_parts")).content.decode()


def test_failed_jobs_are_tried_again_one_by_one_and_all(admin):
    one, two, three = a_job(ticket_id=1), a_job(ticket_id=2), a_job(ticket_id=3)
    page = admin.get(reverse("health")).content.decode()
    assert "ticket_id 2" in page
    admin.post(reverse("retry_job", args=[one]))
    admin.post(reverse("forget_job", args=[two]))
    assert not ProcrastinateJob.objects.filter(pk=two).exists()
    admin.post(reverse("retry_jobs"))
    assert set(ProcrastinateJob.objects.values_list("pk", "status")) >= {
        (one, "todo"),
        (three, "todo"),
    }
    assert admin.post(reverse("retry_job", args=[two])).status_code == 404


def test_leads_look_and_do_not_touch(client, lea):
    client.force_login(lea)
    job = a_job()
    assert "Try again" not in client.get(reverse("health")).content.decode()
    assert client.post(reverse("retry_job", args=[job])).status_code == 403
    assert client.post(reverse("retry_jobs")).status_code == 403
    assert client.post(reverse("forget_job", args=[job])).status_code == 403
    assert ProcrastinateJob.objects.get(pk=job).status == "failed"
