"""A5: the web process is killed while agents write; what a page acknowledged is there once."""

import random
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPException
from itertools import count
from urllib.parse import urlencode

from faults.counting import Outcome, times
from faults.rig import Rig

KILLS = 15
HANDS = 4
TOKEN = "a" * 32  # a form is believed when its token is that of the cookie
SIGN_IN = """
import json
from django.test import Client
from foredesk.people.models import Agent
client = Client()
client.force_login(Agent.objects.get(name="Ada"))
print(json.dumps(client.cookies["{name}"].value))
"""


def run(rig: Rig, scale: float) -> Outcome:
    outcome = Outcome("A5 web dies")
    name = rig.named("a5")
    chance = random.Random(6)
    pauses = [chance.uniform(1, 3) for _ in range(times(KILLS, scale, most=150, least=2))]
    cookie = _cookie(rig)
    numbers = count()
    killer = rig.start_killing("web", pauses, outcome)
    with ThreadPoolExecutor(HANDS) as pool:
        hands = [
            pool.submit(_write, rig, name, numbers, cookie, killer, outcome) for _ in range(HANDS)
        ]
        promised = set().union(*(one.result() for one in hands))
    rows = rig.ask(
        "select subject, count(*) from tickets_ticket where subject like %s group by 1",
        f"{name}-%",
    )
    outcome.count_in(promised, Counter(dict(rows)))
    return outcome


def _cookie(rig: Rig) -> str:
    names = rig.run(
        "import json\n"
        "from django.conf import settings\n"
        "print(json.dumps([settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME]))"
    )
    session = rig.run(SIGN_IN.format(name=names[0]))
    return f"{names[0]}={session}; {names[1]}={TOKEN}"


def _write(
    rig: Rig, name: str, numbers: count, cookie: str, killer: threading.Thread, outcome: Outcome
) -> set[str]:
    """An agent opens one ticket after the other until the killing ends, each once: what comes back
    without an answer is looked up by people, not sent again. Returns what was acknowledged."""
    promised = set()
    while killer.is_alive():
        mark = f"{name}-{next(numbers)}"
        began = time.monotonic()
        status = _open_ticket(rig, mark, cookie)
        if status == 302:
            outcome.seconds.append(time.monotonic() - began)
            promised.add(mark)
        elif status is None:
            time.sleep(0.1)  # nobody listens while it starts again
        elif status < 500:
            outcome.troubles.append(f"{mark} was answered with {status}")
            return promised
    return promised


def _open_ticket(rig: Rig, mark: str, cookie: str) -> int | None:
    """The status of the answer; None without one."""
    form = {
        "email": "x@customer.example", "subject": mark, "body": "By phone.", "how": "told",
        "priority": "2", "csrfmiddlewaretoken": TOKEN,
    }  # fmt: skip
    there = HTTPConnection("127.0.0.1", rig.desk.port, timeout=20)
    headers = {
        "Cookie": cookie,
        "Content-Type": "application/x-www-form-urlencoded",
        "Host": f"localhost:{rig.desk.port}",
    }
    try:
        there.request("POST", "/tickets/new/", urlencode(form), headers)
        return there.getresponse().status
    except (OSError, HTTPException):
        return None
    finally:
        there.close()
