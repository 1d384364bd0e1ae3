"""Tickets of the shop's second brand, Leirplass Rental, written by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random

from foredesk.demo import company, plotting
from foredesk.demo.acts import Act, Person
from foredesk.demo.featured import CAMILLE, JONAS, MIRA, answer, mail, opened, story_of
from foredesk.demo.stories import Story, World
from foredesk.tickets.models import Status

MAILBOX = next(one for one in company.MAILBOXES if one.brand)
HOUR, DAY = 60, 24 * 60

EMIL = Person("Emil Sandvik", "emil.sandvik@post.example", zone="Europe/Oslo", town="Voss")
NORA = Person("Nora Achterberg", "nora.achterberg@brief.example", zone="Europe/Amsterdam")
PAVEL = Person("Pavel Hruška", "pavel.hruska@dopis.example", zone="Europe/Prague", town="Brno")
AOIFE = Person("Aoife Brennan", "aoife.brennan@post.example", zone="Europe/Dublin", town="Sligo")
LENA = Person("Lena Vogt", "lena.vogt@brief.example", zone="Europe/Berlin", town="Kiel")
MATEO = Person("Mateo Ruiz", "mateo.ruiz@correo.example", zone="Europe/Madrid", town="Jaca")


def told(world: World, rng: Random) -> list[list[Act]]:
    """The scripts of the rental's tickets."""
    return [tell(world, rng) for tell in (_emil, _nora, _pavel, _aoife, _lena, _mateo)]


def _story(
    world: World, rng: Random, person: Person, subject: str, *tags: str, minutes: float
) -> Story:
    """A story of the rental: its mailbox, its team, tags of its own."""
    name = f"rental-{person.name.split()[0].lower()}"
    story = story_of(world, rng, name, "advice", person, subject, minutes=minutes)
    story.topic = replace(story.topic, team="", tags=("rental", *tags))
    story.mailbox = MAILBOX
    return story


def _jump(story: Story, minutes: float) -> None:
    story.now = story.world.until - timedelta(minutes=minutes)


def _emil(world: World, rng: Random) -> list[Act]:
    subject = "Can we keep the tent until Monday?"
    story = _story(world, rng, EMIL, subject, "extension", minutes=27 * HOUR)
    opened(
        story,
        "Hi,\n\nwe rented a four person tent and two sleeping mats until Sunday (booking L-2207). "
        "The weather is so good that we would like to stay one night longer. Is that possible, and "
        "what does it cost?\n\nEmil Sandvik",
        to=MIRA,
        by=JONAS,
        takes=6,
    )
    return story.acts


def _nora(world: World, rng: Random) -> list[Act]:
    subject = "Stove was missing in our set"
    story = _story(world, rng, NORA, subject, "missing-part", minutes=5 * HOUR)
    opened(
        story,
        "Hello,\n\nwe picked up the trekking set for two this morning and the stove is not in the "
        "bag. We are already at the trailhead. Can somebody bring one, or do we get that part of "
        "the money back?\n\nNora",
        to=CAMILLE,
        by=JONAS,
        takes=9,
    )
    _jump(story, 3.5 * HOUR)
    answer(
        story,
        CAMILLE,
        "Hi Nora,\n\nI am sorry. Our colleague in Finse has a spare stove at the station kiosk and "
        "keeps it for you until six. Does that work for you?",
        then=Status.PENDING,
    )
    _jump(story, 2.8 * HOUR)
    mail(story, "Yes, we can be there at five. Thank you!\n\nNora")
    return story.acts


def _pavel(world: World, rng: Random) -> list[Act]:
    subject = "Deposit not returned after three weeks"
    story = _story(world, rng, PAVEL, subject, "deposit", minutes=3 * DAY)
    opened(
        story,
        "Good day,\n\nI brought back the rented backpack and boots on the 4th, booking L-2091. The "
        "deposit of 120 euro has not arrived yet. Please check.\n\nPavel Hruška",
        to=JONAS,
        by=MIRA,
        takes=70,
    )
    _jump(story, 2.8 * DAY)
    answer(
        story,
        JONAS,
        "Dear Pavel,\n\nthe boots were booked in under another number, so the deposit got stuck. I "
        "have released it: the bank needs two or three working days.",
        then=Status.SOLVED,
    )
    return story.acts


def _aoife(world: World, rng: Random) -> list[Act]:
    subject = "A tent for eight from Friday to Sunday?"
    story = _story(world, rng, AOIFE, subject, "booking", minutes=16 * DAY)
    opened(
        story,
        "Hi there,\n\ndo you have a tent for eight people, or two for four, from Friday to Sunday "
        "in two weeks? It is for a scout weekend near Geilo.\n\nAoife Brennan",
        to=CAMILLE,
        by=MIRA,
    )
    _jump(story, 15.5 * DAY)
    answer(
        story,
        CAMILLE,
        "Hi Aoife,\n\nwe have two for four, with groundsheets, for 148 euro together. I have put "
        "them aside for you until tomorrow evening: you can confirm with the link below.",
        then=Status.PENDING,
    )
    _jump(story, 15.2 * DAY)
    mail(story, "Confirmed, thank you so much!\n\nAoife")
    _jump(story, 15.1 * DAY)
    story.does("set_status", by=CAMILLE, status=Status.SOLVED)
    plotting.closes(story)
    return story.acts


def _lena(world: World, rng: Random) -> list[Act]:
    subject = "Torn sleeve on a rented rain jacket"
    story = _story(world, rng, LENA, subject, "damage", minutes=30 * DAY)
    opened(
        story,
        "Hello,\n\nI slipped and the left sleeve of the rented rain jacket has a tear of about "
        "four centimetres. What do I owe you, and should I bring it back as it is?\n\nLena Vogt",
        to=JONAS,
        by=MIRA,
    )
    _jump(story, 29 * DAY)
    answer(
        story,
        JONAS,
        "Hi Lena,\n\nplease bring it back as it is. A tear of that size is covered by the rental, "
        "our workshop patches it. I hope that nothing happened to you.",
        then=Status.SOLVED,
    )
    plotting.closes(story)
    return story.acts


def _mateo(world: World, rng: Random) -> list[Act]:
    subject = "Do you rent snowshoes too?"
    story = _story(world, rng, MATEO, subject, "booking", minutes=41 * DAY)
    opened(
        story,
        "Hello,\n\nI found tents and stoves on your page, but no snowshoes. Do you rent them as "
        "well? We are two and come in February.\n\nMateo",
        to=CAMILLE,
        by=MIRA,
    )
    _jump(story, 40.5 * DAY)
    answer(
        story,
        CAMILLE,
        "Hi Mateo,\n\nnot yet, but from January on. If you like, I write to you when they can be "
        "booked.",
        then=Status.SOLVED,
    )
    plotting.closes(story)
    return story.acts
