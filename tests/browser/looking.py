"""Looks at the page that is open: axe in both themes at two widths, and nothing that sticks out."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

WIDE, PHONE, NARROWEST = (1440, 900), (390, 844), (320, 640)
RUN = """async ([part, options]) => {
  const frame = () => new Promise(requestAnimationFrame);
  await frame(); // a change of theme begins
  await Promise.allSettled(document.getAnimations().map((animation) => animation.finished));
  await frame(); // and what inherits its colour has it
  await frame();
  const { violations } = await axe.run(
    part || document,
    { resultTypes: ["violations"], ...options },
  );
  return violations
    .filter(({ impact }) => ["serious", "critical"].includes(impact))
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 200)).join(" | ")}`);
}"""
STICKS_OUT = """() => {
  const page = document.documentElement;
  if (page.scrollWidth <= page.clientWidth) return [];
  const out = [...document.body.querySelectorAll("*")]
    .filter((node) => node.getBoundingClientRect().right > page.clientWidth + 1);
  return out.slice(0, 4).map((node) => node.outerHTML.slice(0, 120));
}"""
COLOURS = {"runOnly": ["color-contrast"]}  # the one rule that a theme can break


def faults(page: Page, part: str = "") -> list[str]:
    """What is wrong with the page that is open, or with a part of it, one line each.

    `part` is for a page whose frame was looked at before: a selector of what differs.
    """
    found: list[str] = []

    def look(size: tuple[int, int], scheme: Any, options: dict[str, Any]) -> None:
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        where = f"{size[0]} px, {scheme}"
        found.extend(f"{where}: {fault}" for fault in page.evaluate(RUN, [part, options]))

    page.evaluate(AXE_SCRIPT)
    look(WIDE, "light", {})
    look(WIDE, "dark", COLOURS)
    look(PHONE, "dark", COLOURS)
    look(PHONE, "light", {})
    for size in (PHONE, NARROWEST):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        outside = page.evaluate(STICKS_OUT)
        found.extend(f"{size[0]} px: the page scrolls sideways for {node}" for node in outside)
    page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
    return found
