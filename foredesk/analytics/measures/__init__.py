"""Every measure has one file: its words, its formula, and what of a ticket's history it tallies.

Both the numbers and their help pages are made of it. Definitions follow the usage of the field
(first reply, requester wait, full resolution and their kin).
"""

from importlib import import_module

from foredesk.analytics.defining import Measure

DEFINITIONS = 4
"""Counts up with every change of what is tallied: then all tickets are counted anew."""

NAMES = (
    "first_reply",
    "next_reply",
    "first_touch",
    "first_assignment",
    "first_resolution",
    "full_resolution",
    "requester_wait",
    "agent_work",
    "agent_wait",
    "on_hold",
    "periodic_update",
    "pausable_update",
    "created",
    "solved",
    "backlog",
    "reopened",
    "reopen_rate",
    "resolution_rate",
    "solve_flow",
    "one_touch",
    "zero_touch",
    "first_contact",
    "promises_kept",
    "satisfaction",
    "survey_response",
    "handle_time",
    "replies",
    "team_hops",
    "agent_hops",
)
MEASURES: dict[str, Measure] = {name: import_module(f"{__name__}.{name}").MEASURE for name in NAMES}
"""All measures by name, in the order in which lists show them."""
