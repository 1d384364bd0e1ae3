"""Install one lock file into this virtual environment: `python checks/install.py FILE`.

uv does it in seconds; where uv is not to be had, pip does the same with the same hashes. Python
compiles what is used when it is first used; the rest would double the size of the folder.
"""

import hashlib
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

BIN = Path(sys.prefix) / "bin"


def main(lock: Path) -> int:
    mark = hashlib.sha256(lock.read_bytes()).hexdigest()
    stamp = Path(sys.prefix) / f".{lock.name}.sha256"
    if stamp.exists() and stamp.read_text() == mark:
        return 0
    print(f"Installing {lock.name} …", flush=True)
    flags = ["--quiet", "--require-hashes", "-r", str(lock)]
    uv = [BIN / "uv", "pip", "install", "--python", sys.executable, *flags]
    pip = [sys.executable, "-m", "pip", "install", "--no-compile"]
    pip += ["--disable-pip-version-check", *flags]
    done = subprocess.run(uv, check=False).returncode if (BIN / "uv").exists() else 1
    if done:
        if find_spec("pip") is None:
            subprocess.run([sys.executable, "-m", "ensurepip"], check=False, capture_output=True)
        done = subprocess.run(pip, check=False).returncode
    if done == 0:
        stamp.write_text(mark)
    return done


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
