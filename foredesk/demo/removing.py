"""Remove the demo workspace, and nothing that anybody made meanwhile."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.apps import apps
from django.db import connection, transaction
from django.db.models import ForeignKey, Model
from psycopg import sql

from foredesk.automations import rulebook
from foredesk.automations.models import Macro, Rule, Sequence, Template
from foredesk.channels.models import Dispatch, Envelope, Mailbox
from foredesk.demo import belonging, company, picturing, promising, queries, rating, staffing
from foredesk.files import forgetting
from foredesk.logbook.actors import SYSTEM
from foredesk.logbook.models import Entry
from foredesk.people import directory
from foredesk.people import queries as people
from foredesk.people.models import Agent, Brand, Customer, Organisation, Role, Team, Workspace
from foredesk.routing.models import Skill, Tier
from foredesk.sla.models import Escalation, Policy, Schedule
from foredesk.tickets import assigning
from foredesk.tickets.models import UNSOLVED, Attachment, Message, Ticket

RULEBOOK: tuple[type[Model], ...] = (Rule, Macro, Template, Sequence)
MARKED: tuple[type[Model], ...] = (
    Ticket, Customer, Organisation, Team, Brand, Mailbox, Agent, Dispatch, Policy, Schedule,
    Escalation, Skill, Tier,
    *RULEBOOK,
)  # fmt: skip
"""Every table with the mark `is_demo`."""


class UnableToRemove(Exception):
    """The demo can't be removed yet; the message says what to do first."""


def remove(*, at: datetime) -> str:
    """Take everything of the demo away; returns a sentence on what went and what stays.

    What belongs to others stays: own people, own tickets (also by demo customers, who then stay
    too), demo tickets that own customers wrote to, mailboxes that were connected to servers. What
    stays loses its mark. Raises UnableToRemove.
    """
    if not queries.is_loaded():
        raise UnableToRemove("There is no demo workspace here.")
    _refuse_to_lock_everybody_out()
    with transaction.atomic():
        _check_links("immediate")  # an index can't be made while checks are outstanding
        indexes = _index_what_is_looked_up()
        _check_links("deferred")
        blobs = picturing.fingerprints()
        _remove_rulebook()
        gone = {"tickets": _remove_tickets(blobs)}
        promising.take_back(at=at)
        staffing.take_back()
        rating.take_back()
        gone["customers"] = _remove_customers()
        belonging.going_organisations().delete()
        _remove_mailboxes()
        _remove_brands()
        gone["people"] = _remove_agents(at=at)
        _remove_teams()
        _reset_workspace()
        stays = _unmark()
        _check_links("immediate")
        _drop(indexes)
        forgetting.forget(blobs)
    return _sentence(gone, stays)


def _refuse_to_lock_everybody_out() -> None:
    own = Agent.objects.filter(is_demo=False, is_active=True)
    if own.exists() and not own.filter(role=Role.ADMIN).exists():
        raise UnableToRemove(
            "Then nobody could administer this desk. Make one of your own people an admin first."
        )


def _remove_rulebook() -> None:
    """Rules and texts that nobody made their own, and the facts about them."""
    rules = set(Rule.objects.filter(is_demo=True).values_list("pk", flat=True))
    _forget_facts("rule", rules)
    for table in RULEBOOK:
        going = table._default_manager.filter(is_demo=True)
        noun, ids = table._meta.model_name, list(going.values_list("pk", flat=True))
        Entry.objects.filter(
            kind="automations.WordingSaved", data__noun=noun, data__item_id__in=ids
        ).delete()
        going.delete()
    rulebook.forget()


def _remove_tickets(blobs: set[str]) -> int:
    going = belonging.going_tickets()
    messages = set(Message.objects.filter(ticket__in=going).values_list("pk", flat=True))
    dispatches = Dispatch.objects.filter(message_id__in=messages)
    envelopes = Envelope.objects.filter(message_id__in=messages)
    for files in (
        Attachment.objects.filter(message__in=messages),
        Attachment.objects.filter(draft__ticket__in=going),
        dispatches.exclude(blob=None),
        envelopes.exclude(blob=None),
    ):
        blobs.update(files.values_list("blob_id", flat=True))
    dispatches.delete()
    envelopes.delete()
    for link in ("merged_into", "follow_up_of", "split_from"):
        Ticket.objects.filter(**{f"{link}__in": going}).update(**{link: None})
    Ticket.objects.filter(pk__in=going).delete()
    _forget_facts("ticket", going)
    return len(going)


def _remove_customers() -> int:
    going = set(belonging.going_customers().values_list("pk", flat=True))
    Customer.objects.filter(pk__in=going).delete()
    _forget_facts("customer", going)
    return len(going)


def _remove_mailboxes() -> None:
    going = set(belonging.going_mailboxes().values_list("pk", flat=True))
    Mailbox.objects.filter(pk__in=going).delete()
    _forget_facts("mailbox", going)


def _remove_brands() -> None:
    going = set(belonging.going_brands().values_list("pk", flat=True))
    Brand.objects.filter(pk__in=going).delete()
    _forget_facts("brand", going)
    directory.forget()


def _remove_agents(*, at: datetime) -> int:
    """Their work on tickets that stay goes back to nobody; what they wrote keeps their name."""
    going = set(Agent.objects.filter(is_demo=True).values_list("pk", flat=True))
    for ticket in Ticket.objects.filter(assignee__in=going, status__in=UNSOLVED):
        if ticket.merged_into_id is None:
            assigning.assign(ticket, None, by=SYSTEM, at=at)
    Agent.objects.filter(pk__in=going).delete()
    _forget_facts("agent", going)
    return len(going)


def _remove_teams() -> None:
    going = set(belonging.going_teams().values_list("pk", flat=True))
    Team.objects.filter(pk__in=going).delete()
    _forget_facts("team", going)


def _reset_workspace() -> None:
    workspace, fresh = people.workspace(), Workspace()
    workspace.demo_loaded_at = None
    if workspace.name == company.WORKSPACE:
        workspace.name, workspace.time_zone = fresh.name, fresh.time_zone
    if not Agent.objects.exists():
        workspace.set_up_at = None
    workspace.save()


def _unmark() -> dict[str, int]:
    """What is left loses its mark; returns how many of each."""
    return {
        str(table._meta.verbose_name_plural): table._default_manager.filter(is_demo=True).update(
            is_demo=False
        )
        for table in MARKED
    }


def _forget_facts(noun: str, ids: Iterable[int]) -> None:
    facts = Entry.objects.filter(about_kind=noun, about_id__in=set(ids))
    Entry.objects.filter(cause__in=facts.values("pk")).exclude(pk__in=facts.values("pk")).update(
        cause=None
    )
    facts._raw_delete(facts.db)  # no need to load 60,000 rows


def _check_links(when: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"set constraints all {when}")


def _index_what_is_looked_up() -> list[str]:
    """Indexes for the time of the removal on links that have none: the database follows each of
    them for every row that goes."""
    made = []
    for model in apps.get_models():
        for field in model._meta.local_fields:
            if (
                isinstance(field, ForeignKey)
                and not getattr(field, "db_index", True)
                and field.related_model in (Ticket, Message, Customer, Entry)
            ):
                made.append(f"demo_removal_{model._meta.db_table}_{field.column}"[:60])
                with connection.cursor() as cursor:
                    cursor.execute(
                        sql.SQL("create index {} on {} ({})").format(
                            sql.Identifier(made[-1]),
                            sql.Identifier(model._meta.db_table),
                            sql.Identifier(field.column),
                        )
                    )
    return made


def _drop(indexes: list[str]) -> None:
    with connection.cursor() as cursor:
        for name in indexes:
            cursor.execute(sql.SQL("drop index {}").format(sql.Identifier(name)))


def _sentence(gone: dict[str, int], stays: dict[str, int]) -> str:
    went = ", ".join(f"{count:,} {what}" for what, count in gone.items())
    left = [f"{count} {what}" for what, count in stays.items() if count]
    if not left:
        return f"The demo is gone: {went}."
    return f"The demo is gone: {went}. In use and therefore kept: {', '.join(left)}."
