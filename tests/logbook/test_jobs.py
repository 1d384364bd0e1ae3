"""What a job defers belongs to what it did: both are there, or none."""

import pytest
from django.db import transaction

from foredesk.logbook import listening
from foredesk.logbook.tasks import deliver
from foredesk.plumbing.jobs import app, settle

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def task():
    """Makes a function a job that runs once; afterwards nobody knows of it."""
    names = []

    def make(function):
        names.append(f"tests.{function.__name__}")
        app.task(name=names[-1])(function).defer()

    yield make
    for name in names:
        app.tasks.pop(name)


def test_what_a_failing_job_deferred_never_was(task, monkeypatch):
    heard = []
    monkeypatch.setattr(listening, "run_listeners", lambda pk, only=None: heard.append(pk))

    def undone():
        with transaction.atomic():
            deliver.defer(entry_id=1)
            transaction.set_rollback(True)

    task(undone)
    settle()
    assert heard == []
