"""Set a brand aside: no mailbox answers for it any more, and none will."""

from datetime import datetime

from django.db import transaction

from foredesk.channels.models import Mailbox
from foredesk.logbook.actors import Actor, Doer
from foredesk.people import branding
from foredesk.people.models import Brand
from foredesk.people.permissions import must_administer
from foredesk.people.refusing import Refused


def retire(brand: Brand, *, by: Actor | Doer, at: datetime) -> None:
    """Set it aside; its tickets stay its own. Raises NotAllowed, and Refused while it has
    mailboxes, also such as are off."""
    must_administer(by)
    with transaction.atomic():
        Brand.objects.select_for_update().get(pk=brand.pk)  # no mailbox comes to it meanwhile
        left = list(Mailbox.objects.filter(brand=brand).order_by("pk").values_list("address"))
        if left:
            shown = ", ".join(address for (address,) in left[:3])
            more = f" and {len(left) - 3} more" if len(left) > 3 else ""
            raise Refused(
                f"{brand.name} still has mailboxes: {shown}{more}. "
                "Give them to another brand first."
            )
        branding.set_aside(brand, by=by, at=at)
