"""Loaded by the processes of a desk under test: crashes at named points, and sabotaged variants.

The product knows nothing of this. `FAULTS_FOLDER` holds token files: who takes the file
`crash-POINT-…` away dies at that point. As long as there is a file `sabotage-NAME` a promise is
broken on purpose, to see that the experiments notice.
"""

import importlib.abc
import importlib.util
import os
import signal
import sys
import time
from pathlib import Path

FOLDER = Path(os.environ.get("FAULTS_FOLDER", "/nonexistent"))


def point(name):
    """Die here if a token says so; each token kills one process."""
    for token in FOLDER.glob(f"crash-{name}-*"):
        try:
            token.unlink()
        except FileNotFoundError:
            continue
        os.kill(os.getpid(), signal.SIGKILL)


def is_sabotaged(name):
    return (FOLDER / f"sabotage-{name}").exists()


def around(module, name, before="", after=""):
    """Put crash points before and after a function of the product."""
    inner = getattr(module, name)

    def outer(*args, **kwargs):
        if before:
            point(before)
        answer = inner(*args, **kwargs)
        if (after and answer is not None) or after == "committed":
            point(after)
        return answer

    setattr(module, name, outer)


def sending(module):
    around(module, "_claim", after="claimed")
    around(module, "_note_hand_over", before="data")
    around(module, "_end", before="answered", after="committed")
    inner = module._note_hand_over

    def noted(dispatch):
        inner(dispatch)
        point("handed-over")

    module._note_hand_over = noted


def smtp(module):
    around(module, "_envelope", after="addressed")


def smtp_session(module):
    around(module, "connect", after="connected")


def intake(module):
    """The answer goes out before anything is kept."""
    inner = module.Handler.handle_DATA
    import asyncio

    waiting = set()

    async def early(self, server, session, envelope):
        import copy

        if not is_sabotaged("answer-first"):
            return await inner(self, server, session, envelope)

        kept = copy.copy(envelope)

        async def later():
            await asyncio.sleep(0.2)
            await inner(self, server, session, kept)

        task = asyncio.ensure_future(later())
        waiting.add(task)
        task.add_done_callback(waiting.discard)
        return "250 2.0.0 Kept, or so"

    module.Handler.handle_DATA = early


def opening(module):
    """The message is committed first, the mark that its envelope is opened later."""
    inner = module._deliver

    def apart(envelope, inbound):
        if not is_sabotaged("ledger-apart"):
            return inner(envelope, inbound)
        with module.transaction.atomic():
            message = module.receiving.receive(inbound, at=inbound.at)
        time.sleep(0.1)
        module.Envelope.objects.filter(pk=envelope.pk).update(
            state="opened", message_id=message.pk, opened_at=module.now()
        )
        return envelope

    module._deliver = apart


def fetching(module):
    """The far side is told that a mail was taken, and only then it is."""
    inner, whole = module.accepting.accept, module.Fetcher._take

    def take(self, client, uids):
        if not is_sabotaged("seen-first"):
            return whole(self, client, uids)
        for uid, raw in list(self._bytes(client, uids)):
            self._after(client, uid)
            self.mailbox.last_uid = max(self.mailbox.last_uid, uid)
            self._save_cursor()
            time.sleep(0.2)
            inner(raw, mailbox=self.mailbox, road="imap", at=module.now())
        return len(uids)

    module.Fetcher._take = take


def supervisor(module):
    """Whoever dies is back within half a second, however often: more kills fit into a minute."""
    module.LONGEST_WAIT = 0.5


def pollers(module):
    """A mailbox that failed is tried again after some seconds, however often it did."""
    module.FIRST_PAUSE, module.LONGEST_PAUSE = 2.0, 5.0


GRAFTS = {
    "foredesk.channels.pollers": pollers,
    "foredesk.plumbing.supervisor": supervisor,
    "foredesk.channels.sending": sending,
    "foredesk.channels.smtp": smtp,
    "foredesk.channels.smtp_session": smtp_session,
    "foredesk.channels.intake": intake,
    "foredesk.channels.opening": opening,
    "foredesk.channels.fetching": fetching,
}


class Grafting(importlib.abc.MetaPathFinder):
    """Lets the product's modules load as they are, and changes them right after."""

    def find_spec(self, name, path, target=None):
        graft = GRAFTS.pop(name, None)
        if graft is None:
            return None
        spec = importlib.util.find_spec(name)
        load = spec.loader.exec_module

        def load_and_graft(module):
            load(module)
            graft(module)

        spec.loader.exec_module = load_and_graft
        return spec


if "FAULTS_FOLDER" in os.environ:
    sys.meta_path.insert(0, Grafting())
