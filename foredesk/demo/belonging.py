"""What belongs to the demo and goes, and what somebody made their own and stays."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from foredesk.channels.models import Mailbox
from foredesk.people.models import Agent, Brand, Customer, Organisation, Team
from foredesk.tickets.models import Message, Participant, Ticket


def going_tickets() -> set[int]:
    """Tickets of the demo, but for those that hold what own customers wrote.

    That is a mail of theirs, or an own ticket that was merged in.
    """
    own_mail = Message.objects.filter(ticket=OuterRef("pk"), customer__is_demo=False)
    own_merged = Ticket.objects.filter(merged_into=OuterRef("pk"), is_demo=False)
    going = set(
        Ticket.objects.filter(is_demo=True)
        .exclude(Exists(own_mail))
        .exclude(Exists(own_merged))
        .values_list("pk", flat=True)
    )
    while True:  # what a staying ticket was merged into stays as well
        kept = set(
            Ticket.objects.filter(merged_into__in=going)
            .exclude(pk__in=going)
            .values_list("merged_into_id", flat=True)
        )
        if not kept:
            return going
        going -= kept


def going_customers() -> QuerySet[Customer]:
    """Customers of the demo who have no part in any ticket that is left."""
    mine = {"customer": OuterRef("pk")}
    return (
        Customer.objects.filter(is_demo=True)
        .exclude(Exists(Ticket.objects.filter(requester=OuterRef("pk"))))
        .exclude(Exists(Participant.objects.filter(**mine)))
        .exclude(Exists(Message.objects.filter(**mine)))
    )


def going_organisations() -> QuerySet[Organisation]:
    """Organisations of the demo that no customer belongs to any more."""
    people = Customer.objects.filter(organisation=OuterRef("pk"))
    return Organisation.objects.filter(is_demo=True).exclude(Exists(people))


def going_teams() -> QuerySet[Team]:
    """Teams of the demo that nothing is in any more; call when the demo's people are gone."""
    return (
        Team.objects.filter(is_demo=True)
        .exclude(Exists(Agent.teams.through.objects.filter(team=OuterRef("pk"))))
        .exclude(Exists(Ticket.objects.filter(team=OuterRef("pk"))))
        .exclude(Exists(Mailbox.objects.filter(team=OuterRef("pk"))))
    )


def going_brands() -> QuerySet[Brand]:
    """Brands of the demo that nothing belongs to any more; call when tickets and mailboxes are
    gone."""
    mine = {"brand": OuterRef("pk")}
    return (
        Brand.objects.filter(is_demo=True)
        .exclude(Exists(Ticket.objects.filter(**mine)))
        .exclude(Exists(Mailbox.objects.filter(**mine)))
    )


def going_mailboxes() -> QuerySet[Mailbox]:
    """Mailboxes of the demo that nobody connected to servers."""
    return Mailbox.objects.filter(
        Q(imap_host="", pop3_host="", smtp_host="", provider=""), is_demo=True
    )
