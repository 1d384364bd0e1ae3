"""Every payload in real Chromium: in the desk's own frames and wherever outside text is shown.

Twice: as people have it, and with the policy and the sandbox switched off, so that the sanitiser
stands alone. What runs and what asks for another host is counted. LIMIT takes fewer payloads.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from score.rows import MAIL, Row, none_of
from tests.browser import hostile
from tests.peers.browser import Chromium
from tests.peers.desk import Desk

IN_EVERY_PLACE = 250
QUERIES = ["<img src=x onerror=alert(1)>", "alert", '"><svg onload=alert(1)>']


def run(shared: Path) -> list[Row]:
    lines = (shared / MAIL / "html" / "payloads.jsonl").read_text(encoding="utf-8").splitlines()
    payloads = [json.loads(line)["payload"] for line in lines]
    payloads = payloads[: int(os.environ.get("LIMIT", "100000"))]
    rows = []
    with Desk() as desk, Chromium() as chromium:
        found = hostile.fill(
            desk, payloads, most_in_thread=IN_EVERY_PLACE, most_tickets=IN_EVERY_PLACE
        )
        for is_guarded in (True, False):
            with chromium.page(bypass_csp=not is_guarded, is_strict=False) as page:
                chromium.sign_in(page, desk, "ada@shop.example")
                noticed = hostile.watch(page.context, desk)
                page.reload()
                places = hostile.places(page, desk, found, QUERIES)
                seen = hostile.frames(page, desk, found["frames"], is_sandboxed=is_guarded)
            how = "with policy and sandbox" if is_guarded else "without policy and sandbox"
            said = f"Chromium {how}, frames and {places} pages"
            rows += [
                none_of(f"{said}: executed", len(noticed.ran), of=seen),
                none_of(f"{said}: asked for other hosts", len(noticed.loaded), of=seen),
                none_of(f"{said}: not rendered", len(payloads) - seen, of=len(payloads)),
            ]
    return rows
