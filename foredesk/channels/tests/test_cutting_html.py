"""Replies as mail programs write them in HTML: the answer stays, the quote goes."""

import pytest

from foredesk.channels.mail import cutting_html, plain_text, sanitising

REPLIES = {
    "proton": (
        '<div style="font-family: Arial">Thanks!</div><div class="protonmail_signature_block"'
        '></div><div class="protonmail_quote"> On Tuesday, March 3rd, 2026 at 09:12, Ada &lt;'
        'a@b.example&gt; wrote:<br><blockquote class="protonmail_quote" type="cite">Old</bloc'
        "kquote></div>"
    ),
    "zoho": (
        '<div>Thanks!</div><div><br></div><div class="zmail_extra_hr" style="border-top: 1px '
        'solid rgb(204, 204, 204)"><br></div><div class="zmail_extra"><div id="Zm-_Id_-Sgn1">'
        "---- On Tue, 03 Mar 2026 09:12:00 +0100 <b>Ada &lt;a@b.example&gt;</b> wrote ---<br>"
        "</div><blockquote>Old</blockquote></div>"
    ),
    "gmx": (
        '<html><head></head><body><div style="font-family: Verdana;font-size: 12.0px;"><div>T'
        'hanks!</div><div><div name="quote" style="margin:10px 5px 5px 10px; padding: 10px 0 '
        '10px 10px; border-left:2px solid #C3D9E5;"><div style="margin:0 0 10px 0;"><b>Gesend'
        "et:</b> Dienstag, 3. M&auml;rz 2026 um 09:12 Uhr<br><b>Von:</b> Ada &lt;a@b.example&"
        'gt;<br><b>An:</b> Cleo<br><b>Betreff:</b> x</div><div name="quoted-content">Old</div'
        "></div></div></div></body></html>"
    ),
    "outlook mobile": (
        '<div dir="auto">Thanks!</div><div id="ms-outlook-mobile-signature">Get <a href="http'
        's://aka.ms/o0ukef">Outlook for iOS</a></div><div id="mail-editor-reference-message-c'
        'ontainer"><hr style="display:inline-block;width:98%"><div id="divRplyFwdMsg"><b>From'
        ":</b> Ada<br><b>Sent:</b> x<br><b>To:</b> y<br><b>Subject:</b> z</div>Old</div>"
    ),
    "outlook nested": (
        '<div>Thanks!</div><div id="x_appendonsend"></div><hr><div id="x_divRplyFwdMsg"><b>Fr'
        "om:</b> Ada<br><b>Sent:</b> x<br><b>To:</b> y<br><b>Subject:</b> z</div>Old"
    ),
    "tuta": (
        '<div>Thanks!</div><div><br></div><div class="tutanota_quote">3 Mar 2026, 09:12 by a@'
        "b.example:<br><blockquote>Old</blockquote></div>"
    ),
    "fastmail": (
        "<div>Thanks!<br></div><div>On Tue, Mar 3, 2026, at 9:12 AM, Ada wrote:<br></div><blo"
        'ckquote type="cite" id="qt"><div>Old<br></div></blockquote>'
    ),
    "roundcube": (
        '<p>Thanks!</p><p id="reply-intro">Am 2026-03-03 09:12, schrieb Ada:</p><blockquote t'
        'ype="cite" style="padding: 0 0.4em; border-left: #1010ff 2px solid">Old</blockquote>'
    ),
    "mailru": (
        '<div>Thanks!</div><blockquote style="border-left:1px solid #0857A6;margin:10px;paddi'
        'ng:0 0 0 10px">Вторник, 3 марта 2026, 9:12 +03:00 от Ada &lt;a@b.example&gt;:<br><di'
        "v>Old</div></blockquote>"
    ),
    "yandex": (
        '<div>Thanks!</div><div><br></div><div>03.03.2026, 09:12, "Ada" &lt;a@b.example&gt;:<'
        "/div><blockquote><p>Old</p></blockquote>"
    ),
    "samsung": (
        '<div>Thanks!</div><div><br></div><div id="composer_signature"><div>Sent from my Gala'
        "xy</div></div><div><br></div><div>-------- Original message --------</div><div>From:"
        " Ada &lt;a@b.example&gt; </div><div>Date: 03/03/2026  09:12  (GMT+01:00) </div><div>"
        "To: Cleo </div><div>Subject: x </div><div>Old</div>"
    ),
    "yahoo new": (
        '<div class="ydp1 yahoo-style-wrap"><div>Thanks!</div></div><div id="ydp8yahoo_quoted'
        '_1" class="ydp8yahoo_quoted"><div>On Tuesday, 3 March 2026 at 09:12:00 CET, Ada &lt;'
        "a@b.example&gt; wrote:</div><div>Old</div></div>"
    ),
    "outlook 2013": (
        '<div class=WordSection1><p class=MsoNormal><span style="color:#1F497D">Thanks!<o:p><'
        '/o:p></span></p><div><div style="border:none;border-top:solid #B5C4DF 1.0pt;padding:'
        '3.0pt 0cm 0cm 0cm"><p class=MsoNormal><b><span>From:</span></b><span> Ada [mailto:a@'
        "b.example] <br><b>Sent:</b> 3 March<br><b>To:</b> C<br><b>Subject:</b> x</span></p><"
        "/div></div><p>Old</p></div>"
    ),
    "outlook mac": (
        '<div>Thanks!</div><div><br></div><span id="OLK_SRC_BODY_SECTION"><div style="border-'
        'top: #b5c4df 1pt solid;"><span style="font-weight:bold">From: </span> Ada<br><span s'
        'tyle="font-weight:bold">Date: </span> x<br><span style="font-weight:bold">To: </span'
        '> C<br><span style="font-weight:bold">Subject: </span> x<br></div><div>Old</div></sp'
        "an>"
    ),
    "gmail mobile": (
        '<div dir="auto">Thanks!</div><br><div class="gmail_quote gmail_quote_container"><div'
        ' dir="ltr" class="gmail_attr">Ada &lt;<a href="mailto:a@b.example">a@b.example</a>&g'
        't; schrieb am Di., 3. März 2026, 09:12:<br></div><blockquote class="gmail_quote">Old'
        "</blockquote></div>"
    ),
    "apple iphone": (
        '<html><body dir="auto">Thanks!<div><br><div dir="ltr">Sent from my iPhone</div><div '
        'dir="ltr"><br><blockquote type="cite">On 3 Mar 2026, at 09:12, Ada &lt;a@b.example&g'
        't; wrote:<br><br></blockquote></div><blockquote type="cite"><div dir="ltr">\ufeffOld</div'
        "></blockquote></div></body></html>"
    ),
    "front": (
        '<div>Thanks!</div><div class="front-signature"></div><br><div>On March 3, 2026 at 9:'
        '12 AM GMT+1 <a href="mailto:a@b.example">a@b.example</a> wrote:</div><br><blockquote'
        ' type="cite" class="front-blockquote">Old</blockquote>'
    ),
    "new outlook": (
        '<div class="elementToProof">Thanks!</div><div id="appendonsend"></div><hr><div id="d'
        'ivRplyFwdMsg" dir="ltr"><b>Von:</b> Ada<br><b>Gesendet:</b> x<br><b>An:</b> y<br><b>'
        "Betreff:</b> z</div><div>Old</div>"
    ),
    "hey": (
        '<div class="trix-content">Thanks!<br><br></div><div>On March 3, 2026, Ada &lt;a@b.ex'
        "ample&gt; wrote:</div><blockquote>Old</blockquote>"
    ),
}


@pytest.mark.parametrize("html", REPLIES.values(), ids=REPLIES)
def test_the_quote_goes_and_the_answer_stays(html):
    cut = cutting_html.cut(sanitising.sanitise(html))
    assert plain_text.text_of(cut).strip() == "Thanks!"
    assert sanitising.sanitise(cut) == cut
