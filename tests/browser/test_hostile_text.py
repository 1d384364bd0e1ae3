"""Row 14 and 15 of the known failures: what outsiders write neither acts nor loads, anywhere."""

from __future__ import annotations

import pytest

from tests.browser import hostile
from tests.peers.desk import Desk

pytestmark = pytest.mark.browser

ACTS = ["alert(1)", "prompt`1`", "print()"]
SHAPES = [
    "<script>{}</script>",
    "<img src=x onerror={}>",
    "<svg onload={}>",
    "<svg><animate onbegin={} attributeName=x dur=1s>",
    "<details open ontoggle={}>",
    "<body onload={}>",
    "<input autofocus onfocus={}>",
    "<video><source onerror={}></video>",
    "<iframe srcdoc='<script>parent.{}</script>'></iframe>",
    "<iframe src=javascript:{}>",
    "<a href=javascript:{} autofocus>x</a>",
    "<math><mtext><table><mglyph><style><img src=x onerror={}>",
    "<noscript><p title=\"</noscript><img src=x onerror={}>\">",
    "<style><!--</style><img src=x onerror={}>-->",
    "<form><button formaction=javascript:{}>x</button></form>",
    "<object data=javascript:{}></object>",
    "<meta http-equiv=refresh content='0;url=javascript:{}'>",
    "<template><script>{}</script></template>",
    "<xmp><p title=\"</xmp><img src=x onerror={}>\">",
    "\" onmouseover={} autofocus onfocus={} x=\"",
    "'-{}-'",
    "</textarea></title><script>{}</script>",
    "{{{{constructor.constructor('{}')()}}}}",
    "<div hx-get=/x hx-trigger=load hx-on:load={}>",
    "javascript:{}//",
    "<img/src='x'/onerror={}/>",
    "<p style='animation-name:x' onanimationstart={}>",
    "\\u003cimg src=x onerror={}\\u003e",
    "&lt;img src=x onerror={}&gt;",
    "<select><noembed></select><script>x='a@b'a</noembed><img src=x onerror={}>",
]  # fmt: skip
LOADS = [
    "<img src=https://t{}.example/p.gif>",
    "<div style='background:url(https://t{}.example/b)'>x</div>",
    "<link rel=stylesheet href=https://t{}.example/s.css>",
    "<style>@import 'https://t{}.example/i.css'</style>",
    "<table background=https://t{}.example/t><tr><td>x</table>",
    "<video poster=https://t{}.example/v src=https://t{}.example/w></video>",
    "<img srcset='https://t{}.example/1x 1x'>",
    "<input type=image src=https://t{}.example/i>",
    "<svg><image href=https://t{}.example/g /></svg>",
    "<base href=https://t{}.example/><img src=p.gif>",
    "<object data=https://t{}.example/o></object>",
    "<p style=\"content:image-set('https://t{}.example/z' 1x)\">x</p>",
]
PAYLOADS = [shape.replace("{}", act) for shape in SHAPES for act in ACTS]
PAYLOADS += [shape.replace("{}", str(one)) for shape in LOADS for one in range(5)]


@pytest.fixture(scope="module")
def tickets():
    with Desk() as desk:
        yield desk, hostile.fill(desk, PAYLOADS)


def test_there_are_150_of_them():
    assert len(set(PAYLOADS)) == 150


def test_row_14_nothing_runs_in_any_place_and_row_15_nothing_loads(tickets, chromium):
    desk, found = tickets
    with chromium.person(desk, "ada@shop.example") as page:
        noticed = hostile.watch(page.context, desk)
        page.reload()
        assert hostile.places(page, desk, found, ["<img src=x onerror=alert(1)>"]) > 6
        assert hostile.toasts(page, desk, found, PAYLOADS) == len(PAYLOADS) + len(found["agents"])
        assert hostile.frames(page, desk, found["frames"], is_sandboxed=True) == len(PAYLOADS)
        assert (noticed.ran, noticed.loaded) == ([], [])


def test_without_any_policy_and_sandbox_the_sanitiser_alone_holds(tickets, chromium):
    desk, found = tickets
    with chromium.person(desk, "ada@shop.example", bypass_csp=True) as page:
        noticed = hostile.watch(page.context, desk)
        page.reload()
        hostile.places(page, desk, found, ["alert"])
        hostile.toasts(page, desk, found, PAYLOADS)
        assert hostile.letters(page, desk, found) == len(found["letters"])
        assert hostile.frames(page, desk, found["frames"], is_sandboxed=False) == len(PAYLOADS)
        assert (noticed.ran, noticed.loaded) == ([], [])


def test_mails_to_agents_are_plain_text(tickets):
    _, found = tickets
    to_agents = [kind for kind, said in found["letters"] if "in your profile" in said]
    assert len(to_agents) == 2 * len(found["tickets"])
    assert set(to_agents) == {"text/plain"}


def test_somebody_would_notice(tickets, chromium):
    desk, _ = tickets
    with chromium.person(desk, "ada@shop.example", bypass_csp=True) as page:
        noticed = hostile.watch(page.context, desk)
        page.goto(f"{desk.url}/healthz")
        page.evaluate(
            """() => { document.body.innerHTML =
              "<img src=x onerror=alert(1)><img src=https://t.example/p>"; }"""
        )
        page.wait_for_timeout(300)
        assert noticed.ran
        assert noticed.loaded
