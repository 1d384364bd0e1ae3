"""What an agent pastes is a letter in the end: nothing runs, loads or is styled."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foredesk.tickets import cleaning, writing

HOSTILE = [
    ("script", "<p>Hi<script>alert(1)</script></p>", "<p>Hi</p>"),
    ("handler", '<b onclick="x()">Hi</b>', "<b>Hi</b>"),
    ("style", '<p style="position:fixed">Hi</p><style>*{}</style>', "<p>Hi</p>"),
    ("class and id", '<p class="toast" id="thread">Hi</p>', "<p>Hi</p>"),
    ("javascript link", '<a href="javascript:alert(1)">x</a>',
     '<a target="_blank" rel="noopener noreferrer nofollow">x</a>'),
    ("data link", '<a href="data:text/html,x">x</a>',
     '<a target="_blank" rel="noopener noreferrer nofollow">x</a>'),
    ("tracking image", '<img src="https://elsewhere.example/pixel.gif" alt="x">',
     '<img alt="x">'),
    ("own image", '<img src="/files/abc/" alt="x">', '<img src="/files/abc/" alt="x">'),
    ("protocol-relative image", '<img src="//elsewhere.example/files/">', "<img>"),
    ("image that climbs out", '<img src="/files/../account/logout/">', "<img>"),
    ("image with a backslash", '<img src="/files/..\\account/">', "<img>"),
    ("encoded climb", '<img src="/files/%2e%2e/account/">', "<img>"),
    ("form", '<form action="/x"><input name="a"><button>b</button></form>', "b"),
    ("frame", '<iframe src="/x">y</iframe>ok', "ok"),
    ("svg", "<svg><script>alert(1)</script></svg>ok", "ok"),
    ("base and meta", '<base href="//x"><meta http-equiv="refresh" content="0">ok', "ok"),
    ("htmx attributes", '<p hx-get="/x" data-behaviour="y">Hi</p>', "<p>Hi</p>"),
    ("custom element", "<hx-partial hx-target='#x'>Hi</hx-partial>", "Hi"),
    ("NUL", "<p>a\x00b</p>", "<p>ab</p>"),
    ("comment", "a<!-- <script> -->b", "ab"),
    ("unclosed", "<p><b>Hi", "<p><b>Hi</b></p>"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "dirty", "clean"), HOSTILE, ids=[case[0] for case in HOSTILE])
def test_only_a_letter_is_left(name, dirty, clean):
    assert cleaning.clean(dirty) == clean


def test_a_good_link_opens_elsewhere_and_tells_nobody():
    cleaned = cleaning.clean('<a href="https://shop.example/?a=1&b=2">shop</a>')
    assert 'rel="noopener noreferrer nofollow"' in cleaned
    assert 'target="_blank"' in cleaned
    assert "https://shop.example/?a=1&amp;b=2" in cleaned


@given(st.text(max_size=300))
def test_whatever_was_pasted_cleaning_is_final_and_holds_no_live_tag(text):
    once = cleaning.clean(text)
    assert cleaning.clean(once) == once
    assert not re.search(r"<\s*(script|style|iframe|form|svg|object|base|meta|link)\b", once, re.I)


TEXTS = [
    ("paragraphs", "<p>One</p><p>Two</p>", "One\nTwo"),
    ("breaks", "One<br>Two<br/>Three", "One\nTwo\nThree"),
    ("lists", "<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
    ("entities", "<p>5 &lt; 6 &amp; 7</p>", "5 < 6 & 7"),
    ("no more than one empty line", "<p>a</p><p></p><p></p><p></p><p>b</p>", "a\n\nb"),
    ("nothing", "<p></p>", ""),
]


@pytest.mark.parametrize(("name", "html", "text"), TEXTS, ids=[case[0] for case in TEXTS])
def test_the_text_of_a_letter(name, html, text):
    assert writing.text_of(html) == text


def test_plain_text_becomes_escaped_paragraphs():
    assert writing.paragraphs("a < b\nc\n\nd") == "<p>a &lt; b<br>c</p><p>d</p>"
