"""Every macro renders, is well-formed, and breaks no rule of the Content-Security-Policy."""

import re
from html.parser import HTMLParser

import pytest
from django import forms
from django.template import engines
from markupsafe import Markup

VOID = {"meta", "link", "input", "br", "hr", "img", "path", "rect", "circle", "use", "stop"}
CALLS = {
    "icon": 'ui.icon("mail", "lg", label="Email")',
    "mark": 'ui.mark("lg")',
    "wordmark": "ui.wordmark()",
    "avatar": 'ui.avatar("AO", 2, "xs", presence="on")',
    "bot_avatar": "ui.bot_avatar()",
    "person": 'ui.person("<Amara>", "AO", 2, "Tours", "/c/1")',
    "kbd": 'ui.kbd("mod+enter")',
    "button": 'ui.button("Solve", "primary", icon_name="check", key="e", attrs={"hx-post": "/x"})',
    "icon_button": 'ui.icon_button("More", "more", attrs={"popovertarget": "m"})',
    "link_button": 'ui.link_button("All", "/all", "right")',
    "chip": 'ui.chip("refund", "ok", "tag")',
    "chip_button": 'ui.chip_button("Mine", pressed=true)',
    "count": "ui.count(12)",
    "dot": 'ui.dot("Unread")',
    "status": 'ui.status("pending")',
    "prio": 'ui.prio("urgent") ~ ui.prio("low")',
    "field": "ui.field(form['email']) ~ ui.field(form['password']) ~ ui.field(form['team'])"
    " ~ ui.field(form['text']) ~ ui.field(form['stay']) ~ ui.field(form['kind'])"
    " ~ ui.field(form['stay'], switch=true) ~ ui.field(form['secret'])",
    "form_errors": "ui.form_errors(form)",
    "input": 'ui.input("q", "Find", error="Nothing to find.", hint="A word")',
    "textarea": 'ui.textarea("t", "Text", "a < b")',
    "select": 'ui.select("s", "Pick", [("a", "A"), ("b", "B")], "b")',
    "check": 'ui.check("c", "Tell me", true, small="At most once an hour")',
    "switch": 'ui.switch("s", "On", true)',
    "choice": 'ui.choice("k", "v", "Email", "A whole card")',
    "ticket_rows": "ui.ticket_rows([ticket])",
    "typing": "ui.typing()",
    "group_head": 'ui.group_head("Today", "calendar")',
    "past_ticket": "ui.past_ticket({'url': '/1', 'status': 'solved', 'subject': 'S', 'time': ''})",
    "msg": 'ui.msg("note", "Mira", "10:06", initials="ML", caller=body)'
    ' ~ ui.msg("bot", "Bot", "10:06", caller=body)'
    ' ~ ui.msg("customer", "Amara", "10:06", via="by email", caller=body)'
    ' ~ ui.msg("agent", "Mira", "10:06", state="Sent", caller=body)',
    "event": 'ui.event("forward", "09:59", "Passed on")',
    "day": 'ui.day("Today")',
    "attachment": 'ui.attachment("a.png", "214 KB", "/f/1", "image", picture="/f/1/s", in_tab=true)'
    ' ~ ui.attachment("b.zip", "1 KB", "", verdict=verdict)',
    "presence": 'ui.presence("typing", "PR", 1, "Priya is typing")',
    "banner": 'ui.banner("bad", "Not sent", alert=true, caller=body)',
    "strip": 'ui.strip("Slower today")',
    "toast": 'ui.toast("Solved", undo_url="/undo")',
    "empty": 'ui.empty("search", "None", caller=body) ~ ui.empty("start", "x", caller=body)',
    "skeleton": 'ui.skeleton("Loading tickets")',
    "menu": 'ui.menu("m", "Actions", caller=body)',
    "menu_item": 'ui.menu_item("Merge", "merge", key="m") ~ ui.menu_item("Go", href="/")',
    "menu_post": 'ui.menu_post("Sign out", "/out", "", "logout")',
    "menu_sep": "ui.menu_sep()",
    "menu_title": 'ui.menu_title("Assign to")',
    "dialog": 'ui.dialog("d", "Merge", foot="x", form={"action": "/m"}, caller=body)',
    "tabs": 'ui.tabs("Details", [{"id": "a", "label": "A"}, {"id": "b", "label": "B"}], "a")',
    "panel": 'ui.panel("a", true, caller=body)',
    "tab_links": 'ui.tab_links("Pages", [{"label": "A", "url": "/a", "current": true}])',
    "seg": 'ui.seg("Kind", [{"label": "A", "pressed": true}, {"label": "L", "url": "/"}])',
    "facts": 'ui.facts([("Email", "a@b.example")])',
    "section": 'ui.section("Earlier", caller=body)',
    "card": 'ui.card("Mail", "how it speaks", caller=body)',
    "fold": 'ui.fold("Mail in", "<Amara>", is_open=true, id="in", caller=body)',
    "settile": 'ui.settile("Channels", "Mailboxes", "/s", "mail")',
    "crumbs": 'ui.crumbs([("Settings", "/s"), ("Mail", none)])',
    "table": 'ui.table("People", ["Name", ("Tickets", "num")], caller=rows)',
    "foot_row": 'ui.foot_row("1 to 50 of 5,000", older_url="?after=50")',
    "meter": 'ui.meter(3, 6, "Step 3 of 6", "ok")',
    "figure": 'ui.figure("Waiting", 12, "min", "half of them", "/t")',
    "copyable": 'ui.copyable("abc", "Copy the key")',
}  # fmt: skip


class Sample(forms.Form):
    email = forms.EmailField(help_text="Where it goes")
    password = forms.CharField(widget=forms.PasswordInput)
    team = forms.ChoiceField(choices=[("a", "Payments")])
    text = forms.CharField(widget=forms.Textarea, required=False)
    stay = forms.BooleanField(required=False, label="Stay signed in")
    kind = forms.ChoiceField(choices=[("a", "One"), ("b", "Two")], widget=forms.RadioSelect)
    secret = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean(self):
        raise forms.ValidationError("Both must be given.")


TICKET = {
    "id": 7, "url": "/t/7", "name": "<b>Amara</b>", "initials": "AO", "hue": 2, "subject": "Twice",
    "time": "8 min", "at": "2026-03-04T10:06:00+00:00",
    "channel": {"icon": "mail", "label": "Email"},
    "priority": "high", "unread": True, "current": True, "assignee": None, "due": None,
    "chips": [{"label": "refund", "icon": "tag", "tone": "ok"}],
    "presence": {"kind": "typing", "name": "Priya", "initials": "PR", "hue": 1},
}  # fmt: skip


class Checker(HTMLParser):
    """Raises where tags do not close in order; remembers ids and what a strict policy refuses."""

    def __init__(self):
        super().__init__()
        self.open, self.ids, self.refused = [], [], []

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            self.open.append(tag)
        for name, value in attrs:
            if name == "style" or name.startswith(("on", "hx-on")):
                self.refused.append(name)
            if name == "id":
                self.ids.append(value)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open, f"</{tag}> closes nothing"
            assert self.open.pop() == tag, f"</{tag}> closes in the wrong order"


def check(markup):
    checker = Checker()
    checker.feed(markup)
    assert not checker.open, f"left open: {checker.open}"
    assert not checker.refused
    return checker


def render(expression):
    context = {
        "form": Sample({"email": "x"}),
        "ticket": TICKET,
        "body": lambda: Markup("<p>body</p>"),
        "verdict": {"tone": "bad", "icon": "shield", "words": "Held back: X", "note": "X"},
        "rows": lambda: Markup("<tr><td>a</td><td>1</td></tr>"),
    }
    return engines["jinja2"].from_string("{{ " + expression + " }}").render(context)


def macros():
    module = engines["jinja2"].env.get_template("design/ui.html").module
    return {name for name in vars(module) if not name.startswith("_")}


@pytest.mark.parametrize("name", sorted(CALLS))
def test_a_component_is_well_formed(name):
    markup = render(CALLS[name])
    check(markup)
    assert "<b>Amara" not in markup
    assert "<Amara>" not in markup


def test_every_component_is_tried_here():
    assert macros() == set(CALLS)


def test_every_icon_that_a_component_names_is_drawn():
    from foredesk.design import assets

    drawn = set(re.findall(r'id="i-([\w-]+)"', assets.source("design/icons.svg").read_text()))
    for call in CALLS.values():
        assert set(re.findall(r"icons\.svg[^#]*#i-([\w-]+)", render(call))) <= drawn


def test_a_wrong_field_tells_readers_what_is_wrong():
    markup = render("ui.field(form['email'])")
    assert 'aria-invalid="true"' in markup
    assert 'aria-describedby="id_email_helptext id_email_error"' in markup
    checker = check(markup)
    assert {"id_email", "id_email_helptext", "id_email_error"} <= set(checker.ids)


def test_a_right_field_claims_no_error():
    context = {"form": Sample()}
    markup = engines["jinja2"].from_string("{{ ui.field(form['team']) }}").render(context)
    assert "aria-invalid" not in markup
    assert "aria-describedby" not in markup


def test_an_unread_row_says_so_and_a_read_one_does_not():
    assert "Unread" in render("ui.ticket_rows([ticket])")
    assert "Unread" not in render("ui.ticket_rows([dict(ticket, unread=false)])")


def test_a_missing_value_is_an_error_not_an_empty_place():
    with pytest.raises(Exception, match="url"):
        render("ui.ticket_rows([{'id': 1}])")


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "429", "500"])
def test_error_pages_need_nothing(name):
    markup = engines["jinja2"].get_template(f"{name}.html").render()
    check(markup.replace("<!doctype html>", ""))
    assert 'role="alert"' in markup
