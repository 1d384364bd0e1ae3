"""Headless Chromium, and people who sign in with it. Every page is watched for breaches."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from tests.peers.desk import PASSWORD, Desk

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class Chromium:
    """`with Chromium() as chromium, chromium.person(desk, email) as page:`"""

    def __init__(self) -> None:
        self.breaches: list[str] = []
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None

    def __enter__(self) -> Chromium:
        self._playwright = sync_playwright().start()
        self._browser = self._playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=ARGUMENTS
        )
        return self

    def __exit__(self, *_: object) -> None:
        assert self._playwright is not None
        self.browser.close()
        self._playwright.stop()

    @property
    def browser(self) -> Browser:
        """Playwright's own, for contexts that are watched otherwise."""
        assert self._browser is not None
        return self._browser

    @contextmanager
    def page(
        self,
        *,
        width: int = 1440,
        height: int = 900,
        bypass_csp: bool = False,
        is_strict: bool = True,
    ) -> Iterator[Page]:
        """A page of a stranger. Afterwards: no script error, no CSP report, no answer of 500.

        `is_strict` off: only for those who bring hostile text, whose refusal is what is reported.
        """
        context = self.browser.new_context(
            viewport={"width": width, "height": height}, bypass_csp=bypass_csp
        )
        page = context.new_page()
        page.set_default_timeout(20_000)
        seen: list[str] = []
        page.on("pageerror", lambda error: seen.append(f"script error: {error}"))
        page.on(
            "console",
            lambda line: (
                seen.append(f"console: {line.text}")
                if "Content Security Policy" in line.text
                else None
            ),
        )
        page.on(
            "response",
            lambda answer: (
                seen.append(f"{answer.status} {answer.url}") if answer.status >= 500 else None
            ),
        )
        try:
            yield page
        finally:
            context.close()
            self.breaches += seen if is_strict else []
        assert not seen or not is_strict, seen

    @contextmanager
    def person(self, desk: Desk, email: str, **size: Any) -> Iterator[Page]:
        """A page of an agent who has signed in by the form."""
        with self.page(**size) as page:
            self.sign_in(page, desk, email)
            yield page

    def sign_in(self, page: Page, desk: Desk, email: str) -> None:
        """Go through the form of the desk."""
        page.goto(f"{desk.url}/account/login/")
        page.fill("input[name=login]", email)
        page.fill("input[name=password]", PASSWORD)
        page.click("button[type=submit]:not([formnovalidate])")
        page.wait_for_url("**/inbox/**")
