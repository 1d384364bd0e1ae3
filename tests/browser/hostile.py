"""Text that would like to act, put wherever outside text is shown, and who notices if it does."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

from playwright.sync_api import BrowserContext, Page

from tests.peers.desk import PASSWORD, Desk

CODE = """
import email, json
from foredesk.channels import notifying
from foredesk.channels.mail import composing, names, sanitising
from foredesk.channels.models import Dispatch, Mailbox
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
ada = Agent.objects.order_by("pk").first()
box = Mailbox.objects.filter(address="help@shop.example").first() or Mailbox.objects.create(
    name="Help", address="help@shop.example", is_default=True, created_at=at, changed_at=at)
payloads = json.load(open(PATH))
html = [sanitising.sanitise(one) for one in payloads]
frames, tickets, letters, agents = [], [], [], []

def leave(letter):
    for part in email.message_from_bytes(composing.compose(letter)).walk():
        if part.get_content_maintype() == "text":
            said = part.get_payload(decode=True).decode("utf-8", "replace")
            letters.append([part.get_content_type(), said])

thread = arrive(subject="All of it", name="Cleo").ticket
rest = [Message(ticket=thread, author_kind="customer", author_name="z", channel="email", at=at,
    is_rich=True, body_html=clean, public_id=f"rest{n}") for n, clean in enumerate(html)]
rest = Message.objects.bulk_create(rest[MOST_TICKETS:], batch_size=500)
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
    for why in (notifying.ASSIGNED, notifying.WROTE):
        told = Dispatch(key=f"{why}:{message.pk}:{ada.pk}", started_at=at)
        leave(notifying.letter_for(message.ticket, ada, box, why, told))
    leave(composing.Letter(message_id=f"{n}@shop.example", at=at, subject=line, text="Hello",
        html="<p>Hello</p>", sender=composing.Person(box.address, line[:200]),
        to=(composing.Person(f"c{n}@customer.example", line[:200]),),
        quote=composing.Quote(line[:200], at, safe, clean)))
    if n < 20:
        one = inviting.add_agent(email=f"a{n}.{message.pk}@shop.example", name=line[:80],
            role="agent", by=SYSTEM, at=at)
        agents.append(one.pk)
    if n < MOST_IN_THREAD:
        answered(thread, text=safe, name=line[:200], files=(inbound_file(b"x", named),))
        answered(thread, html=clean, name="y")
frames += [one.public_id for one in rest]
json.dump(letters, open(PATH + ".letters", "w"))
print(json.dumps({"frames": frames, "tickets": tickets, "thread": thread.pk, "agents": agents,
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
    found = desk.run(code.replace("MOST_TICKETS", str(most_tickets)), seconds=1200)
    return found | {"letters": json.loads(path.with_suffix(".json.letters").read_text())}


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


def toasts(page: Page, desk: Desk, found: dict, payloads: Sequence[str]) -> int:
    """Have everything told by toasts: the page's own, and those of answers; returns how many."""
    page.goto(f"{desk.url}/tickets/{found['tickets'][0]}/", wait_until="load")
    page.locator("html[data-live=on][data-ready]").wait_for()
    told = page.evaluate(
        """async (payloads) => {
          const region = document.getElementById("toasts");
          let count = 0;
          for (const [n, text] of payloads.entries()) {
            document.dispatchEvent(new CustomEvent("toast", { detail: { text } }));
            count += region.lastElementChild?.textContent.trim() === text.trim();
            if (n % 20 === 19) {
              await new Promise((tell) => setTimeout(tell, 10));
              region.replaceChildren();
            }
          }
          return count;
        }""",
        list(payloads),
    )
    for agent in found["agents"]:
        path = f"/tickets/{found['tickets'][0]}/assignment/"
        with page.expect_response(lambda answer: "/assignment/" in answer.url):
            page.evaluate(
                "([path, agent]) => htmx.ajax('POST', path, {values: {agent}, swap: 'none'})",
                [path, agent],
            )
        page.locator("#toasts .toast").last.wait_for()
    return told + len(found["agents"])


def letters(page: Page, desk: Desk, found: dict) -> int:
    """Open every part of the mails that leave as what it says it is; returns how many opened."""
    sent = found["letters"]

    def serve(route) -> None:
        content_type, text = sent[int(route.request.url.rpartition("/")[2])]
        route.fulfill(body=text, content_type=f"{content_type}; charset=utf-8")

    page.route("**/letters/*", serve)
    return _in_frames(page, desk, [f"/letters/{n}" for n in range(len(sent))], sandbox="")


def frames(
    page: Page, desk: Desk, ids: Sequence[str], *, is_sandboxed: bool, batch: int = 40
) -> int:
    """Show the messages in frames, as the ticket's page does; returns how many were there."""
    paths = [f"/messages/{quote(one)}/frame/" for one in ids]
    return _in_frames(page, desk, paths, sandbox=SANDBOX if is_sandboxed else "", batch=batch)


def _in_frames(
    page: Page, desk: Desk, paths: Sequence[str], *, sandbox: str, batch: int = 40
) -> int:
    seen = 0
    page.goto(f"{desk.url}/healthz", wait_until="load")
    for start in range(0, len(paths), batch):
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
            [list(paths[start : start + batch]), sandbox],
        )
    return seen
