"""Python runs this at its start when this folder is on its path: the clock shows another time.

Nothing of the product knows of it; the health page of such a desk says that its clock is wrong.
"""

import os
from datetime import timedelta
from pathlib import Path

from foredesk.plumbing import clock

_real, _file = clock.now, Path(os.environ["CLOCK_FILE"])


def _moved():
    """The machine's time, and as many seconds as the file says."""
    return _real() + timedelta(seconds=float(_file.read_text()))


clock.now = _moved
