"""The pictures of the README and the handbook, from a fresh demo workspace: `make screenshots`."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from checks import servers
from foredesk.demo.company import MAIN_EMAIL, PASSWORD
from foredesk.plumbing.postgres import embedded
from tests.peers.browser import ARGUMENTS
from tests.peers.desk import free_port

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "screenshots"
_SEEN = """Promise.all([...document.images]
    .filter(one => one.checkVisibility() && one.getBoundingClientRect().top < innerHeight)
    .map(one => one.decode()))"""
MOST = 250_000  # bytes of one picture
WIDE, PHONE = (1440, 900), (390, 844)
FEATURED = "Charged twice for order 48213"

# name: (path, size, theme)
PICTURES = {
    "inbox": ("ticket", WIDE, "light"),
    "inbox-dark": ("ticket", WIDE, "dark"),
    "phone": ("ticket", PHONE, "light"),
    "phone-list": ("/inbox/", PHONE, "light"),
    "people": ("/settings/people/", WIDE, "light"),
    "mailboxes": ("/settings/mailboxes/", WIDE, "light"),
    "routing": ("/settings/routing/", WIDE, "light"),
    "notices": ("/me/notices/", WIDE, "light"),
    "promises": ("/settings/promises/", WIDE, "light"),
    "health": ("/health/", WIDE, "light"),
    "sent": ("/mail/sent/", WIDE, "light"),
    "rules": ("/settings/rules/1/", WIDE, "light"),
    "macros": ("macros", WIDE, "light"),
    "survey": ("/settings/surveys/preview/?r=5", PHONE, "light"),
    "surveys": ("/settings/surveys/", WIDE, "light"),
    "insights": ("/insights/", WIDE, "light"),
    "review": ("/insights/review/", WIDE, "light"),
    "measure": ("/insights/measures/first_reply/", WIDE, "light"),
}
WITHOUT_SCRIPT = ("/settings/surveys/preview/?r=5",)


def main() -> int:
    """Take all pictures, or those named on the command line. 1 when a picture is too large."""
    lacking = servers.provide()
    if lacking:
        print(lacking, file=sys.stderr)
        return 1
    wanted = sys.argv[1:] or list(PICTURES)
    TARGET.mkdir(exist_ok=True)
    large = []
    with _desk() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        for name in wanted:
            size = _take(browser, url, name)
            print(f"docs/screenshots/{name}.png  {size // 1000} KB")
            large += [name] if size > MOST else []
        browser.close()
    if large:
        print(f"Larger than {MOST // 1000} KB: {', '.join(large)}", file=sys.stderr)
    return 1 if large else 0


def _take(browser: Browser, url: str, name: str) -> int:
    path, (width, height), theme = PICTURES[name]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=theme,  # type: ignore[arg-type]
        reduced_motion="reduce",
        has_touch=width < 800,
    )
    page = context.new_page()
    page.goto(f"{url}/account/login/")
    page.fill("input[name=login]", MAIN_EMAIL)
    page.fill("input[name=password]", PASSWORD)
    page.click("button[type=submit]:not([formnovalidate])")
    page.wait_for_url("**/inbox/**")
    _open(page, url, path)
    if path not in WITHOUT_SCRIPT:
        page.locator("html[data-live=on]").wait_for()
    page.evaluate("document.fonts.ready")
    page.evaluate("document.activeElement?.blur()")
    target = TARGET / f"{name}.png"
    page.screenshot(path=target)
    context.close()
    return target.stat().st_size


def _open(page: Page, url: str, path: str) -> None:
    if path.startswith("/insights/"):
        page.goto(f"{url}/insights/")
        page.get_by_text("Live, updated").wait_for(timeout=120_000)  # all is counted
        page.get_by_text("Nothing in these days").first.wait_for(state="detached", timeout=120_000)
    if path.startswith("/"):
        page.goto(url + path)
        return
    page.goto(f"{url}/inbox/?view=mine")
    page.locator("a[data-row]", has_text=FEATURED).click()
    page.locator("#editor > *").first.wait_for(state="attached")
    page.evaluate(_SEEN)
    if path == "macros":
        page.evaluate("document.activeElement?.blur()")
        page.keyboard.press("q")
        page.locator("#d-macros [data-pick]").first.wait_for()


@contextlib.contextmanager
def _desk() -> Iterator[str]:
    """A demo desk in a folder that goes afterwards."""
    top = Path(tempfile.mkdtemp(prefix="foredesk-pictures-"))
    top.chmod(0o755)
    port = free_port()
    own = {name: value for name, value in os.environ.items() if not name.startswith("FOREDESK_")}
    own.pop("DATABASE_URL", None)
    own |= {
        "FOREDESK_DATA_DIR": str(top / "data"),
        "FOREDESK_PORT": str(port),
        "FOREDESK_SMTP_PORT": str(_intake()),
        "FOREDESK_DEMO": "1",
        "PYTHONPATH": str(ROOT),
    }
    command = (sys.executable, "-m", "foredesk.cli.main", "up")
    with (top / "log").open("wb") as log:
        desk = subprocess.Popen(
            command, cwd=ROOT, env=own, stdout=log, stderr=log, start_new_session=True
        )
    try:
        url = f"http://localhost:{port}"
        _until_ready(url, desk)
        yield url
    finally:
        os.killpg(desk.pid, signal.SIGINT)
        desk.wait(60)
        embedded.release(top / "data")


def _intake() -> int:
    """The port that every desk has unless told otherwise, since it is to be seen; or a free one."""
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", 2525))
        except OSError:
            return free_port()
        return 2525


def _until_ready(url: str, desk: subprocess.Popen[bytes]) -> None:
    patience = time.monotonic() + 180
    while time.monotonic() < patience and desk.poll() is None:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"{url}/healthz", timeout=5).close()  # noqa: S310
            return
        time.sleep(0.2)
    raise SystemExit("The demo desk did not start.")


if __name__ == "__main__":
    sys.exit(main())
