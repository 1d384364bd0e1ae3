"""A note is for colleagues: it is never sent and changes nothing else."""

import pytest

from foredesk.people.permissions import NotAllowed
from foredesk.plumbing.clock import now
from foredesk.tickets import closing, noting
from foredesk.tickets.conflicts import UnableToChange
from foredesk.tickets.models import Attachment, Message
from foredesk.tickets.tests.cases import draft_with_file, facts, state

pytestmark = pytest.mark.django_db


def test_a_note_changes_nothing_but_the_conversation(ticket, ada):
    before = state(ticket)
    message = noting.note(ticket, by=ada, at=now(), body_html="<p>Call <b>her</b></p>")
    assert state(ticket) == before
    message.refresh_from_db()
    assert (message.is_public, message.delivery, message.channel) == (False, "", "note")
    assert message.send_at is None
    assert message.body_text == "Call her"
    assert facts(ticket)[-1] == "NoteWritten"


def test_light_agents_write_notes(ticket, lou):
    assert noting.note(ticket, by=lou, at=now(), body_html="Seen").agent_id == lou.pk


def test_a_switched_off_agent_does_not(ticket, ada):
    ada.is_active = False
    with pytest.raises(NotAllowed):
        noting.note(ticket, by=ada, at=now(), body_html="x")


def test_a_closed_ticket_still_takes_notes(ticket, ada):
    closing.close(ticket, by=ada, at=now())
    noting.note(ticket, by=ada, at=now(), body_html="For the record")
    assert facts(ticket)[-1] == "NoteWritten"


def test_an_empty_note_is_refused(ticket, ada):
    with pytest.raises(UnableToChange, match="Write something"):
        noting.note(ticket, by=ada, at=now(), body_html="<p> </p>")
    assert Message.objects.filter(ticket=ticket, is_public=False).count() == 0


def test_the_files_of_the_draft_come_along_and_hostile_html_does_not(ticket, ada):
    draft, file = draft_with_file(ticket, by=ada, kind="note")
    html = "<p onclick=x>a<script>1</script></p>"
    message = noting.note(ticket, by=ada, at=now(), body_html=html, draft_id=draft.pk)
    assert message.body_html == "<p>a</p>"
    assert Attachment.objects.get(pk=file.pk).message_id == message.pk
