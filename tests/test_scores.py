"""`make score`: what broke leaves what was found before, and the page shows all that is kept."""

import json
import sys
import types

import pytest

from score import forked, one, rows, table


@pytest.fixture
def kept(tmp_path, monkeypatch):
    monkeypatch.setattr(table, "KEPT", tmp_path)
    return tmp_path


def test_a_module_that_breaks_keeps_its_figures_and_says_how(kept, monkeypatch, capsys):
    def run(_shared):
        yield rows.none_of("lost", 0, of=10)
        raise ValueError("the far side\nis gone")

    monkeypatch.setitem(sys.modules, "score.shaky", types.SimpleNamespace(run=run))
    target = kept / "shaky.json"
    monkeypatch.setattr(sys, "argv", ["one", "shaky", str(kept), str(target), "abc"])
    assert one.main() == 0
    assert "✓ lost: 0 of 10 (bar 0)" in capsys.readouterr().out
    [found] = table.read(["shaky"])
    assert [row.is_ok for row in found.rows] == [True, False]
    assert "broke: ValueError: the far side is gone" in found.rows[1].figure
    assert json.loads(target.read_text())["commit"] == "abc"


def test_the_page_says_what_was_never_measured_and_when_the_rest_was(kept):
    row = rows.at_least("found", 0.98, 0.97)
    (kept / "a.json").write_text(
        json.dumps({"day": "2026-03-02", "seconds": 7, "commit": "", "rows": [
            [row.name, row.figure, row.bar, row.is_ok]]})
    )  # fmt: skip
    said = table.text(table.read(["a", "b"]))
    assert "| found | 0.980 | ≥ 0.970 | yes | 2026-03-02, 7 s |" in said
    assert "| b | never measured |  | **no** |  |" in said


@pytest.mark.parametrize(
    ("does", "error"),
    [
        (lambda raw: {"text": "fine", "to": ["a"]}, ""),
        (lambda raw: {"text": "\0"}, "NUL in text"),
        (lambda raw: {"to": ["a", "\ud800"]}, "a lone surrogate in to"),
        (lambda raw: 1 // 0, "ZeroDivisionError"),
    ],
)
def test_a_mail_is_judged_in_a_process_of_its_own(does, error):
    cost = forked.judged(does, b"x")
    assert error in cost.error
    assert bool(cost.error) is bool(error)


def test_what_a_mail_costs_is_seen():
    assert forked.judged(lambda raw: {"text": "x" * 60_000_000}, b"").mebibytes > 50
    assert forked.judged(lambda raw: {"n": sum(range(3_000_000))}, b"").seconds > 0.01
