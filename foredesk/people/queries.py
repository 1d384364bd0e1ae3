"""Every read of people that others may ask."""

from django.conf import settings
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from foredesk.people import directory
from foredesk.people.brands import OWN, BrandCard
from foredesk.people.models import Agent, Brand, Customer, Identity, Team, Workspace
from foredesk.plumbing import numbers


def workspace() -> Workspace:
    """The one workspace; made with its defaults at the first call."""
    return directory.directory().workspace


def agents() -> QuerySet[Agent]:
    """All agents, active first, by name."""
    return Agent.objects.order_by("-is_active", "name").prefetch_related("teams")


def active_agents() -> QuerySet[Agent]:
    return Agent.objects.filter(is_active=True).order_by("name")


def agent(pk: int) -> Agent | None:
    return Agent.objects.filter(pk=pk).first()


def agent_by_email(email: str) -> Agent | None:
    return Agent.objects.filter(email__iexact=email.strip()).first()


def teams() -> QuerySet[Team]:
    return Team.objects.order_by("name")


def customer(public_id: str) -> Customer | None:
    return (
        Customer.objects.select_related("organisation")
        .prefetch_related("identities")
        .filter(public_id=public_id)
        .first()
    )


def addresses_of(customer_ids: list[int], *, kind: str = "email") -> dict[int, str]:
    """The first address of each customer, by customer id."""
    rows = Identity.objects.filter(customer_id__in=customer_ids, kind=kind).order_by("-id")
    return {row.customer_id: row.value for row in rows}


def first_address(customer_id: OuterRef) -> Subquery:
    """The same within another question, of the customer that it is about."""
    rows = Identity.objects.filter(customer_id=customer_id, kind="email")
    return Subquery(rows.order_by("id").values("value")[:1])


def customer_names(customer_ids: list[int]) -> dict[int, str]:
    """Each customer's name by id, the first address of who has none."""
    names = dict(Customer.objects.filter(pk__in=customer_ids).values_list("pk", "name"))
    nameless = addresses_of([pk for pk, name in names.items() if not name])
    return {pk: name or nameless.get(pk, f"Customer {pk}") for pk, name in names.items()}


def is_empty() -> bool:
    """Whether nobody can sign in yet, so that the first-run wizard opens."""
    return not Agent.objects.exists()


def agent_names() -> dict[int, str]:
    """Every agent's name by id, deactivated ones too: history speaks of them."""
    return directory.directory().agents


def team_names() -> dict[int, str]:
    """Every team's name by id."""
    return directory.directory().teams


def assignable_agents() -> list[tuple[int, str]]:
    """(id, name) of those who can take tickets, by name."""
    return directory.directory().assignable


def customers(*, text: str = "", after: str = "", limit: int = 50) -> list[Customer]:
    """Customers by name from `after` on (a name and id joined by a tab), narrowed by `text`."""
    found = Customer.objects.select_related("organisation").prefetch_related("identities")
    if text.strip():
        by_address = Identity.objects.filter(value__icontains=text.strip()).values("customer_id")
        found = found.filter(
            Q(name__icontains=text.strip())
            | Q(pk__in=by_address)
            | Q(organisation__name__icontains=text.strip())
        )
    name, _, number = after.replace("\x00", "").partition("\t")
    pk = numbers.whole(number)
    if pk is not None:
        found = found.filter(Q(name__gt=name) | Q(name=name, pk__gt=pk))
    return list(found.order_by("name", "pk")[:limit])


def team_icons() -> dict[int, str]:
    """Every team's icon by id."""
    return directory.directory().icons


def team(pk: int) -> Team | None:
    return Team.objects.filter(pk=pk).first()


def languages() -> list[tuple[str, str]]:
    """The languages that the desk speaks: code and name."""
    return list(settings.LANGUAGES)


def teams_with_sizes() -> list[Team]:
    """All teams by name, each with `size`: how many active people are in it."""
    return list(teams().annotate(size=Count("agents", filter=Q(agents__is_active=True))))


def headcount() -> dict[str, int]:
    """How many active people have each role."""
    return dict(active_agents().order_by().values_list("role").annotate(n=Count("pk")))


def workspace_now() -> Workspace:
    """The one workspace as the database has it this moment, for the form that changes it."""
    return Workspace.objects.get_or_create(pk=1)[0]


def brands() -> list[BrandCard]:
    """All brands, the organisation itself first, those that were set aside too."""
    return list(directory.directory().brands.values())


def brands_in_use() -> list[BrandCard]:
    """The brands that get tickets. One alone (the organisation) is no choice: [] then."""
    found = [one for one in brands() if not one.is_set_aside]
    return found if len(found) > 1 else []


def brand_card(pk: int | None) -> BrandCard:
    """A brand by its number; None, 0 and numbers that there are not are the organisation."""
    found = directory.directory().brands
    return found.get(pk or OWN, found[OWN])


def brand(pk: int) -> Brand | None:
    return Brand.objects.filter(pk=pk).first()
