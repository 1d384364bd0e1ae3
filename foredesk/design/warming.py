"""All templates, loaded before the first page asks: compiled once, and kept until Foredesk changes.

Compiling takes most of a second. What is compiled holds more than its own source: words, addresses
and parts of other templates (folding.py). So all of it is made anew when any file of ours changed.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from hashlib import sha256
from pathlib import Path

from django.template import engines
from jinja2 import FileSystemBytecodeCache, TemplateError
from jinja2 import __version__ as jinja_version

PACKAGE = Path(__file__).resolve().parent.parent


def load_all(folder: Path) -> None:
    """Load every Jinja template, from `folder` what was compiled before; what an older Foredesk
    compiled is removed. A template that can't be compiled is left for its own page to tell."""
    ours = folder / edition(PACKAGE)
    for one in (folder, ours):
        one.mkdir(mode=0o700, exist_ok=True)
    for engine in engines.all():
        environment = getattr(engine, "env", None)
        if environment is not None:
            environment.bytecode_cache = FileSystemBytecodeCache(str(ours))
            for name in environment.list_templates(extensions=["html", "txt"]):
                with contextlib.suppress(TemplateError):
                    environment.get_template(name)
    for other in folder.iterdir():
        if other != ours:
            _remove(other)


def _remove(other: Path) -> None:
    """No reason not to start when it can't be."""
    if other.is_dir():
        shutil.rmtree(other, ignore_errors=True)
    else:
        other.unlink(missing_ok=True)


def edition(package: Path) -> str:
    """A name for the files of `package` as they are now: another one when any of them changes.

    Looks at names, sizes and times, not inside: some thousand files in a few milliseconds.
    """
    seen = sha256(jinja_version.encode())
    for folder, subfolders, names in os.walk(package):
        subfolders[:] = sorted(set(subfolders) - {"__pycache__"})
        for name in sorted(names):
            path = os.path.join(folder, name)  # noqa: PTH118  (a Path for each takes half the time)
            of = os.stat(path)  # noqa: PTH116
            seen.update(f"{path} {of.st_size} {of.st_mtime_ns}\n".encode())
    return seen.hexdigest()[:16]
