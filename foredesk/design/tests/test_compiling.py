"""Templates that are compiled to less work draw what Jinja's own compiler would."""

import pytest
from django.template import engines
from django.utils.translation import gettext_lazy
from jinja2 import (
    DictLoader,
    Environment,
    StrictUndefined,
    TemplateAssertionError,
    UndefinedError,
)
from markupsafe import Markup, escape

from foredesk.design import compiling, jinja, warming


class Badge:
    def __html__(self):
        return "<b>7</b>"


@pytest.mark.parametrize(
    "value",
    ["<a href='x'>&\"", Markup("<i>&amp;</i>"), Badge(), gettext_lazy("<now>"), 7, None, 1.5],
    ids=lambda value: type(value).__name__,
)
def test_what_is_put_out_is_escaped_as_ever(value):
    assert compiling.shown(value) == str(escape(value))
    assert type(compiling.shown(value)) in (str, Markup)


def test_only_these_globals_want_the_context():
    found = engines["jinja2"].env.globals
    wanting = {name for name, one in found.items() if hasattr(one, "jinja_pass_arg")}
    assert wanting == compiling.WANT_CONTEXT


PARTS = {
    "page": """
        {% set title = title | default("none") %}{% set mark = "!" %}
        {% macro big(text, tone="plain") %}<b class="{{ tone }}">{{ text }}{{ mark }}</b>
        {%- endmacro %}
        {% for one in things %}{% include "thing" %}{% endfor %}
        {% include "deep" %}|{{ title }}|{{ mark }}|{{ big("<x>", tone="loud") }}
        {{ dict(**{"class": 1}) }}{{ dict(class=2) }}{{ dict(*pairs) }}""",
    "thing": """
        {% set mark = mark ~ one.n %}{% set own = one.name.upper() %}
        {% macro said(text) %}[{{ text }}{{ mark }}
        {{- caller(own) if caller is defined else "" }}]{% endmacro %}
        {{ said(one.name) }}{% call(who) said(title) %}{{ who }}{{ one.n + 1 }}{% endcall %}""",
    "deep": '{% if things %}{% set title = "deep " ~ title %}{% include "deeper" %}{% endif %}',
    "deeper": "{% with mark = title %}{{ mark | length }}{{ title }}{{ things[0].n }}{% endwith %}",
}
VALUES = {"things": [{"name": "a<", "n": 1}, {"name": "b", "n": 2}], "pairs": [[("k", "v")]]}


def _ours(templates):
    return jinja.environment(loader=DictLoader(templates))


def _with_components():
    env = _jinjas({})
    env.globals["ui"] = engines["jinja2"].env.globals["ui"]
    return env


def _jinjas(templates):
    env = Environment(
        loader=DictLoader(templates),
        extensions=["jinja2.ext.i18n"],
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    install = getattr(env, "install_null_translations")  # noqa: B009  the extension added it
    install(newstyle=True)
    return env


@pytest.mark.parametrize("given", [VALUES, {**VALUES, "title": "T&"}], ids=["plain", "titled"])
def test_a_page_is_the_same_with_its_parts_put_in(given):
    ours = _ours(PARTS)
    drawn = ours.get_template("page").render(**given)
    assert drawn == _jinjas(PARTS).get_template("page").render(**given)
    assert "a&lt;!1" in drawn
    assert "new_context" not in ours.compile(PARTS["page"], raw=True)


LAYOUTS = {
    "base": """
        {% set tone = tone | default("plain") %}{% macro big(text) %}<b>{{ text }}</b>{% endmacro %}
        <title>{% block title %}Desk{% endblock %}{% block end %} - Desk{% endblock %}</title>
        {% block body %}{% endblock %}{{ tone }}""",
    "shell": """{% extends "base" %}
        {% block body %}{% for one in things %}<i>{{ big(one.name) }}</i>{% endfor %}
        {% block main scoped %}nothing{% endblock %}<nav aria-label="{{ self.title() }}">
        {{- self.title() }}</nav>{% block foot %}<p>{{ tone }}</p>{% endblock %}{% endblock %}""",
    "page": """{% extends "shell" %}{% set tone = "loud" %}
        this stands outside of the blocks and is not drawn
        {% block title %}{{ title | default("No <title>") }}{% endblock %}
        {% block main %}{% block inner %}{{ tone }}{% endblock %}{% endblock %}
        {% block foot %}<hr>{{ super() }}{{ big("&") }}{{ super() }}{% endblock %}""",
    "deep": """{% extends "page" %}
        {% block inner %}{% set own = things | length %}{{ own }}{% endblock %}
        {% block foot %}[{{ super() }}]{% endblock %}""",
    "deepest": """{% extends "deep" %}
        {% block main %}{{ super() }}<u>{% block foot %}({{ super() }}){% endblock %}</u>
        {%- endblock %}""",
}


@pytest.mark.parametrize("given", [VALUES, {**VALUES, "title": "T&"}], ids=["plain", "titled"])
@pytest.mark.parametrize("name", ["base", "shell", "page", "deep", "deepest"])
def test_a_page_is_the_same_with_its_layouts_put_around_it(name, given):
    drawn = _ours(LAYOUTS).get_template(name).render(**given)
    assert drawn == _jinjas(LAYOUTS).get_template(name).render(**given)
    assert "parent_template" not in _ours(LAYOUTS).compile(LAYOUTS[name], raw=True)


@pytest.mark.parametrize(
    "text",
    [
        '{% set name = "base" %}{% extends name %}',
        '{% if 1 %}{% extends "base" %}{% endif %}',
        '{% extends "base" %}{% block body %}{{ super() | upper }}{% endblock %}',
        '{% extends "base" %}{% block body %}{{ super }}{% endblock %}',
        '{% extends "base" %}{% block body %}{{ self }}{% endblock %}',
        """{% extends "base" %}
        {% block body %}{% block own %}{{ super() }}{% endblock %}{% endblock %}""",
    ],
)
def test_what_can_not_be_put_together_is_told_when_it_is_compiled(text):
    with pytest.raises(TemplateAssertionError, match="put together"):
        _ours({**LAYOUTS, "page": text}).get_template("page")


COMPONENTS = [
    """{{ ui.button("<Go>", "primary", icon_name="check") }}{{ ui.button(name) }}""",
    """{% call ui.section(name, action=ui.chip(name)) %}{{ name }}{% endcall %}""",
    """{% call ui.section() %}{% call ui.card(title=name) %}{{ ui.status("new") }}{% endcall %}
    {% endcall %}""",
    """{% set tile = ui.facts([("a", name)], class_name=name) %}{{ tile }}{{ tile | length }}""",
    """{{ ui.facts([name, "&&"], **{"class_name": "x"}) }}{{ ui.facts(*[[name, "ab"]]) }}""",
]


@pytest.mark.parametrize("name", ["<i", Markup("<b")], ids=["text", "markup"])
@pytest.mark.parametrize("text", COMPONENTS)
def test_components_draw_what_they_would_for_jinja(text, name):
    drawn = engines["jinja2"].env.from_string(text).render(name=name)
    assert drawn == _with_components().from_string(text).render(name=name)


@pytest.mark.parametrize(
    "text",
    [
        "{{ ui.facts() }}",
        "{{ ui.facts([], colour='red') }}",
        "{{ ui.facts([], 'a', 'b') }}",
        "{{ ui.facts([], pairs=[]) }}",
        "{{ ui.section('a') }}",
        "{% call ui.facts([]) %}a{% endcall %}",
        "{{ ui.nothing() }}",
    ],
)
def test_what_a_component_does_not_take_is_told_as_ever(text):
    with pytest.raises(Exception) as jinjas:  # noqa: PT011  whatever it is, it is the same
        _with_components().from_string(text).render()
    with pytest.raises(jinjas.type):
        engines["jinja2"].env.from_string(text).render()


SAID = [
    """{{ _("Answered by %(name)s, %(n)d times", name=name, n=n) }}""",
    """{{ _("100%% of %(name)s", name=name) }}""",
    """<a title="{{ _("To %(name)s", name=name) }}">""",
    """{% set words = _("%(name)s and %(name)s", name=name) %}{{ words }}{{ words | length }}""",
    """{{ [name, _("%(n)s", n=n)] | join("; ") }}""",
]


@pytest.mark.parametrize(
    "name", ["<i>", Markup("<i>"), Badge()], ids=lambda one: type(one).__name__
)
@pytest.mark.parametrize("text", SAID)
def test_words_with_names_in_them_are_said_as_ever(text, name):
    ours, jinjas = _ours({"page": text}), _jinjas({"page": text})
    drawn = ours.get_template("page").render(name=name, n=7)
    assert drawn == jinjas.get_template("page").render(name=name, n=7)


def test_a_part_says_what_it_misses():
    ours = _ours({"page": '{% include "part" %}', "part": "{{ x }}"})
    with pytest.raises(UndefinedError, match="'x' is undefined"):
        ours.get_template("page").render()


def test_a_part_with_blocks_is_called():
    parts = {"page": '{% include "part" %}', "part": "{% block a %}{{ x }}{% endblock %}"}
    ours = _ours(parts)
    assert ours.get_template("page").render(x=3) == "3"


def test_what_was_compiled_is_kept_until_a_file_of_ours_changes(tmp_path, monkeypatch):
    env = engines["jinja2"].env
    monkeypatch.setattr(env, "bytecode_cache", None)
    package = tmp_path / "package"
    package.mkdir()
    (package / "button.html").write_text("<button>")
    monkeypatch.setattr(warming, "PACKAGE", package)
    monkeypatch.setattr(env, "list_templates", lambda **_: ["design/icon.html", "desk/_bell.html"])
    cache = tmp_path / "cache"

    def loaded():
        env.cache.clear()
        warming.load_all(cache)
        return {file: file.stat().st_mtime_ns for file in cache.rglob("*.cache")}

    first = loaded()
    assert len(first) >= 2  # and the components that they draw, unless those were drawn before
    assert loaded() == first
    (package / "button.html").write_text("<button type>")
    later = loaded()
    assert later
    assert not set(later) & set(first)
    assert len(list(cache.iterdir())) == 1


def test_what_an_older_one_left_is_removed(tmp_path, monkeypatch):
    env = engines["jinja2"].env
    monkeypatch.setattr(env, "bytecode_cache", None)
    monkeypatch.setattr(env, "list_templates", lambda **_: [])
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "page.cache").write_text("")
    (tmp_path / "page.cache").write_text("")
    warming.load_all(tmp_path)
    assert [one.name for one in tmp_path.iterdir()] == [warming.edition(warming.PACKAGE)]
