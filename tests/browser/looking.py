"""Looks at the page that is open: axe in both themes at two widths, and nothing that sticks out."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

WIDE, PHONE, NARROWEST = (1440, 900), (390, 844), (320, 640)
RUN = """async ([part, options, what]) => {
  await new Promise(requestAnimationFrame); // a change of theme begins
  await new Promise(requestAnimationFrame);
  const drawn = [...(document.querySelector(part || "body")).querySelectorAll("*")]
    .filter((node) => node.checkVisibility());
  if (what === "first") window.drawnFirst = new Set(drawn);
  const isFresh = (node) => !window.drawnFirst.has(node);
  const fresh = drawn.filter((node) => isFresh(node) && !isFresh(node.parentNode));
  if (what === "fresh" && !fresh.length) return [];
  const { violations } = await axe.run(
    what === "fresh" ? { include: fresh } : part || document,
    { resultTypes: ["violations"], iframes: false, ...options },
  );
  return violations
    .filter(({ impact }) => ["serious", "critical"].includes(impact))
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 200)).join(" | ")}`);
}"""
STILL = """() => {
  const sheet = new CSSStyleSheet();
  const still = "transition: none !important; animation: none !important";
  sheet.replaceSync(`*, ::before, ::after { ${still} }`);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}"""
STICKS_OUT = """() => {
  const page = document.documentElement;
  if (page.scrollWidth <= page.clientWidth) return [];
  const out = [...document.body.querySelectorAll("*")]
    .filter((node) => node.getBoundingClientRect().right > page.clientWidth + 1);
  return out.slice(0, 4).map((node) => node.outerHTML.slice(0, 120));
}"""
COLOURS = {"runOnly": ["color-contrast"]}  # the one rule that a theme can break
ALL_BUT_COLOURS = {"rules": {"color-contrast": {"enabled": False}}}


def faults(page: Page, part: str = "") -> list[str]:
    """What is wrong with the page that is open, or with a part of it, one line each.

    Colours are the dearest to look at and the same at every width: on a phone it is those of what
    was not to be seen before. Frames hold mail, whose looks are not ours.
    `part` is for a page whose frame was looked at before: a selector of what differs.
    """
    found: list[str] = []

    def look(size: tuple[int, int], scheme: Any, options: dict[str, Any], what: str = "") -> None:
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        where = f"{size[0]} px, {scheme}"
        found.extend(f"{where}: {fault}" for fault in page.evaluate(RUN, [part, options, what]))

    page.evaluate(AXE_SCRIPT)
    page.evaluate(STILL)
    look(WIDE, "light", {}, "first")
    look(PHONE, "light", ALL_BUT_COLOURS)
    look(PHONE, "light", COLOURS, "fresh")
    look(PHONE, "dark", COLOURS, "fresh")
    look(WIDE, "dark", COLOURS)
    for size in (PHONE, NARROWEST):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        outside = page.evaluate(STICKS_OUT)
        found.extend(f"{size[0]} px: the page scrolls sideways for {node}" for node in outside)
    page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
    page.emulate_media(color_scheme="light")
    return found
