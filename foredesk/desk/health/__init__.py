"""The screen that says whether the desk itself is well."""

from foredesk.desk.access import allowed
from foredesk.people.permissions import can_see_health

leads_only = allowed(
    can_see_health, "Leads and admins see the health of the desk. Ask one of them."
)
