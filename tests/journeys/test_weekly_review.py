"""A lead sends the weekly review; it comes into her mailbox with the figures of her screen.

Real parts throughout: tickets counted from the logbook, Chromium, Postfix and Dovecot.
"""

from __future__ import annotations

import io

import html5lib
import pytest
from pypdf import PdfReader

from tests.peers.browser import Chromium
from tests.peers.desk import Desk
from tests.peers.mailserver import MailServer, wait_until

pytestmark = [pytest.mark.journey, pytest.mark.browser]

LEA = "lea@shop.example"
# In the last week that is over 24 tickets were solved by their first answer after half an hour, in
# the week before it 20 after an hour.
WEEKS = f"""
import json
from datetime import timedelta
from zoneinfo import ZoneInfo
from foredesk.analytics import agreeing, counting, mailing, recounting, weeks
from foredesk.analytics.models import Tally
from foredesk.people import queries as people
from foredesk.plumbing.clock import now
from foredesk.tickets import replying
from foredesk.tickets.tests.cases import ticket_of

at, zone = now(), ZoneInfo("UTC")
lea = next(one for one in people.active_agents() if one.email == "{LEA}")
week = weeks.last_complete(now=at, zone=zone)
for one, count, minutes in ((week, 24, 30), (week.moved(-1), 20, 60)):
    begin = one.period(now=at, zone=zone).since
    for n in range(count):
        asked = begin + timedelta(hours=6 * n)
        ticket = ticket_of(author=f"{{minutes}}-{{n}}@customer.example", at=asked)
        answered = asked + timedelta(minutes=minutes)
        replying.reply(ticket, by=lea, at=answered, body_html="<p>Here.</p>", then="solved")
while Tally.objects.filter(what="solved").count() < 44:  # what a transaction holds up comes later
    counting.go_on(seconds=1)
    recounting.go_on(seconds=1)
agreeing.agree(week, "A second person at noon", by=lea, at=at)
mailing.set_mail(is_on=False, weekday=0, hour=8, agents=[lea], addresses=[], by=lea, at=at)
print(json.dumps(week.number))
"""
CUSTOMERS = [
    f"{minutes}-{n}@customer.example"
    for minutes, count in ((30, 24), (60, 20))
    for n in range(count)
]
"""They have mailboxes: an answer that came back would open its ticket again."""
FIGURES = {  # now, before (of what is counted a week's average of four), how it changed
    "First response": ("30 min", "60 min", "↓ 50%"),
    "Resolution time": ("30 min", "60 min", "↓ 50%"),
    "New tickets": ("24", "5", "↑ 4.8 times"),
    "Solved": ("24", "5", "↑ 4.8 times"),
    "Solved with one answer": ("100%", "100%", "no change"),
    "Reopen rate": ("0%", "0%", "no change"),
}


def lines_of(html: str) -> list[str]:
    """The texts of a mail in their order, spaces made plain."""
    tree = html5lib.parse(html, namespaceHTMLElements=False)
    for sheet in tree.iter("style"):
        sheet.text = ""
    return [plain for text in tree.itertext() if (plain := " ".join(text.split()))]


def after(lines: list[str], title: str, count: int) -> tuple[str, ...]:
    """What stands behind a line."""
    at = lines.index(title)
    return tuple(lines[at + 1 : at + 1 + count])


def test_a_lead_gets_the_weekly_review_in_her_mailbox(
    desk: Desk, mailserver: MailServer, chromium: Chromium
) -> None:
    mailserver.add(LEA, *CUSTOMERS)
    desk.add_person("Lea", role="lead")
    number = desk.run(WEEKS)
    with chromium.person(desk, LEA) as page:
        page.goto(f"{desk.url}/insights/review/")
        page.locator("html[data-ready]").wait_for()
        row = page.get_by_role("row", name="First response")
        assert row.inner_text().split()[2:6] == ["30", "min", "60", "min"]
        page.get_by_role("button", name="Send to the team").click()
        page.get_by_role("dialog").get_by_role("button", name="Send", exact=True).click()
        page.get_by_text("The review goes to 1 person.").wait_for()

    wait_until(lambda: len(mailserver.mails(LEA)) == 1, "the review", seconds=30)
    (mail,) = mailserver.mails(LEA)
    headline = "A good week: first answers came faster and tickets were solved sooner."
    assert f"Week {number}. {headline}" in mail["Subject"]
    html = mail.get_body(("html",)).get_content()
    shown = lines_of(html)
    (paper,) = mail.iter_attachments()
    assert paper.get_content_type() == "application/pdf"
    pages = PdfReader(io.BytesIO(paper.get_content())).pages
    assert len(pages) == 1
    printed = [" ".join(line.split()) for line in pages[0].extract_text().splitlines()]
    text = mail.get_body(("plain",)).get_content()
    for title, (now, before, change) in FIGURES.items():
        assert after(shown, title, 3) == (now, f"before {before}", change)
        assert after(printed, title, 3) == (now, before, change)
        assert f"{title}: {now}, before {before} (" in text
    for lines in (shown, printed):
        assert headline in " ".join(lines)
        assert {"First response: 30 min", "A second person at noon"} <= set(lines)

    for width in (640, 390):
        with chromium.page(width=width) as page:
            page.set_content(html)
            assert page.evaluate("document.documentElement.scrollWidth") == width
