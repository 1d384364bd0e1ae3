"""One parent for all roles: starts them by fork, restarts the dead, stops them together.

The parent imports everything once and opens no connection, so that its children share its memory
and start within milliseconds.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import logging
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from foredesk.plumbing import logs

log = logging.getLogger("foredesk.supervisor")

FIRST_WAIT, LONGEST_WAIT = 0.2, 10.0
"""Seconds before a dead role is started again: doubled each time up to the longest."""
STEADY_SECONDS = 30.0
"""A role that lived this long is forgiven its earlier deaths."""
STOP_SECONDS = 25.0
"""What roles get to finish their work; above the worker's own grace of 20 s."""
TICK = 1.0

STOPPING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
HEARD = (*STOPPING, signal.SIGCHLD)


@dataclass(frozen=True)
class Role:
    """Something to run in a process of its own: `start` blocks until it is told to stop."""

    name: str
    start: Callable[[], None]


@dataclass
class Child:
    """A role with its process, or with the moment of its next start."""

    role: Role
    pid: int | None = None
    born_at: float = 0.0
    wait: float = FIRST_WAIT
    due_at: float = 0.0


def die_with_parent() -> None:
    """Ask the kernel to stop this process when its parent dies; Linux only."""
    if not sys.platform.startswith("linux"):
        return
    parent_death_signal = 1
    ctypes.CDLL(None, use_errno=True).prctl(parent_death_signal, signal.SIGKILL)


def call_itself(name: str) -> None:
    """The name that `ps` and `top` show for this process, 15 characters at most; Linux only."""
    if sys.platform.startswith("linux"):
        set_name = 15
        ctypes.CDLL(None, use_errno=True).prctl(set_name, name[:15].encode())


def give_memory_back() -> None:
    """Have large pieces of memory come from the kernel and go back to it at once; glibc only.

    By itself the allocator keeps what a mail of 20 MB took, in each thread that read one: three of
    them left a process 60 MB larger for good.
    """
    with contextlib.suppress(AttributeError):  # another C library has no such call
        mallopt = ctypes.CDLL(None).mallopt
        most_arenas, mapped_from = -8, -3
        mallopt(most_arenas, 2)
        mallopt(mapped_from, 1024 * 1024)


def supervise(
    roles: Sequence[Role],
    *,
    each_second: Callable[[], None] = lambda: None,
    is_ready: Callable[[], bool] = lambda: True,
    on_ready: Callable[[], None] = lambda: None,
) -> int:
    """Run `roles` until SIGTERM, SIGINT or SIGHUP; returns 0 after a clean stop.

    `is_ready` is asked until it says yes, then `on_ready` is called once. `each_second` may raise:
    that is logged and the roles go on. A second signal while stopping kills what is left.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, HEARD)
    give_memory_back()
    # Pages that the collector touches are copied by every child: move all we have out of its way.
    gc.freeze()
    children = [Child(role) for role in roles]
    is_announced = False
    ticked_at = time.monotonic()
    try:
        while True:
            for child in children:
                if child.pid is None and child.due_at <= time.monotonic():
                    _start(child)
            if not is_announced and is_ready():
                is_announced = True
                on_ready()
            heard = signal.sigtimedwait(HEARD, _patience(children, is_announced))
            if heard and heard.si_signo in STOPPING:
                return 0
            _collect(children)
            if time.monotonic() - ticked_at >= TICK:
                ticked_at = time.monotonic()
                _tick(each_second)
    finally:
        _stop(children)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, HEARD)


def run_alone(role: Role) -> None:
    """Run one role in this very process."""
    logs.role = role.name
    role.start()


def _patience(children: list[Child], is_announced: bool) -> float:
    now = time.monotonic()
    dues = [child.due_at - now for child in children if child.pid is None]
    return max(0.0, min([TICK if is_announced else 0.05, *dues]))


def _tick(each_second: Callable[[], None]) -> None:
    try:
        each_second()
    except Exception as trouble:
        log.error("%s", trouble)


def _start(child: Child) -> None:
    sys.stdout.flush()
    sys.stderr.flush()
    parent = os.getpid()
    child.born_at = time.monotonic()
    child.pid = os.fork()
    if child.pid:
        return
    try:
        os._exit(_live(child.role, parent))
    finally:
        os._exit(70)


def _live(role: Role, parent: int) -> int:
    """The life of a child: its own group, so that Ctrl-C reaches the parent alone."""
    os.setpgid(0, 0)
    die_with_parent()
    call_itself(f"foredesk-{role.name}")
    if os.getppid() != parent:
        return 1
    for number in HEARD:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, HEARD)
    logs.role = role.name
    # A page or a mail makes some ten thousand short-lived objects and a few hundred in cycles.
    # Looking for these after every 700, as Python does by itself, would cost about a tenth; after
    # 50,000, what a web process holds meanwhile, pages and all, was 30 MB more.
    gc.set_threshold(10_000, 10, 10)
    gc.enable()
    try:
        role.start()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except KeyboardInterrupt:
        return 0
    except BaseException:
        log.exception("%s failed", role.name)
        return 1
    finally:
        with contextlib.suppress(Exception):
            logging.shutdown()
            sys.stdout.flush()
            sys.stderr.flush()
    return 0


def _collect(children: list[Child]) -> None:
    """Bury the dead and set the moment of their next start."""
    for child, status in _buried(children):
        now = time.monotonic()
        if now - child.born_at >= STEADY_SECONDS:
            child.wait = FIRST_WAIT
        how = _how_it_ended(os.waitstatus_to_exitcode(status))
        log.warning("%s %s; starting it again in %.1f s", child.role.name, how, child.wait)
        child.due_at = now + child.wait
        child.wait = min(child.wait * 2, LONGEST_WAIT)


def _how_it_ended(code: int) -> str:
    if code < 0:
        return f"was killed by {signal.Signals(-code).name}"
    return f"ended with code {code}"


def _buried(children: list[Child]) -> list[tuple[Child, int]]:
    """Children that have just died, with their status; strangers that we inherited as well."""
    dead = []
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            break
        if pid == 0:
            break
        for child in children:
            if child.pid == pid:
                # What the role had started itself (web workers) must not outlive it.
                _kill_group(pid)
                child.pid = None
                dead.append((child, status))
    return dead


def _stop(children: list[Child]) -> None:
    for child in children:
        if child.pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child.pid, signal.SIGTERM)
    patience = time.monotonic() + STOP_SECONDS
    while alive := [child for child in children if child.pid is not None]:
        left = patience - time.monotonic()
        heard = signal.sigtimedwait(HEARD, max(0.0, left))
        if left <= 0 or (heard and heard.si_signo in STOPPING):
            for child in alive:
                log.warning("%s did not stop in time and is killed", child.role.name)
                _kill_group(child.pid or 0)
            patience = time.monotonic() + STOP_SECONDS
        _buried(children)


def _kill_group(leader: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)
