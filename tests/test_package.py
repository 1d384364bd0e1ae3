"""What `pip install .` installs is what runs from a checkout."""

from __future__ import annotations

import tomllib
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "foredesk"


def data_folders() -> set[str]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    patterns = settings["tool"]["setuptools"]["package-data"]["*"]
    assert all(pattern.endswith("/**/*") for pattern in patterns)
    return {PurePosixPath(pattern).parts[0] for pattern in patterns}


def test_every_file_that_is_not_python_is_installed() -> None:
    folders = data_folders()
    lost = []
    for path in PACKAGE.rglob("*"):
        parts = path.relative_to(PACKAGE).parts
        is_of_the_house = path.is_file() and path.suffix not in (".py", ".pyc")
        if is_of_the_house and "tests" not in parts and not folders & set(parts):
            lost.append(str(path.relative_to(ROOT)))
    assert lost == [], "name their folder in [tool.setuptools.package-data]"


def test_every_folder_with_code_is_a_package() -> None:
    lost = {
        str(path.parent.relative_to(ROOT))
        for path in PACKAGE.rglob("*.py")
        if not (path.parent / "__init__.py").exists()
    }
    assert lost == set()
