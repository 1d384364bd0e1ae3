"""What holds the house together, looked at in its own source."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps

from foredesk.channels import kinds

ROOT = Path(__file__).resolve().parent.parent
HOUSE = ROOT / "foredesk"
FLOORS = (
    {"plumbing", "design"},
    {"logbook"},
    {"realtime", "files"},
    {"people"},
    {"tickets"},
    {"channels", "sla", "routing", "notices"},
    {"surveys"},
    {"automations", "analytics"},
    {"operations"},
    {"demo"},
    {"desk", "api"},
)
"""From the basement up; `.importlinter` says the same about imports."""


def _floor(room: str) -> int:
    return next(number for number, rooms in enumerate(FLOORS) if room in rooms)


def _sources(*, tests: bool = False) -> Iterator[Path]:
    for path in sorted(HOUSE.rglob("*.py")):
        inside = path.relative_to(HOUSE).parts
        if "migrations" in inside or (
            not tests and ("tests" in inside or path.name == "conftest.py")
        ):
            continue
        yield path


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), filename=str(path))


def _tracked() -> list[Path]:
    """The files of the project: what git knows, or all but what it ignores."""
    asked = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        folders = (HOUSE, ROOT / "tests", ROOT / "checks", ROOT / "docs")
        return [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return [path for name in done.stdout.splitlines() if (path := ROOT / name).is_file()]


def test_every_room_is_on_a_floor():
    rooms = {app.label for app in apps.get_app_configs() if app.name.startswith("foredesk.")}
    assert rooms == set.union(*FLOORS)


def test_no_foreign_key_points_up_a_floor_or_to_a_neighbour():
    for model in apps.get_models():
        room = model._meta.app_label
        if not model.__module__.startswith("foredesk."):
            continue
        for field in model._meta.get_fields():
            if not (field.is_relation and field.concrete):
                continue
            there = field.related_model._meta.app_label
            if there == room or not field.related_model.__module__.startswith("foredesk."):
                continue
            assert _floor(there) < _floor(room), f"{model.__name__}.{field.name}"
            assert field.remote_field.related_name.endswith("+"), f"{model.__name__}.{field.name}"


def test_nobody_listens_to_djangos_signals():
    for path in _sources(tests=True):
        for node in ast.walk(_tree(path)):
            if isinstance(node, ast.ImportFrom):
                assert node.module not in ("django.dispatch", "django.db.models.signals"), path
                names = {name.name for name in node.names}
                assert not (node.module == "django.db.models" and "signals" in names), path
            if isinstance(node, ast.Attribute):
                assert node.attr not in ("post_save", "pre_save", "post_delete"), path


BELOW_CHANNELS = {"plumbing", "logbook", "realtime", "files", "people", "design"}
"""Rooms that know identities of people by kinds of their own, and no channels."""


def test_no_file_outside_kinds_asks_which_kind_it_has():
    known = set(kinds.all_kinds())
    assert "email" in known
    for path in _sources():
        inside = set(path.relative_to(HOUSE).parts)
        if inside & (BELOW_CHANNELS | {"kinds", "demo"}):
            continue
        for node in ast.walk(_tree(path)):
            if not isinstance(node, ast.Compare):
                continue
            sides = [node.left, *node.comparators]
            named = {getattr(side, "attr", getattr(side, "id", "")) for side in sides}
            texts = {side.value for side in sides if isinstance(side, ast.Constant)}
            assert not (named & {"kind", "channel"} and texts & known), f"{path}:{node.lineno}"


def test_nothing_is_left_to_be_done():
    mark = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")  # as comments say it
    skipped = {".js", ".css"}
    for path in _tracked():
        if path == Path(__file__) or "vendor" in path.parts or path.suffix == ".lock":
            continue
        if path.suffix in skipped and ".min." in path.name:
            continue
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        found = mark.search(text)
        assert found is None, f"{path.relative_to(ROOT)}: {found and found[0]}"


def test_the_lock_files_name_no_host():
    locks = sorted(ROOT.glob("*.lock"))
    assert len(locks) >= 3
    for path in locks:
        text = path.read_text()
        assert "--hash=sha256:" in text
        assert not re.search(r"https?://|--(?:extra-)?index-url|--find-links|--trusted-host", text)


def _public(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    for node in tree.body:
        is_named = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        if is_named and not node.name.startswith("_"):
            yield node


OBVIOUS = re.compile(r"(is|can|has)_\w+")
"""Predicates say by their name what they promise."""
CONTRACTS = {"operations": {"look"}, "analytics": {"rows"}}
"""Functions that each file of a drop-in folder has: what they promise, the folder says once."""


def _is_command(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Commands say what they do in the help that their parser shows."""
    return "argparse" in ast.unparse(node.args)


@pytest.mark.parametrize("room", sorted(set.union(*FLOORS) | {"cli", "config"}))
def test_public_functions_say_what_they_promise(room):
    silent = []
    for path in _sources():
        if path.relative_to(HOUSE).parts[0] != room:
            continue
        tree = _tree(path)
        if (
            not ast.get_docstring(tree)
            and tree.body
            and path.name not in ("apps.py", "__init__.py")
        ):
            silent.append(str(path.relative_to(ROOT)))
        for node in _public(tree):
            if isinstance(node, ast.ClassDef) or OBVIOUS.fullmatch(node.name):
                continue
            if len(node.body) == 1 or node.name in CONTRACTS.get(room, ()) or _is_command(node):
                continue
            if not ast.get_docstring(node):
                silent.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}")
    assert silent == []


def test_abilities_take_the_actor_and_the_time_as_keywords():
    """Every function that records a fact is told by whom and when; nothing is ambient."""
    for path in _sources():
        room, *_ = path.relative_to(HOUSE).parts
        if room not in ("people", "tickets") or path.stem in ("receiving", "directory"):
            continue
        for node in _public(_tree(path)):
            if isinstance(node, ast.ClassDef):
                continue
            calls = {ast.unparse(one.func) for one in ast.walk(node) if isinstance(one, ast.Call)}
            if "recording.record" in calls:
                keywords = {argument.arg for argument in node.args.kwonlyargs}
                assert "at" in keywords, f"{path}:{node.lineno}"
            assert "now" not in calls, f"{path}:{node.lineno} takes the time from the air"


def test_files_stay_of_a_size_to_be_read():
    long = {
        str(path.relative_to(ROOT)): lines
        for path in _sources()
        if (lines := len(path.read_text().splitlines())) > 600
    }
    assert long == {}


PLAIN_WORDS = {"utils", "helpers", "manager", "service", "base", "common"}


def test_no_file_has_a_name_that_says_nothing():
    engine = ROOT / "foredesk/plumbing/database/base.py"  # Django looks for it by this name
    named = [path for path in _sources(tests=True) if path.stem in PLAIN_WORDS]
    assert named == [engine]
