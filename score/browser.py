"""Every payload in real Chromium: in the desk's own frames and wherever outside text is shown.

Twice: as people have it, and with the policy and the sandbox switched off, so that the sanitiser
stands alone. What runs and what asks for another host is counted. LIMIT takes fewer payloads.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

from score.rows import MAIL, Row, none_of
from tests.browser import hostile
from tests.peers.browser import Chromium
from tests.peers.desk import Desk

IN_EVERY_PLACE = 250
QUERIES = ["<img src=x onerror=alert(1)>", "alert", '"><svg onload=alert(1)>']


def run(shared: Path) -> Iterator[Row]:
    lines = (shared / MAIL / "html" / "payloads.jsonl").read_text(encoding="utf-8").splitlines()
    payloads = [json.loads(line)["payload"] for line in lines]
    payloads = payloads[: int(os.environ.get("LIMIT", "100000"))]
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
                told = hostile.toasts(page, desk, found, payloads)
                sent = hostile.letters(page, desk, found)
                seen = hostile.frames(page, desk, found["frames"], is_sandboxed=is_guarded)
            how = "with policy and sandbox" if is_guarded else "without policy and sandbox"
            said = f"Chromium {how}"
            shown = f"{seen:,} frames, {told:,} toasts, {sent} parts of sent mails, {places} pages"
            yield Row(f"{said}: looked at", shown, "", None)
            yield none_of(f"{said}: executed", len(noticed.ran))
            yield none_of(f"{said}: asked for other hosts", len(noticed.loaded))
            yield none_of(f"{said}: not rendered", len(payloads) - seen, of=len(payloads))
            for one in [*noticed.ran[:5], *noticed.loaded[:5]]:
                print(f"  {one}", flush=True)
