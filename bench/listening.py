"""A desk that uses all that listens to mail: promises, rules and routing."""

from __future__ import annotations

from bench import acting, promising

WHAT = "mail by SMTP to a stored ticket, with promises, rules and routing"


def turn_on() -> None:
    """One promise to everybody, ten rules that look at every message and its text and fit none, and
    tickets given out to whoever is online, which nobody is."""
    from foredesk.logbook.actors import SYSTEM
    from foredesk.plumbing.clock import now
    from foredesk.routing import arranging

    promising.promise("new")
    for number in range(10):
        acting.activate(acting.trigger(number))
    arranging.give_out(
        None,
        way="turns",
        is_sticky=False,
        overflow_minutes=None,
        overflow_to=None,
        return_minutes=None,
        by=SYSTEM,
        at=now(),
    )
