"""Where tests keep their database servers: folders for each checkout and user."""

import hashlib
import os
import tempfile
from pathlib import Path

_MARK = hashlib.sha256(f"{Path(__file__).resolve()} {os.geteuid()}".encode()).hexdigest()[:8]

SHARED = Path(tempfile.gettempdir()) / f"foredesk-tests-{_MARK}"
"""The server of all tests but those that need one for themselves."""

APART = "TESTS_APART"
"""Set in the environment, it gives a run of tests a server that no other run uses."""

HOME = SHARED.with_name(f"{SHARED.name}-apart") if os.environ.get(APART) else SHARED
"""The server of this run."""
