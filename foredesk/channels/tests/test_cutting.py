"""Quotes and signatures go, every own word stays."""

import time

import pytest

from foredesk.channels.mail import cutting, cutting_html, plain_text, sanitising

OWN = "Thanks, that helped.\n\nOne more thing: where is the bill?"
QUOTE = "> Please restart it.\n>\n> Ada"

INTROS = [
    "On Tue, Mar 3, 2026 at 9:12 AM Ada Lovelace <ada@shop.example> wrote:",
    "On Tue, Mar 3, 2026 at 9:12 AM Ada Lovelace\n<ada@shop.example> wrote:",
    "On 3 Mar 2026, at 09:12, Ada <ada@shop.example> wrote:",
    "Am 03.03.2026 um 09:12 schrieb Ada Lovelace:",
    "Am Di., 3. März 2026 um 09:12 Uhr schrieb Ada <ada@shop.example>:",
    "Le mar. 3 mars 2026 à 09:12, Ada <ada@shop.example> a écrit :",
    "El mar, 3 mar 2026 a las 9:12, Ada (<ada@shop.example>) escribió:",
    "Il giorno mar 3 mar 2026 alle ore 09:12 Ada <ada@shop.example> ha scritto:",
    "Op di 3 mrt 2026 om 09:12 schreef Ada <ada@shop.example>:",
    "Em ter., 3 de mar. de 2026 às 09:12, Ada <ada@shop.example> escreveu:",
    "Den tis 3 mars 2026 kl 09:12 skrev Ada <ada@shop.example>:",
    "tir. 3. mar. 2026 kl. 09.12 skrev Ada <ada@shop.example>:",
    "ti 3. maalisk. 2026 klo 9.12 Ada (ada@shop.example) kirjoitti:",
    "wt., 3 mar 2026 o 09:12 Ada <ada@shop.example> napisał(a):",
    "вт, 3 мар. 2026 г. в 09:12, Ada <ada@shop.example>:",
    "2026年3月3日(火) 9:12 Ada <ada@shop.example>:",
    "Ada <ada@shop.example> 于2026年3月3日周二 09:12写道：",
    "2026-03-03 9:12 GMT+01:00 Ada <ada@shop.example>:",
]


@pytest.mark.parametrize("intro", INTROS)
def test_an_introduced_quote_goes_in_every_language(intro):
    assert cutting.cut(f"{OWN}\n\n{intro}\n{QUOTE}\n") == OWN
    assert cutting.cut(f"{OWN}\n{intro}\n\n{QUOTE}\n") == OWN


@pytest.mark.parametrize(
    ("sender", "sent", "to", "subject"),
    [
        ("From", "Sent", "To", "Subject"),
        ("Von", "Gesendet", "An", "Betreff"),
        ("De", "Envoyé", "À", "Objet"),
        ("De", "Enviado", "Para", "Asunto"),
        ("Da", "Inviato", "A", "Oggetto"),
        ("Van", "Verzonden", "Aan", "Onderwerp"),
        ("Från", "Skickat", "Till", "Ämne"),
        ("Od", "Wysłano", "Do", "Temat"),
        ("*From:*", "*Sent:*", "*To:*", "*Subject:*"),
    ],
)
@pytest.mark.parametrize(
    "rule", ["", "________________________________\n", "----- Original Message -----\n"]
)
def test_outlooks_headers_end_the_own_text(sender, sent, to, subject, rule):
    labels = [
        label if label.endswith("*") else f"{label}:" for label in (sender, sent, to, subject)
    ]
    block = (
        f"{rule}{labels[0]} Ada <ada@shop.example>\n{labels[1]} Tuesday, 3 March 2026 09:12\n"
        f"{labels[2]} Cleo <cleo@customer.example>\n{labels[3]} Re: Your tent\n\nHello Cleo,\n\nbye"
    )
    assert cutting.cut(f"{OWN}\n\n{block}") == OWN


@pytest.mark.parametrize(
    "text",
    [
        "On Monday I wrote to your colleague and he said yes.",
        "My colleague wrote:\nhe can not sign in either.",
        "From: what I can see the bill was sent twice.",
        "Date: 2026-03-02 is wrong on the bill.",
        "I ran this:\n\n$ tail -3 log\n> ERROR\n\nand nothing else.",
        "Sent from my point of view this is a bug.",
        "Name | Count\n-----|------\nA    | 3",
        "- one\n- two\n\n-- three dashes --",
        "Best regards is what your template says.",
        "---------- Forwarded message ---------\nFrom: Dan <dan@other.example>\nDate: x\nTo: y\n"
        "Subject: z\n\nPlease look at this.",
        "> all of it\n> is a quote",
        "",
    ],
)
def test_own_words_stay(text):
    assert cutting.cut(text) == text.strip("\n")


def test_a_line_right_above_the_quote_is_the_writers_own():
    assert (
        cutting.cut(f"Yes.\nOn 3 Mar 2026, at 09:12, Ada <a@b.example> wrote:\n{QUOTE}") == "Yes."
    )


def test_answers_between_the_lines_stay_with_their_questions():
    text = "> Which colour?\n\nRed.\n\n> Which size?\n\nLarge."
    assert cutting.cut(f"On 3 Mar 2026, at 09:12, Ada <a@b.example> wrote:\n{text}") == text


def test_an_answer_below_the_quote_is_found():
    intro = "On 3 Mar 2026, at 09:12, Ada <a@b.example> wrote:"
    assert cutting.cut(f"{intro}\n{QUOTE}\n\n{OWN}") == OWN


@pytest.mark.parametrize(
    "signature",
    [
        "-- \nCleo Client\n+49 30 123456",
        "--\nCleo",
        "Sent from my iPhone",
        "Von meinem iPhone gesendet",
        "Envoyé de mon iPhone",
        "Get Outlook for iOS<https://aka.ms/x>",
        "iPhoneから送信",
        "CONFIDENTIALITY NOTICE: This mail is meant for you alone.\nReally.",
    ],
)
def test_signatures_and_notices_go(signature):
    assert cutting.cut(f"{OWN}\n\n{signature}\n") == OWN


SLOW = [
    "On ",
    "From:",
    " ",
    "-",
    "_",
    ">",
    "> ",
    "\n",
    "--\n",
    "a@b ",
    "Le 1 a écrit :\n",
    "From: a\n",
]


@pytest.mark.parametrize("pattern", SLOW)
def test_a_hundred_kilobytes_of_anything_take_a_moment(pattern):
    text = (pattern * 100_000)[:100_000] + "x"
    begin = time.process_time()
    cutting.cut(text)
    assert time.process_time() - begin < 2


GMAIL = (
    '<div dir="ltr">Thanks!</div><br><div class="gmail_quote gmail_quote_container"><div dir="ltr" '
    'class="gmail_attr">Ada wrote:<br></div><blockquote class="gmail_quote">Old</blockquote>'
    "</div>"
)
APPLE = (
    '<div>Thanks!</div><div><br><blockquote type="cite"><div>On 3 Mar 2026, at 09:12, Ada wrote:'
    "</div><div>Old</div></blockquote></div>"
)
THUNDERBIRD = (
    '<p>Thanks!</p><div class="moz-cite-prefix">Am 03.03.2026 um 09:12 schrieb Ada:<br></div>'
    '<blockquote type="cite" cite="mid:x">Old</blockquote>'
)
OUTLOOK = (
    '<div class="WordSection1"><p class="MsoNormal">Thanks!<o:p></o:p></p><div style="border:none;'
    'border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0in"><p><b>Von:</b> Ada &lt;a@b.example&gt;'
    "<br><b>Gesendet:</b> x<br><b>An:</b> Cleo<br><b>Betreff:</b> x</p></div><p>Old</p></div>"
)
OUTLOOK_WEB = (
    '<div>Thanks!</div><div id="appendonsend"></div><hr tabindex="-1"><div id="divRplyFwdMsg">'
    "<b>From:</b> Ada<br><b>Sent:</b> x<br><b>To:</b> y<br><b>Subject:</b> z</div><div>Old</div>"
)
PLAIN_QUOTE = (
    "<p>Thanks!</p><p>On 3 Mar 2026, at 09:12, Ada &lt;a@b.example&gt; wrote:</p>"
    "<blockquote>Old</blockquote>"
)
YAHOO = '<div>Thanks!</div><div id="ydp1yahoo_quoted_2" class="yahoo_quoted"><div>Old</div></div>'


@pytest.mark.parametrize(
    "html", [GMAIL, APPLE, THUNDERBIRD, OUTLOOK, OUTLOOK_WEB, PLAIN_QUOTE, YAHOO]
)
def test_quotes_of_the_common_programs_are_cut_from_html(html):
    cut = cutting_html.cut(sanitising.sanitise(html))
    assert plain_text.text_of(cut).strip() == "Thanks!"
    assert sanitising.sanitise(cut) == cut


def test_words_after_a_marked_quote_stay():
    html = sanitising.sanitise(GMAIL + "<p>And one more.</p>")
    text = plain_text.text_of(cutting_html.cut(html))
    assert "And one more." in text
    assert "Old" not in text


@pytest.mark.parametrize(
    "html",
    [
        '<blockquote type="cite">All is quote</blockquote>',
        "<table><tr><td>Name</td><td>3</td></tr></table>",
        '<div style="border:none;border-top:solid #E1E1E1 1.0pt">A line above my words</div>',
        "",
    ],
)
def test_html_is_left_whole_when_in_doubt(html):
    clean = sanitising.sanitise(html)
    assert cutting_html.cut(clean) == clean
