"""Screens where admins decide how the desk works."""

from foredesk.desk.access import allowed
from foredesk.people.permissions import can_administer

admins_only = allowed(can_administer, "Only admins change settings. Ask one of them.")
