"""Automations: what the desk does by itself, in sentences that people read: when, if, then.

Nouns: Rule (a trigger reacts to what happens, an automation to time that passed), Step (one action
of a rule), Run (one time that a rule fitted a ticket, with its grounds), Macro (a reply and steps
that an agent applies), Template (a text in several languages), Sequence (mails and tasks that
follow a resolution) and Following (one such sequence on one ticket). Announces what changes in the
rulebook. Actions are drop-ins: one file each in `actions/`.
"""
