"""Text that would like to act, put wherever outside text is shown, and who notices if it does."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

from playwright.sync_api import BrowserContext, Page

from tests.peers.desk import PASSWORD, Desk

CODE = """
import json
from foredesk.channels.mail import names, sanitising
from foredesk.logbook.actors import SYSTEM
from foredesk.people import inviting
from foredesk.people.models import Agent
from foredesk.plumbing.clock import now
from foredesk.tickets import noting
from foredesk.tickets.models import Message, Ticket
from foredesk.tickets.tests.cases import answered, arrive, inbound_file

at = now()
if not Agent.objects.exists():
    inviting.add_agent(email="ada@shop.example", name="Ada", role="admin", by=SYSTEM, at=at,
        password="PASSWORD")
payloads = json.load(open(PATH))
html = [sanitising.sanitise(one) for one in payloads]
frames, tickets = [], []
thread = arrive(subject="All of it", name="Cleo").ticket
rest = [Message(ticket=thread, author_kind="customer", author_name="z", channel="email", at=at,
    is_rich=True, body_html=clean, public_id=f"rest{n}") for n, clean in enumerate(html)]
rest = Message.objects.bulk_create(rest[MOST_TICKETS:])
arrive(subject="All the rest", name="Cleo")
Message.objects.filter(pk__in=[one.pk for one in rest]).update(ticket=Ticket.objects.latest("pk"))
for n, (payload, clean) in enumerate(zip(payloads, html)):
    if n >= MOST_TICKETS:
        break
    line = " ".join(payload.replace(chr(0), "").split())[:900] or "x"
    safe = payload.replace(chr(0), "").encode("utf-8", "replace").decode()[:5000]
    line = line.encode("utf-8", "replace").decode()
    named = names.cleaned(safe) or "x"
    message = arrive(subject=line, name=line[:200], author=f"c{n}@customer.example", text=safe,
        html=clean, is_rich=True, files=(inbound_file(b"x", named),))
    frames.append(message.public_id)
    tickets.append(message.ticket_id)
    if n < MOST_IN_THREAD:
        answered(thread, text=safe, name=line[:200], files=(inbound_file(b"x", named),))
        answered(thread, html=clean, name="y")
frames += [one.public_id for one in rest]
print(json.dumps({"frames": frames, "tickets": tickets, "thread": thread.pk,
    "customer": [Ticket.objects.get(pk=pk).requester.public_id for pk in tickets[:20]]}))
"""
SANDBOX = "allow-same-origin allow-popups allow-popups-to-escape-sandbox"  # as _message.html has it
WATCH = """(() => {
  for (const name of ["alert", "prompt", "confirm", "print"])
    window[name] = (...given) => {
      window.foredeskRan(`${name} ${given[0]} ${location.pathname}`);
      return 1;
    };
})();"""


@dataclass
class Noticed:
    """What ran, and what went to other hosts."""

    ran: list[str] = field(default_factory=list)
    loaded: list[str] = field(default_factory=list)
    seen: int = 0


def fill(
    desk: Desk, payloads: Sequence[str], *, most_in_thread: int = 20, most_tickets: int = 60
) -> dict:
    """Tickets, messages, names and files that carry the payloads. Ada signs in with PASSWORD.

    The first ones stand in every place, all of them in frames.
    """
    path = desk.data_dir / "payloads.json"
    path.write_text(json.dumps(list(payloads)))
    code = CODE.replace("PASSWORD", PASSWORD).replace("PATH", repr(str(path)))
    code = code.replace("MOST_IN_THREAD", str(most_in_thread))
    return desk.run(code.replace("MOST_TICKETS", str(most_tickets)))


def watch(context: BrowserContext, desk: Desk) -> Noticed:
    """Listen to everything in this context; nothing reaches another host."""
    noticed = Noticed()
    own = urlsplit(desk.url).netloc
    context.expose_function("foredeskRan", lambda what: noticed.ran.append(str(what)))
    context.add_init_script(WATCH)

    def decide(route) -> None:
        parts = urlsplit(route.request.url)
        if parts.scheme in ("http", "https") and parts.netloc != own:
            noticed.loaded.append(route.request.url[:200])
            route.abort()
        else:
            route.continue_()

    context.route("**/*", decide)
    return noticed


def places(page: Page, desk: Desk, found: dict, queries: Sequence[str]) -> int:
    """Look at every page that shows what outsiders wrote; returns how many."""
    paths = ["/inbox/?view=open", f"/tickets/{found['thread']}/", "/customers/", "/mail/sent/"]
    paths += [f"/tickets/{one}/" for one in found["tickets"][:2]]
    paths += [f"/customers/{one}/" for one in found["customer"][:1]]
    for path in paths:
        page.goto(desk.url + path, wait_until="domcontentloaded")
        page.wait_for_load_state("load")
    page.goto(f"{desk.url}/inbox/", wait_until="load")
    page.locator("html[data-live=on][data-ready]").wait_for()
    for query in queries:
        page.keyboard.press("Control+k")
        with page.expect_response(lambda answer: "/search/palette" in answer.url):
            page.keyboard.type(query)
        page.keyboard.press("Escape")
    return len(paths) + len(queries)


def frames(
    page: Page, desk: Desk, ids: Sequence[str], *, is_sandboxed: bool, batch: int = 40
) -> int:
    """Show the messages in frames, as the ticket's page does; returns how many were there."""
    seen = 0
    page.goto(f"{desk.url}/healthz", wait_until="load")
    for start in range(0, len(ids), batch):
        urls = [f"/messages/{quote(one)}/frame/" for one in ids[start : start + batch]]
        seen += page.evaluate(
            """async ([urls, sandbox]) => {
              document.body.replaceChildren();
              const done = urls.map((url) => new Promise((tell) => {
                const frame = document.createElement("iframe");
                if (sandbox) frame.sandbox = sandbox;
                frame.onload = () => tell(1);
                frame.src = url;
                document.body.append(frame);
                setTimeout(() => tell(0), 15000);
              }));
              const count = (await Promise.all(done)).reduce((sum, one) => sum + one, 0);
              await new Promise((tell) => setTimeout(tell, 150));
              return count;
            }""",
            [urls, SANDBOX if is_sandboxed else ""],
        )
    return seen
