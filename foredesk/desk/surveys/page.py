"""The customer's page, without signing in: whoever has the link of the mail may answer.

A GET never records anything. The links in the mail carry a choice, and scanners of mail follow
every link: the page opens with the choice made, and the customer presses Send. The link itself is
the secret that a POST needs, so it takes no CSRF token and works without cookies. Nothing stands
here but the subject, the day of the solving and a first name.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.core import ratelimit
from csp.constants import HEADER
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from foredesk.design import wording as looks
from foredesk.people import queries as people
from foredesk.plumbing import numbers
from foredesk.plumbing.clock import now
from foredesk.surveys import answering, declining, queries, wording
from foredesk.tickets import reopening
from foredesk.tickets.conflicts import UnableToChange

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""No script at all runs on this page."""
MOST_REASONS = 50

View = Callable[..., HttpResponse]


def for_outsiders(view: View) -> View:
    """An answer that is kept by nobody, found by no search, and tells no other site its address."""

    @never_cache
    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response[HEADER] = POLICY
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return guarded


@for_outsiders
@require_http_methods(["GET", "POST"])
def show(request: HttpRequest, token: str) -> HttpResponse:
    """The question, or what was answered; a POST answers, opens the ticket again, or says no.

    404 for a link that we never made, 403 for colleagues, who answer for nobody, 429 for too many
    tries.
    """
    survey = queries.survey_of(token)
    if survey is None:
        return _end(
            request,
            _("This link leads nowhere"),
            _("Perhaps a part of it is missing. Try the link in the mail once more."),
            status=404,
        )
    if request.user.is_authenticated:
        return _end(
            request,
            _("This page is for the customer"),
            _("You are signed in to the desk, and nobody answers for a customer."),
            status=403,
        )
    if request.method == "GET":
        return _page(request, survey, token)
    if not ratelimit.consume(request, action="survey", key=survey.public_id):
        return _end(
            request,
            _("Too many tries"),
            _("Wait a few minutes, then try again. Nothing was changed."),
            status=429,
        )
    return _posted(request, survey, token)


def _posted(request: HttpRequest, survey: Any, token: str) -> HttpResponse:
    sent, at = request.POST, now()
    wish = sent.get("do", "send")
    if wish == "decline":
        declining.decline(survey.customer, at=at)
    elif wish == "welcome":
        declining.welcome(survey.customer, at=at)
    elif wish == "reopen":
        try:
            if not survey.ticket.is_spam:
                reopening.reopen(survey.ticket, by=survey.customer, at=at)
        except UnableToChange:
            sentence = _("It is closed for good. Write to us anew, and we are glad to help.")
            return _page(request, survey, token, refusal=sentence, status=422)
    else:
        try:
            answering.answer(
                survey,
                score=numbers.whole(sent.get("r", "")),
                reasons=sent.getlist("reason")[:MOST_REASONS],
                comment=sent.get("comment", ""),
                may_call="call" in sent,
                at=at,
            )
        except (answering.Over, answering.BadAnswer) as why:
            return _page(request, survey, token, refusal=str(why), status=422)
    return redirect("rate", token)


def _page(
    request: HttpRequest, survey: Any, token: str, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    """The question, thanks, or that it is over: as things stand."""
    is_open = answering.is_open(survey, survey.ticket, at=now())
    sent = request.POST if request.method == "POST" else request.GET
    chosen = numbers.whole(sent.get("r", ""))
    is_changing = chosen is not None or "change" in request.GET or bool(refusal)
    context = {
        **question(queries.plan(), survey.ticket, survey=survey, chosen=chosen),
        "token": token,
        "refusal": refusal,
        "is_open": is_open,
        "is_answered": survey.score is not None,
        "asks": is_open and (survey.score is None or is_changing),
        "said": queries.word_of(survey.score or 0, survey.scale),
        "is_reopened": survey.ticket.status not in ("solved", "closed"),
        "is_closed": survey.ticket.is_closed or bool(survey.ticket.merged_into_id),
        "is_declined": queries.is_opted_out(survey.customer_id),
        "is_preview": False,
    }
    if request.method == "POST":
        context["comment"] = sent.get("comment", "")[: answering.LONGEST_COMMENT]
        context["ticked"] = sent.getlist("reason")[:MOST_REASONS]
        context["may_call"] = "call" in sent
    return render(request, "desk/surveys/page.html", context, status=status)


def question(plan: Any, ticket: Any, *, survey: Any = None, chosen: int | None = None) -> Any:
    """What the page asks about a ticket, with what was answered before."""
    brand = people.brand_card(ticket.brand_id)
    scale = survey.scale if survey else plan.scale
    solved_at = survey.solved_at if survey else ticket.solved_at
    agent = wording.first_name(ticket.assignee.name) if ticket.assignee else ""
    return {
        "brand": brand,
        "brand_initials": looks.initials(brand.short_name),
        "agent": agent,
        "initials": looks.initials(agent or brand.short_name),
        "hue": looks.hue(f"agent-{ticket.assignee_id}") if agent else brand.hue,
        "subject": ticket.subject,
        "solved_on": f"{timezone.localtime(solved_at):%-d %B %Y}",
        "steps": queries.steps(scale),
        "chosen": chosen if chosen is not None else (survey.score if survey else None),
        "reasons": (("good", plan.good_reasons), ("bad", plan.bad_reasons)),
        "ticked": survey.reasons if survey else [],
        "comment": survey.comment if survey else "",
        "may_call": survey.may_call if survey else False,
        "longest": answering.LONGEST_COMMENT,
        "every_days": plan.every_days,
    }


def _end(request: HttpRequest, title: str, sentence: str, *, status: int) -> HttpResponse:
    context = {"title": title, "sentence": sentence, "brand": people.brand_card(None)}
    return render(request, "desk/surveys/end.html", context, status=status)
