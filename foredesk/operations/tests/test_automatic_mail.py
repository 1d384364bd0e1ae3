"""Held automatic mail is a banner while it lasts, and a line on the health page for a day."""

from datetime import timedelta

import pytest

from foredesk.channels.models import AutomaticMail, Mailbox
from foredesk.operations import troubling
from foredesk.operations.checks import automatic as check
from foredesk.plumbing.clock import now

pytestmark = pytest.mark.django_db


def held(by, *, count=1, at=None):
    for number in range(count):
        AutomaticMail.objects.create(
            address=f"s{number}@x.example", purpose="x", held_by=by, at=at or now()
        )


def looked(at):
    [finding] = check.look(at=at)
    return finding.state, finding.text


def test_a_storm_is_a_banner_until_it_is_over():
    at = now()
    Mailbox.objects.create(name="H", address="h@shop.example", created_at=at, changed_at=at)
    assert looked(at)[0] == "ok"
    held("desk", count=37, at=at)
    assert any(one.kind == "storm" for one in troubling.troubles(at=at))
    assert looked(at) == (
        "bad",
        "37 mails were held back in the last day: too many at once were due.",
    )
    later = at + timedelta(minutes=16)
    assert not any(one.kind == "storm" for one in troubling.troubles(at=later))
    assert looked(later)[0] == "warn"


def test_a_stopped_loop_is_a_line_without_banner():
    held("address")
    assert looked(now())[0] == "warn"
    assert not any(one.kind == "storm" for one in troubling.troubles(at=now()))
