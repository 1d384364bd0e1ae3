"""Halden: its teams, its people, what it sells."""

from dataclasses import dataclass

WORKSPACE = "Halden Support"
TIME_ZONE = "Europe/Oslo"
CLOSE_AFTER_DAYS = 7
PASSWORD = "fjord-lantern-demo"  # noqa: S105  (the demo's own, printed at every start)
MAIN_EMAIL = "mira@halden.example"
SHOP = "halden.example"


@dataclass(frozen=True)
class DemoTeam:
    name: str
    icon: str


@dataclass(frozen=True)
class DemoAgent:
    """`share` is how much of the work of their teams they do; 0 writes no answers."""

    name: str
    email: str
    role: str
    teams: tuple[str, ...]
    languages: tuple[str, ...]
    share: float = 1.0
    sees: str = "everything"


@dataclass(frozen=True)
class DemoMailbox:
    name: str
    address: str
    team: str = ""
    is_default: bool = False
    more_addresses: tuple[str, ...] = ()
    brand: str = ""


@dataclass(frozen=True)
class DemoBrand:
    name: str
    short_name: str
    signature: str
    hue: int


PAYMENTS, ORDERS, APP = "Payments", "Orders and delivery", "App"

TEAMS = (DemoTeam(PAYMENTS, "card"), DemoTeam(ORDERS, "truck"), DemoTeam(APP, "sms"))

PACE = {APP: 1.7}
"""How much longer a team takes than others: one person does nearly all that is about the app."""

AGENTS = (
    DemoAgent("Dana Whitfield", "dana@halden.example", "admin", (), ("en",), 0.25),
    DemoAgent(
        "Mira Lindqvist",
        MAIN_EMAIL,
        "admin",
        (PAYMENTS, ORDERS, APP),
        ("sv", "en", "nb"),
        0.9,
    ),
    DemoAgent("Jonas Weber", "jonas@halden.example", "agent", (ORDERS,), ("de", "en", "nl"), 1.2),
    DemoAgent(
        "Priya Raman", "priya@halden.example", "lead", (PAYMENTS, APP), ("en",), 1.0, "everything"
    ),
    DemoAgent(
        "Tomasz Zieliński", "tomasz@halden.example", "agent", (PAYMENTS,), ("pl", "en", "de")
    ),
    DemoAgent("Camille Laurent", "camille@halden.example", "agent", (ORDERS,), ("fr", "it", "en")),
    DemoAgent(
        "Inês Duarte",
        "ines@halden.example",
        "agent",
        (ORDERS, PAYMENTS),
        ("pt", "es", "en"),
        1.0,
        "teams",
    ),
    DemoAgent("Kenji Mori", "kenji@halden.example", "agent", (APP,), ("ja", "en"), 1.1, "teams"),
    DemoAgent("Oskar Nyberg", "oskar@halden.example", "light", (ORDERS,), ("sv", "en"), 0.0),
)

MAILBOXES = (
    DemoMailbox(
        "Halden Support",
        "help@halden.example",
        is_default=True,
        more_addresses=("support@halden.example",),
    ),
    DemoMailbox("Halden Orders", "orders@halden.example", team=ORDERS),
    DemoMailbox("Leirplass", "hei@leirplass.example", team=ORDERS, brand="Leirplass Rental"),
)

BRANDS = (
    DemoBrand("Leirplass Rental", "Leirplass", "<p>Leirplass Rental, gear for a weekend</p>", 5),
)
"""Halden also rents gear, under another name."""

PRODUCTS = {
    "tent": (
        ("Ridgeline", 312.40),
        ("Fjellbu 3", 489.00),
        ("Vindheim 2", 399.00),
        ("Solsida 4", 629.00),
        ("Tarn Solo", 279.90),
    ),
    "boots": (
        ("Vidda Mid", 219.00),
        ("Skarv GTX", 249.50),
        ("Lauv Low", 139.00),
        ("Rypa Pro", 289.00),
    ),
    "stove": (("Glød 1200", 84.90), ("Glød Mini", 59.90), ("Varde Multi", 169.00)),
    "jacket": (("Yr Shell", 329.00), ("Bris Light", 149.00), ("Kveld Down", 279.00)),
    "backpack": (("Loft 38", 169.00), ("Loft 65", 239.00), ("Sti 22", 99.00)),
    "sleeping bag": (("Dun 400", 299.00), ("Dun 800", 449.00), ("Myr Summer", 119.00)),
    "head torch": (("Lykt 300", 49.90), ("Lykt 900", 109.00)),
}
"""Name and price in euro by kind. English speaks of "the Ridgeline tent", others of "Ridgeline"."""

COLOURS = ("moss", "slate", "ember", "midnight", "birch")
COMPANIES = (
    "Nordlys Design AS",
    "Kieler Werft GmbH",
    "Atelier Blanc SARL",
    "Brightwater Ltd",
    "Tatra Soft sp. z o.o.",
    "Polder Bikes BV",
    "Lagoa Digital Lda",
    "Cairn & Co",
    "Fjällgården AB",
    "Estudio Roble SL",
    "Northwind Labs Inc",
    "Alpenblick Hotel AG",
    "Harbour School Trust",
    "Adria Maps d.o.o.",
    "Sakura Outdoor KK",
    "Bergen Rescue Service",
)
