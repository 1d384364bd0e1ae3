"""The customer's page: the link is the key, a GET changes nothing, nothing else is told."""

import pytest
from django.test import Client

from foredesk.desk.surveys.page import POLICY
from foredesk.plumbing.clock import now
from foredesk.surveys import queries
from foredesk.surveys.tests.cases import afresh, end
from foredesk.tickets import closing, noting
from foredesk.tickets.tests import cases

pytestmark = pytest.mark.django_db


def text(answer):
    return answer.content.decode()


def test_following_a_link_of_the_mail_chooses_and_records_nothing(client, url, survey):
    before = cases.facts(survey.ticket)
    shown = text(client.get(f"{url}?r=2"))
    assert 'value="2" class="rate__bad" required checked' in shown
    assert shown.count(" checked") == 1
    assert cases.facts(survey.ticket) == before
    assert afresh(survey).score is None


def test_sending_answers_and_the_answer_can_be_changed(client, url, survey):
    sent = {"do": "send", "r": "5", "reason": ["Fast", "Bribed"], "comment": "Hi", "call": "on"}
    shown = text(client.post(url, sent, follow=True))
    assert "You said “Very good”" in shown
    row = afresh(survey)
    assert (row.score, row.reasons, row.comment, row.may_call) == (5, ["Fast"], "Hi", True)
    form = text(client.get(f"{url}?change=1"))
    assert 'value="5" class="rate__good" required checked' in form
    assert 'value="Fast" checked' in form
    client.post(url, {"r": "1"})
    assert afresh(survey).rating == "bad"
    assert cases.afresh(survey.ticket).rating == "bad"


@pytest.mark.parametrize("score", ["", "0", "6", "x", "9" * 400, "-1", "\x00"])
def test_what_is_no_answer_is_said_so_and_what_was_written_stays(client, url, score, survey):
    answer = client.post(url, {"r": score, "comment": "I wrote <b>this</b>"})
    assert answer.status_code == 422
    assert "Choose how it was." in text(answer)
    assert "I wrote &lt;b&gt;this&lt;/b&gt;" in text(answer)
    assert afresh(survey).score is None


def test_the_page_is_for_nobody_else_and_says_little(client, url, ticket, ada):
    noting.note(ticket, by=ada, at=now(), body_html="<p>Difficult customer</p>")
    answer = client.get(url)
    assert answer["Content-Security-Policy"] == POLICY
    assert "script" not in POLICY
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer["Cache-Control"]
    assert not answer.cookies
    shown = text(answer)
    assert "Tent &lt;script&gt;" in shown
    assert "<script" not in shown
    assert "How was it with Ada?" in shown
    for secret in ("Difficult", "4111", "cleo@customer.example", "Client", f"#{ticket.pk}"):
        assert secret not in shown


def test_a_link_that_we_never_made_leads_nowhere(client, url, survey):
    other = "a" if url[-2] != "a" else "b"
    for forged in (f"{url[:-2]}{other}/", "/rate/x/", "/rate/" + "a" * 20 + "-" + "b" * 16 + "/"):
        answer = client.get(forged)
        assert answer.status_code == 404
        assert answer["X-Robots-Tag"] == "noindex, nofollow"
        assert client.post(forged, {"r": "5"}).status_code == 404
    assert afresh(survey).score is None


def test_no_token_is_needed_since_the_link_is_the_secret(url, survey):
    browser = Client(enforce_csrf_checks=True)
    assert browser.post(url, {"r": "5"}).status_code == 302
    assert afresh(survey).score == 5


def test_a_colleague_answers_for_nobody(client, url, adi, survey):
    client.force_login(adi)
    assert client.get(url).status_code == 403
    assert client.post(url, {"r": "5"}).status_code == 403
    assert afresh(survey).score is None


def test_a_customer_opens_it_again(client, url, ticket):
    shown = text(client.post(url, {"do": "reopen"}, follow=True))
    assert "Your request is open" in shown
    assert cases.afresh(ticket).status == "open"
    assert "Open it again" not in shown


def test_what_is_closed_is_over_and_stays_closed(client, url, ticket, ada):
    closing.close(ticket, by=ada, at=now())
    assert "The time to answer is over" in text(client.get(f"{url}?r=5"))
    assert client.post(url, {"r": "5"}).status_code == 422
    answer = client.post(url, {"do": "reopen"})
    assert (answer.status_code, "closed for good" in text(answer)) == (422, True)
    assert cases.afresh(ticket).status == "closed"


def test_after_its_time_it_says_so(client, url, survey):
    end(survey)
    assert "The time to answer is over" in text(client.get(url))
    assert client.post(url, {"r": "5"}).status_code == 422
    assert afresh(survey).score is None


def test_who_says_no_is_told_and_may_take_it_back(client, url, survey, ada):
    shown = text(client.post(url, {"do": "decline"}, follow=True))
    assert "We do not ask you again." in shown
    assert queries.is_opted_out(survey.customer_id)
    client.force_login(ada)
    shown = text(client.get(f"/customers/{survey.customer.public_id}/"))
    assert "does not want to be asked" in shown
    client.logout()
    client.post(url, {"do": "welcome"})
    assert not queries.is_opted_out(survey.customer_id)


def test_there_is_an_end_to_trying(client, url):
    codes = [client.post(url, {"r": str(n % 5 + 1)}).status_code for n in range(32)]
    assert codes[:30] == [302] * 30
    assert codes[-1] == 429
    assert client.get(url).status_code == 200


def test_the_thread_and_the_panel_tell_of_it(client, url, ticket, ada):
    client.post(url, {"r": "5", "reason": ["Fast"], "comment": "First"})
    client.post(url, {"r": "1", "reason": ["Took too long"], "comment": "<i>Not</i> so", "call": 1})
    client.force_login(ada)
    shown = text(client.get(f"/tickets/{ticket.pk}/"))
    assert "Cleo Client rated it <b>Very good</b>: Fast" in shown
    assert "rated it <b>Very poor</b>, it was Very good: Took too long" in shown
    assert "“&lt;i&gt;Not&lt;/i&gt; so”" in shown
    assert "First" not in shown
    assert "They may be called about it." in shown
    assert f"/tickets/{ticket.pk}/" in text(client.get("/inbox/?view=unhappy"))
