"""A Python inside a desk that runs one piece of code after another: to start one takes seconds."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from typing import Any

from tests.peers.desk import ROOT, Desk

SERVE = """
import contextlib, io, json, sys, traceback
from foredesk.cli import entering
from foredesk.plumbing.env import Env
entering.database(Env.load()); entering.django()
from django.db import connection
for line in sys.stdin:
    said, error = io.StringIO(), ""
    try:
        with contextlib.redirect_stdout(said):
            exec(json.loads(line), {})
    except BaseException:
        error = traceback.format_exc()
    finally:
        connection.close()
    print(json.dumps({"said": said.getvalue(), "error": error}), flush=True)
"""


class Inside:
    """Begins with the first code that it is given."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._process: subprocess.Popen[str] | None = None

    def run(self, code: str) -> Any:
        """Run Python in the desk; returns the JSON that it prints last. Raises AssertionError with
        its words when it fails."""
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-c", SERVE],
                cwd=ROOT,
                env=self.desk.environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                start_new_session=True,
            )
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(code) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, "the Python inside the desk has died"
        answer = json.loads(line)
        assert not answer["error"], answer["error"]
        lines = answer["said"].strip().splitlines()
        return json.loads(lines[-1]) if lines else None

    def close(self) -> None:
        if self._process is not None:
            assert self._process.stdin
            assert self._process.stdout
            with contextlib.suppress(BrokenPipeError):
                self._process.stdin.close()
            self._process.wait(30)
            self._process.stdout.close()
            self._process = None
