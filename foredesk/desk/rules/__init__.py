"""Screens where leads and admins write what the desk does by itself, and agents their macros."""

from foredesk.desk.access import allowed
from foredesk.people.permissions import can_reply, can_write_rules

writers_only = allowed(can_write_rules, "Leads and admins write rules. Ask one of them.")
answerers_only = allowed(can_reply, "Light agents write notes. Ask an agent to write a macro.")
