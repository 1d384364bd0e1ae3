"""What the mail says.

Its links stand in the mail alone, since who has one may answer for the customer.
"""

from __future__ import annotations

import html as entities
from dataclasses import dataclass

from foredesk.channels.enclosing import Enclosure, encloses
from foredesk.people.queries import brand_card
from foredesk.surveys import links, queries, scales, wording
from foredesk.surveys.models import Survey, SurveyPlan
from foredesk.tickets.models import Ticket

KIND = "survey"
LONGEST_VALUE = 200
_LINK = (
    "display:inline-block;padding:8px 14px;margin:0 6px 6px 0;border:1px solid #c9c9d1;"
    "border-radius:8px;text-decoration:none;color:#1f1f2b;font-weight:600"
)


@dataclass(frozen=True)
class Letter:
    """`text` has the place {choices} where the links go; `shown` is what colleagues read."""

    subject: str
    text: str
    scale: int

    @property
    def shown(self) -> str:
        words = " · ".join(words for _, words, _, _ in reversed(scales.steps(self.scale)))
        return self.text.replace("{choices}", words)

    def as_text(self, survey: Survey) -> str:
        """With an address for each step, the best first, and one to be left alone."""
        lines = [
            f"{words}: {links.address_of(survey, score)}"
            for score, words, _, _ in reversed(scales.steps(self.scale))
        ]
        foot = f"Do not ask me again: {links.address_of(survey)}"
        return f"{self.text.replace('{choices}', chr(10).join(lines))}\n\n{foot}"

    def as_html(self, survey: Survey) -> str:
        """The same as HTML; nothing that anybody wrote is markup in it."""
        buttons = "".join(
            f'<a href="{links.address_of(survey, score)}" style="{_LINK}">{words}</a>'
            for score, words, _, _ in reversed(scales.steps(self.scale))
        )
        paragraphs = entities.escape(self.text).split("\n\n")
        body = "".join(f"<p>{one.replace(chr(10), '<br>')}</p>" for one in paragraphs)
        foot = f'<a href="{links.address_of(survey)}" style="color:#6b6b76">Do not ask me again</a>'
        return body.replace("{choices}", buttons) + f'<p style="font-size:13px">{foot}</p>'


def letter(plan: SurveyPlan, ticket: Ticket, *, brand: str) -> Letter:
    """The mail about a ticket in the words of the plan."""
    assignee = ticket.assignee
    values = {
        "name": wording.first_name(ticket.requester.name),
        "subject": ticket.subject,
        "agent": (wording.first_name(assignee.name) if assignee else "") or brand,
        "brand": brand,
    }
    values = {key: _plain(value) for key, value in values.items()} | {"choices": "{choices}"}
    subject = wording.fill(plan.subject, values)
    return Letter(" ".join(subject.split()), wording.fill(plan.text, values), plan.scale)


@encloses(KIND)
def enclosed(key: str) -> Enclosure | None:
    """What the mail of the survey with this public id says, links and all."""
    survey = (
        Survey.objects.select_related("ticket__requester", "ticket__assignee")
        .filter(public_id=key)
        .first()
    )
    if survey is None:
        return None
    plan = queries.plan()
    plan.scale = survey.scale
    written = letter(plan, survey.ticket, brand=brand_card(survey.ticket.brand_id).name)
    return Enclosure(written.as_text(survey), written.as_html(survey))


def _plain(text: str) -> str:
    """One line in which nothing is a place to fill in."""
    return " ".join(text.replace("{", "(").replace("}", ")").split())[:LONGEST_VALUE]
