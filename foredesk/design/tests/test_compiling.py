"""Templates that are compiled to less work draw what Jinja's own compiler would."""

import pytest
from django.template import engines
from django.utils.translation import gettext_lazy
from jinja2 import DictLoader, Environment, StrictUndefined, UndefinedError
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


@pytest.mark.parametrize("given", [VALUES, {**VALUES, "title": "T&"}], ids=["plain", "titled"])
def test_a_page_is_the_same_with_its_parts_put_in(given):
    ours = jinja.environment(loader=DictLoader(PARTS))
    jinjas = Environment(
        loader=DictLoader(PARTS),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    drawn = ours.get_template("page").render(**given)
    assert drawn == jinjas.get_template("page").render(**given)
    assert "a&lt;!1" in drawn
    assert "new_context" not in ours.compile(PARTS["page"], raw=True)


def test_a_part_says_what_it_misses():
    ours = jinja.environment(loader=DictLoader({"page": '{% include "part" %}', "part": "{{ x }}"}))
    with pytest.raises(UndefinedError, match="'x' is undefined"):
        ours.get_template("page").render()


def test_a_part_with_blocks_is_called():
    parts = {"page": '{% include "part" %}', "part": "{% block a %}{{ x }}{% endblock %}"}
    ours = jinja.environment(loader=DictLoader(parts))
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
