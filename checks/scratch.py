"""Where tests keep their database server: one folder for each checkout and user."""

import hashlib
import os
import tempfile
from pathlib import Path

_MARK = hashlib.sha256(f"{Path(__file__).resolve()} {os.geteuid()}".encode()).hexdigest()[:8]

HOME = Path(tempfile.gettempdir()) / f"foredesk-tests-{_MARK}"
