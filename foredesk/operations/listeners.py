"""What this room does when a disk fills."""

from foredesk.channels import alarming
from foredesk.logbook.listening import on
from foredesk.operations.events import DiskFilling
from foredesk.people.queries import workspace


@on(DiskFilling)
def tell_of_a_disk(fact: DiskFilling, *, entry) -> None:
    """Admins hear of it by mail while there is still room to do something."""
    alarming.tell_admins(
        f"{workspace().name}: the disk is {fact.percent} % full",
        f"The disk of the {fact.what} is {fact.percent} % full. When it is full, mail is put off "
        "and nothing new can be kept; what is there stays. Make room, or move the data folder to "
        "a larger disk. You are told once a day.",
    )
