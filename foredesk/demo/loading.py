"""Load the demo workspace: Halden, an outdoor shop, with two years of its help desk."""

from __future__ import annotations

from datetime import datetime
from random import Random

from django.db import transaction

from foredesk.channels import addressing
from foredesk.channels.mail import composing
from foredesk.channels.models import Dispatch, DispatchState, Mailbox
from foredesk.demo import (
    company,
    copying,
    founding,
    picturing,
    promising,
    queries,
    rating,
    routines,
    signing_in,
    staffing,
)
from foredesk.demo.playing import Player
from foredesk.demo.rhythms import WorkingTime
from foredesk.demo.rows import TABLES
from foredesk.demo.scripting import ARRIVALS, Script
from foredesk.demo.stage import Cast
from foredesk.demo.stories import World
from foredesk.files import storing
from foredesk.people.models import Agent
from foredesk.tickets.models import Message

SEED = 48213


class UnableToLoad(Exception):
    """The demo can't be loaded into this desk; the message says why."""


def load(*, at: datetime, seed: int = SEED, arrivals: int = ARRIVALS) -> str:
    """Fill the desk with the demo, its two years ending `at`; returns how to sign in.

    `arrivals` is how many stories begin in these years. One transaction; the same seed tells the
    same stories. No jobs are made and no screens poked. Takes some 6 seconds on two cores. Raises
    UnableToLoad, files.storing.UnableToStore.
    """
    _refuse_what_cannot_be()
    files = picturing.stored()
    with transaction.atomic():
        cast = founding.found(at=at)
        copying.lock(TABLES)
        rng = Random(seed)  # noqa: S311  (stories, not secrets)
        accounts = {box.address: account for account, box in cast.mailboxes.items()}
        world = World(at, WorkingTime(until=at), files, accounts)
        play(cast, world, rng, arrivals=arrivals)
        promising.keep_time(at=at)
        _keep_fresh_mail(at)
        rating.rate(at=at, seed=seed)
        routines.write_down(cast, at=at)
        staffing.staff(cast, at=at)
    return signing_in.hint()


def play(cast: Cast, world: World, rng: Random, *, arrivals: int) -> Player:
    """Write the script, play it, and copy what it left into the tables."""
    stage = Player(cast, first_ids={table: copying.first_id(table) for table in TABLES}, rng=rng)
    stage.play(Script(world, rng, arrivals=arrivals).acts())
    for table, rows in stage.rows.filled():
        copying.copy(table, rows)
    return stage


def _refuse_what_cannot_be() -> None:
    if queries.is_loaded():
        raise UnableToLoad(
            "The demo workspace is here already. Remove it first with `foredesk demo remove`."
        )
    taken = Agent.objects.filter(email__in=[one.email for one in company.AGENTS]).first()
    if taken is not None:
        raise UnableToLoad(f"There is already a person with the address {taken.email}.")
    addresses = {one.address for one in company.MAILBOXES}
    box = next((one for one in Mailbox.objects.all() if addresses & set(one.addresses)), None)
    if box is not None:
        raise UnableToLoad(f"The mailbox {box.address} has an address of the demo's shop.")


def _keep_fresh_mail(at: datetime) -> None:
    """The latest answers, which no server took, can be read as the mails that they are."""
    for dispatch in Dispatch.objects.filter(is_demo=True, state=DispatchState.KEPT):
        message = Message.objects.select_related("ticket__requester", "agent").get(
            pk=dispatch.message_id or 0
        )
        letter = addressing.letter_for(message, dispatch.mailbox, at=message.at)
        dispatch.to = addressing.recipients_of(letter, message)
        dispatch.subject = letter.subject
        dispatch.blob = storing.keep(composing.compose(letter))
        dispatch.save(update_fields=["to", "subject", "blob"])
