"""The tickets that a newcomer sees first, written by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from random import Random

from foredesk.demo import company, filling, letters, plotting, wording
from foredesk.demo.acts import Act, Person
from foredesk.demo.letters import Writer
from foredesk.demo.stories import Story, World
from foredesk.demo.wording import Topic
from foredesk.tickets.models import Priority, Status

MIRA, PRIYA, TOMASZ = "mira@halden.example", "priya@halden.example", "tomasz@halden.example"
JONAS, CAMILLE = "jonas@halden.example", "camille@halden.example"
OSKAR = "oskar@halden.example"

AMARA = Person("Amara Okafor", "amara.okafor@mail.example", zone="Africa/Lagos", town="Lagos")
DARIO = Person("Dario Kovač", "dario.kovac@posta.example", zone="Europe/Zagreb", town="Split")
HANNE = Person("Hanne Berge", "hanne.berge@post.example", zone="Europe/Oslo", town="Bergen")
LUIS = Person("Luis Serrano", "luis.serrano@correo.example", zone="Europe/Madrid", town="Huesca")
YUKI = Person("Yuki Nakamura", "yuki.nakamura@yubin.example", zone="Asia/Tokyo", town="Nagano")
FIONA = Person("Fiona McAllister", "fiona.mcallister@post.example", zone="Europe/London")
RUBEN = Person("Ruben Tavares", "ruben@lagoadigital.example", zone="Europe/Lisbon", town="Porto")
SIGNE = Person("Signe Ek", "signe.ek@brev.example", zone="Europe/Stockholm", town="Umeå")

AMARAS_EARLIER = (
    # days ago, topic, subject
    (251, "size-exchange", "Boots too narrow, exchange"),
    (309, "change-address", "Change delivery address"),
    (402, "gift-card", "Gift card for a friend"),
    (455, "parcel-late", "Parcel stuck in customs"),
    (498, "stock", "Is the Vindheim 2 tent back in stock soon?"),
    (560, "refund-waiting", "Refund for the returned stove"),
    (598, "app-points", "My points are missing"),
    (640, "return", "Return without the box"),
    (699, "advice", "Which tent for two people and a dog?"),
)


def topic_of(name: str) -> Topic:
    """The English topic of that name."""
    return next(one for one in wording.languages()["en"].topics if one.name == name)


def told(world: World, rng: Random) -> list[list[Act]]:
    """The scripts of the featured tickets, Amara's long history first."""
    stories = []
    for days, topic, subject in AMARAS_EARLIER:
        story = story_of(world, rng, f"amara/{days}", topic, AMARA, subject, minutes=days * 24 * 60)
        plotting.solved(story)
        stories.append(story.acts)
    for tell in (_amara, _dario, _hanne, _luis, _yuki, _fiona, _ruben, _signe):
        stories.append(tell(world, rng))
    return stories


def story_of(
    world: World,
    rng: Random,
    name: str,
    topic_name: str,
    person: Person,
    subject: str,
    *,
    minutes: float,
) -> Story:
    """A story of that person that begins so many minutes ago; the words are still to be said."""
    topic, at = topic_of(topic_name), world.until - timedelta(minutes=minutes)
    person = Person(
        person.name,
        person.address,
        person.language,
        person.zone,
        person.company,
        person.town,
        person.street,
        first=person.name.split()[0],
    )
    filled = filling.values_for(topic, person, at=at, until=world.until, rng=rng)
    writer = Writer(wording.languages()["en"], filled, rng)
    story = Story(world, name, topic=topic, person=person, writer=writer, at=at, rng=rng)
    story.subject = subject
    return story


def opened(
    story: Story,
    text: str,
    *,
    files: tuple[str, ...] = (),
    to: str = MIRA,
    by: str = PRIYA,
    priority: int = Priority.NORMAL,
    takes: float = 40,
) -> Callable[[float], None]:
    """The first mail and who got it; returns a way to jump to some minutes before now."""
    world = story.world

    def jump(minutes: float) -> None:
        story.now = world.until - timedelta(minutes=minutes)

    mail(story, text, is_first=True, files=files)
    story.pause(takes)
    if story.topic.team:
        story.does("hand_to", by=by, team=story.topic.team)
        story.pause(3)
    story.does("tag", by=by, add=story.topic.tags)
    story.pause(3)
    if priority != Priority.NORMAL:
        story.does("prioritise", by=by, priority=priority)
        story.pause(3)
    story.does("assign", by=by, to=to)
    story.pause(2)
    story.does("set_status", by=by, status=Status.OPEN)
    story.pause(2)
    return jump


def mail(story: Story, text: str, *, is_first: bool = False, files: tuple[str, ...] = ()) -> None:
    """The customer's words as they are, without the usual phrases around."""
    story.says_as_customer(
        text, is_first=is_first, files=tuple(story.world.files[name] for name in files)
    )


def answer(story: Story, by: str, text: str, *, then: str) -> None:
    """An agent's words as they are, with a greeting at the end."""
    story.agent = next(one for one in company.AGENTS if one.email == by)
    story.says(letters.letter(f"{text}\n\nKind regards,\n{story.agent.name.split()[0]}"), then=then)


def _amara(world: World, rng: Random) -> list[Act]:
    subject = "Charged twice for order 48213"
    story = story_of(world, rng, "amara", "double-charge", AMARA, subject, minutes=8)
    jump = opened(
        story,
        "Hi, I tried to pay for the tent three times and it failed, then it worked. Now my bank "
        "shows €312.40 twice. I need that money back before Friday, my rent goes out then. Can "
        "someone please check?\n\nAmara",
        files=("bank-screenshot.png",),
        priority=Priority.HIGH,
    )
    jump(5)
    story.notes(
        "@Mira the second one is a hold, not a charge. The bank drops it by Thursday. I can ask "
        "them to release it today.",
        by=TOMASZ,
    )
    return story.acts


def _dario(world: World, rng: Random) -> list[Act]:
    subject = "My card is declined but my bank says it is fine"
    story = story_of(world, rng, "dario", "card-declined", DARIO, subject, minutes=27)
    jump = opened(
        story,
        "Hello,\n\nI have tried to buy the Vindheim 2 four times this morning and every time the "
        "payment is declined. I called my bank and they say that there is nothing wrong with the "
        "card. The sale ends at noon.\n\nDario Kovač",
        files=("checkout-error.png",),
        priority=Priority.URGENT,
    )
    jump(13)
    answer(
        story,
        MIRA,
        "Hi Dario,\n\nthank you for calling the bank first, that saves us a step. Which message do "
        "you see at the end, and does your banking app ask you to confirm the payment?",
        then=Status.PENDING,
    )
    jump(1.5)
    mail(
        story,
        'It says "declined by issuer" right away, the app does not ask me anything. My bank says '
        "it never saw a request from you.\n\nDario",
    )
    return story.acts


def _hanne(world: World, rng: Random) -> list[Act]:
    subject = "Call back about the bent tent pole"
    story = story_of(world, rng, "hanne", "pole-broken", HANNE, subject, minutes=26 * 60)
    jump = opened(
        story,
        "Hi,\n\none pole of our Fjellbu 3 is bent after a night at Hardangervidda. I spoke to "
        "Oskar in the workshop yesterday and he wanted to call me back about the right spare "
        "section. We leave on Friday. My number is 555 01 224.\n\nHanne Berge",
        takes=900,
    )
    jump(25 * 60)
    story.notes("Fjellbu 3 from 2023, so section R2. I have two here.", by=OSKAR)
    jump(60)
    mail(story, "Hello again, nobody has called so far. I am at home until three.\n\nHanne")
    jump(52)
    story.does("see", by=MIRA)
    return story.acts


def _luis(world: World, rng: Random) -> list[Act]:
    subject = "Is the Ridgeline tent back in stock soon?"
    story = story_of(world, rng, "luis", "stock", LUIS, subject, minutes=34)
    opened(
        story,
        "Hello! The Ridgeline in moss has been sold out for weeks. We start on the GR11 in five "
        "weeks and it is the tent that we want. Will it come back in time, or does one of your "
        "shops still have one?\n\nThank you,\nLuis",
        by=JONAS,
    )
    return story.acts


def _yuki(world: World, rng: Random) -> list[Act]:
    subject = "Wrong size boots, exchange without the box?"
    story = story_of(world, rng, "yuki", "size-exchange", YUKI, subject, minutes=122)
    jump = opened(
        story,
        "Dear Halden team,\n\nthe Vidda Mid in 39 are too small for me. I would like to exchange "
        "them for 40. Unfortunately the box was thrown away. Is an exchange still possible? I wore "
        "them only at home.\n\nBest regards,\nYuki Nakamura",
        by=JONAS,
        takes=600,
    )
    jump(70)
    story.does("see", by=MIRA)
    return story.acts


def _fiona(world: World, rng: Random) -> list[Act]:
    subject = "Bot could not find my parcel, please look"
    story = story_of(world, rng, "fiona", "parcel-late", FIONA, subject, minutes=184)
    jump = opened(
        story,
        "Hiya,\n\nthe help bot on your page says that order 47981 does not exist, but I have the "
        "confirmation in front of me. It should have been here on Monday. Could a person please "
        "look?\n\nCheers, Fiona",
        takes=700,
    )
    jump(150)
    story.notes("Order is 47918, two digits swapped. Parcel is in the depot in Perth.", by=CAMILLE)
    jump(140)
    story.does("see", by=MIRA)
    return story.acts


def _ruben(world: World, rng: Random) -> list[Act]:
    subject = "Invoice with company name, photo requested"
    story = story_of(world, rng, "ruben", "invoice", RUBEN, subject, minutes=30 * 60)
    jump = opened(
        story,
        "Hello,\n\nplease correct the invoice for order 47655: it should be made out to Lagoa "
        "Digital Lda, with our VAT number. One of the head torches also has a scratch on the "
        "glass.\n\nRuben Tavares",
        takes=1500,
    )
    jump(26 * 60)
    answer(
        story,
        MIRA,
        "Hi Ruben,\n\nthe new invoice with your company's name is in your account. Could you send "
        "me a photo of the scratched glass? Then I order a spare one for you.",
        then=Status.PENDING,
    )
    return story.acts


def _signe(world: World, rng: Random) -> list[Act]:
    subject = "Stove repaired, asked if it burns well now"
    story = story_of(world, rng, "signe", "stove", SIGNE, subject, minutes=9 * 24 * 60)
    jump = opened(
        story,
        "Hi,\n\nmy Glød 1200 burns yellow since it fell into the snow. I cleaned the jet twice. "
        "Can you repair it?\n\nSigne",
        takes=2400,
    )
    jump(9 * 24 * 60 - 190)
    answer(
        story,
        MIRA,
        "Hi Signe,\n\nplease send it in with the label in your account, Oskar will look at it.",
        then=Status.ON_HOLD,
    )
    jump(2 * 24 * 60)
    story.notes("Pump leather and jet replaced. Tested 20 minutes.", by=OSKAR)
    jump(28 * 60)
    answer(
        story,
        MIRA,
        "Hi Signe,\n\nyour stove came back from the workshop with a new jet and is on its way to "
        "you, HX480213377. When you have tried it: does it burn well now?",
        then=Status.PENDING,
    )
    return story.acts
