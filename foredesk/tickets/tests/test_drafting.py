"""What an agent is writing is kept as they type, the same on every device."""

import pytest

from foredesk.files.models import Blob
from foredesk.plumbing.clock import now
from foredesk.tickets import drafting, queries
from foredesk.tickets.conflicts import Conflict, UnableToChange
from foredesk.tickets.models import Attachment, Draft
from foredesk.tickets.tests.cases import draft_with_file
from foredesk.tickets.writing import LONGEST_BODY

pytestmark = pytest.mark.django_db
MB = 1024 * 1024


def _save(ticket, by, text, **more):
    return drafting.save(ticket, kind="reply", by=by, at=now(), body_html=text, **more)


def test_each_save_is_a_new_revision_of_the_one_draft(ticket, ada):
    first = _save(ticket, ada, "<p>a</p>")
    second = _save(ticket, ada, "<p>ab</p>", seen=first.revision, cc="a@b.example", bcc="c")
    assert (first.pk, second.revision) == (second.pk, first.revision + 1)
    row = Draft.objects.get()
    assert (row.body_html, row.cc, row.bcc) == ("<p>ab</p>", "a@b.example", "c")


def test_two_devices_the_second_gets_a_conflict_and_nothing_is_overwritten(ticket, ada):
    seen = _save(ticket, ada, "<p>a</p>").revision
    _save(ticket, ada, "<p>phone</p>", seen=seen)
    with pytest.raises(Conflict) as told:
        _save(ticket, ada, "<p>desk</p>", seen=seen)
    assert (told.value.now, told.value.wanted) == ("<p>phone</p>", "<p>desk</p>")
    assert Draft.objects.get().body_html == "<p>phone</p>"


def test_a_draft_that_was_sent_elsewhere_begins_anew(ticket, ada):
    seen = _save(ticket, ada, "<p>a</p>").revision
    drafting.discard(ticket, kind="reply", by=ada)
    assert _save(ticket, ada, "<p>b</p>", seen=seen).revision == 1


def test_drafts_are_cleaned_and_private_and_one_of_each_kind(ticket, ada, lea):
    _save(ticket, ada, "<p onclick=x>a<script>1</script></p>")
    drafting.save(ticket, kind="note", by=ada, at=now(), body_html="<p>n</p>")
    _save(ticket, lea, "<p>hers</p>")
    mine = queries.drafts_of(ada, ticket)
    assert {kind: one.body_html for kind, one in mine.items()} == {
        "reply": "<p>a</p>",
        "note": "<p>n</p>",
    }


@pytest.mark.parametrize("kind", ["", "mail", "reply\x00"])
def test_a_draft_is_a_reply_or_a_note(ticket, ada, kind):
    with pytest.raises(UnableToChange):
        drafting.save(ticket, kind=kind, by=ada, at=now(), body_html="x")
    with pytest.raises(UnableToChange):
        drafting.open_draft(ticket, kind=kind, by=ada, at=now())


@pytest.mark.parametrize(
    "more", [{"text": "x" * (LONGEST_BODY + 1)}, {"text": "x", "cc": "y" * 20_001}]
)
def test_too_much_is_refused_and_not_cut(ticket, ada, more):
    with pytest.raises(UnableToChange):
        _save(ticket, ada, more.pop("text"), **more)
    assert not Draft.objects.exists()


SIZES = [
    ("just fits", [10 * MB, 15 * MB], True),
    ("one byte more", [10 * MB, 15 * MB + 1], False),
    ("one alone", [25 * MB + 1], False),
    ("nothing", [0], True),
]


@pytest.mark.parametrize(("name", "sizes", "fits"), SIZES, ids=[case[0] for case in SIZES])
def test_the_files_of_a_draft_have_25_mb_in_all(ticket, ada, name, sizes, fits):
    draft = drafting.open_draft(ticket, kind="reply", by=ada, at=now())
    blobs = [Blob.objects.create(sha256=f"{i:064x}", size=size) for i, size in enumerate(sizes)]
    for blob in blobs[:-1]:
        drafting.attach(draft, blob, name="a", content_type="b/c")
    if fits:
        drafting.attach(draft, blobs[-1], name="a", content_type="b/c")
    else:
        with pytest.raises(UnableToChange, match="25 MB"):
            drafting.attach(draft, blobs[-1], name="a", content_type="b/c")
    assert draft.attachments.count() == len(sizes) - (not fits)


def test_a_file_for_a_draft_that_is_gone_is_refused_with_a_sentence(ticket, ada):
    draft, file = draft_with_file(ticket, by=ada)
    drafting.discard(ticket, kind="reply", by=ada)
    with pytest.raises(UnableToChange, match="sent or thrown away"):
        drafting.attach(draft, file.blob, name="a", content_type="b/c")


def test_discarding_takes_only_ones_own_draft_of_that_kind(ticket, ada, lea):
    draft_with_file(ticket, by=ada)
    drafting.save(ticket, kind="note", by=ada, at=now(), body_html="n")
    _save(ticket, lea, "hers")
    drafting.discard(ticket, kind="reply", by=ada)
    assert Draft.objects.count() == 2
    assert not Attachment.objects.exists()


def test_a_file_is_taken_off_only_the_draft_it_is_on(ticket, ada, lea):
    draft, file = draft_with_file(ticket, by=ada)
    hers, her_file = draft_with_file(ticket, by=lea)
    drafting.detach(draft, her_file.public_id)
    assert hers.attachments.count() == 1
    drafting.detach(draft, file.public_id)
    assert draft.attachments.count() == 0
