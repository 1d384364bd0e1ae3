"""What every mail asks the database is planned once: planning it anew costs more than asking."""

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from foredesk.automations import writing_rules
from foredesk.channels import accepting, mailboxes, opening
from foredesk.channels.tests.letters import raw
from foredesk.logbook import listening
from foredesk.logbook.actors import SYSTEM
from foredesk.plumbing.clock import now
from foredesk.sla import keeping_hours, promising

pytestmark = pytest.mark.django_db

MAILS = 15
TRIED = 5  # plans for the values at hand, before PostgreSQL keeps one for all values
RULE = {
    "name": "About the tent",
    "kind": "trigger",
    "when": {"occasions": ["wrote"], "channels": []},
    "conditions": {
        "all": [
            {"field": "text", "is": "lacks", "value": ["no such word"]},
            {"field": "tags", "is": "any_of", "value": ["no-such-tag"]},
        ]
    },
    "steps": [{"do": "priority", "to": "4"}],
    "stops": False,
}


@pytest.fixture
def promising_desk(settings, tmp_path):
    """A desk with a mailbox, a promise to everybody and a rule that reads the text."""
    settings.STORAGES = settings.STORAGES | {
        "blobs": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path)},
        }
    }
    same = {"by": SYSTEM, "at": now()}
    week = [[("08:00", "18:00")]] * 5 + [[], []]
    hours = keeping_hours.add(name="Support", time_zone="Europe/Oslo", week=week, **same)
    promising.promise(
        name="Everyone",
        schedule=hours,
        conditions={},
        targets={"first_reply": dict.fromkeys("1234", "4h")},
        pauses=[],
        **same,
    )
    writing_rules.switch(writing_rules.add(RULE, **same), is_active=True, **same)
    return mailboxes.add(name="Help", address="help@shop.example", **same)


def test_the_questions_of_a_mail_are_planned_once(promising_desk):
    for number in range(MAILS):
        letter = raw(message_id=f"<{number}@x.example>")
        kept = accepting.accept(letter, mailbox=promising_desk, road="smtp", at=now())
        opening.open_envelope(kept.pk)
        job = ProcrastinateJob.objects.filter(task_name="logbook.deliver").latest("id")
        listening.deliver(job.args["entry_id"])
    with connection.cursor() as cursor:
        cursor.execute(
            "select statement, generic_plans, custom_plans from pg_prepared_statements"
            " where generic_plans + custom_plans >= %s",
            [MAILS // 2],
        )
        asked = cursor.fetchall()
    assert len(asked) > 15
    assert [statement for statement, _, anew in asked if anew > TRIED] == []
