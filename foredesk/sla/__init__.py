"""Promises: by when a customer is answered and their matter solved, and the clocks that watch it.

Nouns: Schedule (open hours with days off), Policy (for which tickets what is promised; the first
that fits counts), Clock (one running promise of a ticket), Escalation (whom to tell before it is
late). Announces PolicyApplied, PromiseAtRisk, PromiseBroken, PromiseKept. A ticket's nearest due
time stands on the ticket itself, so that no list has to ask for it.

Clocks are never counted on: they are worked out anew from the ticket's facts (timelines.py) by pure
functions (hours.py, clockwork.py), so that the order and the repetition of facts change nothing.
"""
