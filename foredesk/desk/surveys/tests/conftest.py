import pytest

from foredesk.plumbing.clock import now
from foredesk.surveys import queries
from foredesk.surveys.tests import cases as surveys
from foredesk.tickets import assigning, progressing
from foredesk.tickets.tests import cases


@pytest.fixture
def ticket(ada):
    row = cases.ticket_of(subject="Tent <script>alert(1)</script>", text="My card is 4111")
    assigning.assign(row, ada, by=ada, at=now())
    progressing.set_status(row, "solved", by=ada, at=now())
    return cases.afresh(row)


@pytest.fixture
def survey(ticket):
    return surveys.about(ticket)


@pytest.fixture
def url(survey):
    return f"/rate/{queries.token_of(survey)}/"
