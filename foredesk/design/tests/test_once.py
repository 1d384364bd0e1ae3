"""What is worked out once for many pages is what each of them would have said."""

import pytest
from csp.middleware import CSPMiddleware
from django.conf import settings
from django.http import HttpResponse
from django.middleware.csrf import (
    CsrfViewMiddleware,
    _does_token_match,
    _get_new_csrf_string,
)
from django.template import engines
from django.test import RequestFactory, override_settings

from foredesk.design import csp, csrf, keeping


@pytest.mark.parametrize("uses_nonce", [True, False])
def test_the_policy_is_what_the_library_says(uses_nonce):
    said = []
    for kind in (CSPMiddleware, csp.Policy):
        request, asked = RequestFactory().get("/"), kind(lambda _request: HttpResponse())
        asked.process_request(request)
        if uses_nonce:
            request._csp_nonce = "bm9uY2U="
        answer = asked.process_response(request, HttpResponse())
        said.append(sorted(answer["Content-Security-Policy"].split("; ")))
    assert said[0] == said[1]
    assert any("nonce-bm9uY2U=" in one for one in said[1]) is uses_nonce


def test_an_answer_keeps_its_own_policy():
    request = RequestFactory().get("/")
    own = HttpResponse(headers={"Content-Security-Policy": "default-src 'none'"})
    answer = csp.Policy(lambda _request: own)(request)
    assert answer["Content-Security-Policy"] == "default-src 'none'"


def test_each_mask_is_another_and_django_reads_them_all():
    secret = _get_new_csrf_string()
    tokens = {csrf.masked(secret) for _ in range(200)}
    assert len(tokens) == 200
    assert all(_does_token_match(token, secret) for token in tokens)
    assert not _does_token_match(csrf.masked(_get_new_csrf_string()), secret)
    letters = {letter for token in tokens for letter in token[:32]}
    assert len(letters) > 50  # no letter of the mask is left out


def test_the_cookie_of_the_token_is_sent_anew_once_a_day(monkeypatch):
    def page(request):
        return HttpResponse(str(csrf.Token(request)))

    def cookies(cookie):
        request = RequestFactory().get("/")
        if cookie:
            request.COOKIES[settings.CSRF_COOKIE_NAME] = cookie
        return CsrfViewMiddleware(page)(request).cookies

    at = 100 * 86_400.0
    monkeypatch.setattr(csrf.time, "time", lambda: at)
    first = cookies(None)[settings.CSRF_COOKIE_NAME]
    assert first["max-age"] == settings.CSRF_COOKIE_AGE
    assert cookies(first.value)[settings.CSRF_COOKIE_NAME].value == first.value
    assert not cookies(first.value)
    at += 86_400
    assert cookies(first.value)
    assert not cookies(first.value)


def _draw(text, **values):
    return engines["jinja2"].env.from_string(text).render(**values)


KEPT = (
    "{% keep place, ('row', color) for number=n, token=t %}"
    '{{ color }} {{ url("ticket", number) }} {{ token }} {{ drawn() }}{% endkeep %}'
)


def test_what_a_part_names_is_put_in_each_time():
    place, drawn = keeping.Place(10), []

    def draw(**values):
        return _draw(KEPT, place=place, drawn=lambda: drawn.append(1) or len(drawn), **values)

    assert draw(color="red", n=7, t="<a>") == "red /tickets/7/ &lt;a&gt; 1"
    assert draw(color="red", n=8, t="holes") == "red /tickets/8/ holes 1"
    assert draw(color="blue", n=8, t="") == "blue /tickets/8/  2"
    with override_settings(DEBUG=True):
        assert draw(color="red", n=9, t="<a>") == "red /tickets/9/ &lt;a&gt; 3"


def test_a_place_stays_small():
    place = keeping.Place(3)
    for n in range(50):
        place[n] = n
    assert len(place) <= 3
    assert place[49] == 49
