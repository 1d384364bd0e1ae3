"""Where tests keep their database servers: folders for each checkout and user."""

import hashlib
import os
import tempfile
from pathlib import Path

_MARK = hashlib.sha256(f"{Path(__file__).resolve()} {os.geteuid()}".encode()).hexdigest()[:8]

SHARED = Path(tempfile.gettempdir()) / f"foredesk-tests-{_MARK}"
"""The server of all tests but those that need one for themselves."""

APART = SHARED.with_name(f"{SHARED.name}-apart")
"""The server of those."""

WISH = "TESTS_APART"
"""Set in the environment, it gives a run of tests the server apart."""

HOME = APART if os.environ.get(WISH) else SHARED
"""The server of this run."""


def apart() -> dict[str, str]:
    """What a run of tests needs in its environment to be apart."""
    return {WISH: "1", "FOREDESK_DATA_DIR": str(APART)}
