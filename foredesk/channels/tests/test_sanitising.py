"""Foreign HTML can do nothing, load nothing, and still looks as it was meant."""

import pytest

from foredesk.channels.mail import sanitising, simple

clean = sanitising.sanitise


@pytest.mark.parametrize(
    ("html", "gone"),
    [
        ("<script>alert(1)</script>x", "alert"),
        ("<img src=x onerror=alert(1)>", "onerror"),
        ('<a href="javascript:alert(1)">x</a>', "javascript"),
        ('<a href="data:text/html,x">x</a>', "data:"),
        ('<a href="/tickets/1/closure">x</a>', "href"),
        ("<form action=/x><input name=a><button>b</button></form>", "<"),
        ("<iframe src=//x></iframe>", "iframe"),
        ("<svg><animate onbegin=alert(1)></svg>", "svg"),
        ("<math><mtext></mtext></math>", "math"),
        ("<meta http-equiv=refresh content=0>", "meta"),
        ("<base href=//x>", "base"),
        ("<link rel=stylesheet href=//x>", "link"),
        ("<style>p{background:url(//x)}</style>", "url"),
        ('<p style="background:url(//x)">x</p>', "url"),
        ("<p style=\"background-image:image-set('//x')\">x</p>", "image-set"),
        ('<p style="position:fixed;top:0">x</p>', "position"),
        ('<p style="width:expression(alert(1))">x</p>', "expression"),
        ('<p style="color:r\\65 d">x</p>', "\\"),
        ('<p style="behavior:url(x)">x</p>', "behavior"),
        ('<table background="//x"><tr><td>x</td></tr></table>', "//x"),
        ('<img srcset="//x 2x">', "//x"),
        ('<div id="top" name="x" data-hx-get="/x" hx-get="/x" class="btn">x</div>', "x="),
        ("<!--[if mso]><p>x</p><![endif]-->", "mso"),
        ("<video src=//x></video><audio src=//x></audio>", "//x"),
    ],
)
def test_what_could_act_or_load_is_gone(html, gone):
    assert gone not in clean(html)


def test_pictures_from_afar_wait_and_own_ones_stay():
    html = clean('<img src="https://x.example/a.png" alt="A"><img src="cid:p@x"><img src="//y/b">')
    assert html == (
        '<img remote-src="https://x.example/a.png" alt="A"><img src="cid:p@x">'
        '<img remote-src="https://y/b">'
    )


def test_links_open_elsewhere_and_tell_nothing():
    assert clean('<a href="https://x.example/" target="_top" rel="opener">x</a>') == (
        '<a href="https://x.example/" target="_blank" rel="noopener noreferrer nofollow">x</a>'
    )


def test_looks_that_are_harmless_stay():
    html = '<p style="color: #f00; font-size: 14px; text-align: center">x</p>'
    assert clean(html) == html
    assert 'style="color: rgb(1, 2, 3)"' in clean('<b style="color:rgb(1, 2, 3)">x</b>')


@pytest.mark.parametrize(
    "html",
    [
        "<p>a<b>c</p>",
        '<a id=x href="mailto:a@b">m</a>',
        "<div class=gmail_quote><blockquote type=cite>q</blockquote></div>",
        '<img src="https://x/y">',
        "<table><b>x</table>",
    ],
)
def test_cleaning_twice_changes_nothing(html):
    assert clean(clean(html)) == clean(html)


def test_a_text_that_looks_like_our_marks_is_left_alone():
    assert clean("<p>src=&quot;https://x&quot;</p>") == '<p>src="https://x"</p>'


def test_a_letter_is_simple_and_a_newsletter_is_not():
    letter = clean('<div style="font-family:Arial;color:#222">Hi <b>Ada</b>,<br>yes.</div>')
    assert not simple.is_simple(letter)
    assert simple.is_letter(letter)
    assert simple.simplify(letter) == "<div>Hi <b>Ada</b>,<br>yes.</div>"
    assert simple.is_simple(simple.simplify(letter))
    for html in ("<table><tr><td>x</td></tr></table>", '<img src="cid:a@b">',
                 '<div style="width: 600px">x</div>'):  # fmt: skip
        assert not simple.is_letter(clean(html))
