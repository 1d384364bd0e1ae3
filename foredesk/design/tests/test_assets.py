"""Files of the front end: vendored packages as published, style sheets in one bundle."""

import hashlib
import json
import re
from pathlib import Path

import pytest
from django.test import override_settings

from foredesk.design import assets, bundling, importmap, styles

STATIC = Path(__file__).parent.parent / "static"
VENDORED = json.loads((STATIC / "vendor" / "vendor.json").read_text())


@pytest.mark.parametrize("entry", VENDORED, ids=lambda entry: entry["name"])
def test_a_vendored_file_is_the_one_that_was_reviewed(entry):
    content = (STATIC / "vendor" / entry["file"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == entry["sha256"]
    assert entry["version"] in entry["file"]
    for licence in entry["licence_files"]:
        assert (STATIC / "vendor" / licence).read_text().strip()


def test_no_vendored_file_is_unlisted():
    listed = {entry["file"] for entry in VENDORED}
    listed |= {name for entry in VENDORED for name in entry["licence_files"]}
    listed |= {"vendor.json", "README.md"}
    folder = STATIC / "vendor"
    found = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert found == listed


def test_every_block_is_listed_once():
    on_disk = sorted(path.stem for path in (STATIC / "design" / "css").glob("*.css"))
    assert sorted(styles.BLOCKS) == on_disk


def test_every_block_names_a_layer_that_the_first_one_declares():
    text = assets.source("design/css/tokens.css").read_text()
    layers = re.search(r"@layer ([^;]+);", text)[1].split(", ")
    for path in styles.sheets():
        sheet = assets.source(path).read_text()
        assert sheet.count("{") == sheet.count("}"), path
        for name in re.findall(r"@layer (\w+) \{", sheet):
            assert name in layers, path


def test_the_bundle_is_written_once_and_replaces_the_old_one(tmp_path):
    old = tmp_path / "design" / "bundle.0123456789.css"
    old.parent.mkdir()
    old.write_text("old")
    bundle = bundling.write_bundle(tmp_path)
    assert not old.exists()
    written_at = bundle.stat().st_mtime_ns
    assert bundling.write_bundle(tmp_path) == bundle
    assert bundle.stat().st_mtime_ns == written_at
    text = bundle.read_text()
    assert text.index("@layer tokens") < text.index(".btn {") < text.index("@layer utilities {")
    for font in re.findall(r'url\("([^"]+)"\)', text):
        assert (STATIC / "design" / font).exists()


def test_pages_link_the_bundle_only_where_it_was_written(tmp_path):
    with override_settings(STATIC_ROOT=str(tmp_path), DEBUG=False):
        bundling._served_bundle.cache_clear()
        assert len(bundling.stylesheet_urls()) == len(styles.sheets())
        bundling._served_bundle.cache_clear()
        bundle = bundling.write_bundle(tmp_path)
        assert bundling.stylesheet_urls() == [f"/static/design/{bundle.name}"]
    bundling._served_bundle.cache_clear()


def test_the_import_map_knows_every_behaviour_and_package():
    modules = importmap.modules()
    assert {entry["import_as"] for entry in VENDORED} <= set(modules)
    for name in ("core", "live", "cmdk", "shortcuts"):
        assert re.search(rf"/{name}\.js\?v=[0-9a-f]{{10}}$", modules[f"behaviours/{name}"])


def test_behaviours_import_by_name_only():
    """A relative import would load a module a second time, under an address without version."""
    for path in (STATIC / "design" / "behaviours").glob("*.js"):
        for name in re.findall(r'(?:from|import\()\s*["`]([^"`]+)', path.read_text()):
            assert name.split("$")[0] == "behaviours/" or name in importmap.modules(), (path, name)


def test_a_static_file_that_no_room_ships_is_an_error():
    with pytest.raises(FileNotFoundError):
        assets.url("design/nothing.css")
