"""The frame around every page: workspace, views with counts, teams, the person's menu."""

from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse as _reverse

from foredesk.design import wording
from foredesk.desk.mail import alerts, suspended
from foredesk.notices import queries as notices
from foredesk.people import permissions
from foredesk.people import queries as people
from foredesk.realtime import topics
from foredesk.routing import queries as routing
from foredesk.tickets import listing, queries, views

Item = dict[str, Any]
reverse = cache(_reverse)
ROOMS = {
    "/inbox/": "inbox",
    "/tickets/": "inbox",
    "/customers/": "customers",
    "/insights/": "insights",
    "/mail/suspended/": "suspended",
    "/me/notices/": "notices",
}
PRESENCES = {"online": "on", "transfers": "some", "away": "away", "offline": "off"}
LISTED = ("/inbox/", "/tickets/", "/nav/")
"""Where a list of tickets is open."""
MOST_UNREAD = 99


class May(NamedTuple):
    """What the person may do, as far as the frame shows it."""

    administer: bool
    see_health: bool
    release: bool
    write_rules: bool
    reply: bool


class Asked(NamedTuple):
    """All that the frame depends on. Nothing else may flow into it: it is kept by this."""

    workspace: str
    agent: tuple[int, str, str]
    """Id, name, role in words."""
    look: tuple[str, str, bool]
    may: May
    state: str
    """Whether the person is here (routing); "" for those who take no tickets."""
    teams: tuple[tuple[int, str, str], ...]
    """Id, name, icon of those whose tickets the person may see."""
    counts: tuple[tuple[str, int], ...]
    waiting: int
    unread: int
    """Notices, MOST_UNREAD and one at most."""
    topics: tuple[str, ...]
    room: str
    """Which of the main pages this one belongs to, "" for the others."""
    view: str
    """The view that is open, "" where there is none."""


@dataclass
class Navigation:
    """What the layouts read, and what they have drawn of it (design/keeping.py); see
    foredesk/design/__init__.py."""

    workspace: str
    home_url: str
    search_url: str
    palette_url: str
    me: dict[str, Any]
    look: dict[str, Any]
    main: list[Item]
    bell: Item
    views: list[Item]
    teams: list[Item]
    phone: list[Item]
    live: str
    live_url: str
    kept: dict[Any, Any] = field(default_factory=dict)


def context(request: HttpRequest) -> dict[str, Any]:
    """For the templates. Fragments that don't use `nav` pay nothing for it."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"nav": None}
    return {"nav": Later(request)}


class Later:
    """The frame, built when a template first asks for a part of it; with it what is of this
    request alone."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        self.__dict__.update(vars(of(self._request)))
        me: Any = self._request.user
        self.__dict__["alerts"] = alerts.for_agent(me)
        self.__dict__["live_token"] = live_token(me)
        return self.__dict__[name]


def live_token(me: Any) -> str:
    """The signed topics of the lists that this person may see."""
    return topics.sign(
        [*queries.topics_of(me), notices.topic(me.pk), "mailboxes", "presence"], viewer_id=me.pk
    )


def of(request: HttpRequest, *, room: str | None = None) -> Navigation:
    """The frame for the person who asks; to be read, never to be changed. `room` is the main page
    that a part of it is for, where the path does not say it."""
    asked = _asked(request)
    return _built(asked if room is None else asked._replace(room=room))


def _asked(request: HttpRequest) -> Asked:
    me: Any = request.user
    names, icons = people.team_names(), people.team_icons()
    teams = tuple(
        (pk, names[pk], icons.get(pk, "layers")) for pk in queries.team_ids(me) if pk in names
    )
    path = request.path
    has_view = path.startswith(LISTED) and path != reverse("new_ticket")
    view = request.GET.get("view", "mine") if has_view else ""
    may_release = permissions.can_release(me)
    return Asked(
        workspace=people.workspace().name,
        agent=(me.pk, me.name, me.get_role_display()),
        look=(me.theme, me.density, me.shortcuts_on),
        may=May(
            administer=permissions.can_administer(me),
            see_health=permissions.can_see_health(me),
            release=may_release,
            write_rules=permissions.can_write_rules(me),
            reply=permissions.can_reply(me),
        ),
        state=routing.states().get(me.pk, "offline") if permissions.can_work(me) else "",
        teams=teams,
        counts=tuple(_counts(me, names, teams).items()),
        waiting=suspended.waiting() if may_release else 0,
        unread=min(notices.unread(me), MOST_UNREAD + 1),
        topics=tuple(queries.topics_of(me)),
        room=next((room for start, room in ROOMS.items() if path.startswith(start)), ""),
        view=view if views.view_of(view, team_names=names) else "",
    )


def _counts(
    me: Any, names: dict[int, str], teams: tuple[tuple[int, str, str], ...]
) -> dict[str, int]:
    """How many tickets each view holds, in one query for all counts."""
    mine = (views.view_of(f"team-{pk}", team_names=names) for pk, _, _ in teams)
    return listing.counts(me, [view for view in (*views.VIEWS, *mine) if view and view.is_counted])


@lru_cache(100)
def _built(asked: Asked) -> Navigation:
    """Counts change often, so few of these live long; what they don't change is kept apart."""
    theme, density, shortcuts = asked.look

    def main_item(label: str, icon: str, name: str, **more: Any) -> Item:
        is_current = ROOMS[reverse(name)] == asked.room
        return _item(label, icon, reverse(name), current=is_current and "page", **more)

    inbox = main_item("Inbox", "inbox", "inbox", key="g i")
    customers = main_item("Customers", "users", "customers", key="g c")
    insights = main_item("Insights", "chart", "insights", key="g d")
    main = [inbox, customers, insights]
    if asked.may.release and (asked.waiting or asked.room == "suspended"):
        more = {"count": asked.waiting} if asked.waiting else {}
        main.append(main_item("Suspended mail", "shield", "suspended_mail", **more))
    bell = main_item("Notifications", "bell", "notices", key="g b", **_unread(asked))
    return Navigation(
        workspace=asked.workspace,
        home_url=reverse("inbox"),
        search_url=reverse("palette"),
        palette_url=reverse("palette"),
        me=_person(asked.agent, asked.look, asked.may, asked.state),
        look={
            "theme": theme,
            "density": density,
            "shortcuts": shortcuts,
            "url": reverse("profile_theme"),
        },
        main=main,
        bell=bell,
        views=_views(asked),
        teams=_teams(asked),
        phone=[inbox, customers, insights, bell],
        live=" ".join(asked.topics),
        live_url=f"{reverse('nav')}?{urlencode({'view': asked.view})}",
    )


@lru_cache(500)
def _person(
    agent: tuple[int, str, str],
    look: tuple[str, str, bool],
    may: May,
    state: str,
) -> dict[str, Any]:
    """Who asks, with their menu, and what was drawn of them; all of it by the arguments."""
    pk, name, role = agent
    return {
        "name": name,
        "initials": wording.initials(name),
        "hue": wording.hue(f"agent-{pk}"),
        "state": dict(routing.STATES).get(state, role),
        "role": role,
        "presence": PRESENCES.get(state, ""),
        "here": _here(state),
        "menu": _menu(may),
        "kept": {},
    }


def _here(state: str) -> dict[str, Any] | None:
    """The choice of one's own state; None for those who take no tickets."""
    if not state:
        return None
    return {
        "url": reverse("availability"),
        "active_url": reverse("active"),
        "state": state,
        "states": routing.STATES,
    }


def _unread(asked: Asked) -> Item:
    """What the bell shows and listens to."""
    here = "1" if asked.room == "notices" else ""
    live_url = f"{reverse('bell')}?{urlencode({'here': here})}"
    more = {"live": notices.topic(asked.agent[0]), "live_url": live_url}
    if asked.unread:
        is_many = asked.unread > MOST_UNREAD
        more["count"] = f"{MOST_UNREAD}+" if is_many else str(asked.unread)
    return more


def _views(asked: Asked) -> list[Item]:
    """The views with their counts; the rare ones only while they hold something or are open."""
    counts, rare = dict(asked.counts), ("spam", "snoozed")
    return [
        _list_item(view.label, view.icon, view.key, asked)
        for view in views.VIEWS
        if view.key not in rare or counts.get(view.key) or view.key == asked.view
    ]


def _teams(asked: Asked) -> list[Item]:
    return [_list_item(name, icon, f"team-{pk}", asked) for pk, name, icon in asked.teams]


def _list_item(label: str, icon: str, key: str, asked: Asked) -> Item:
    item = _item(label, icon, f"{reverse('inbox')}?view={key}")
    count = dict(asked.counts).get(key)
    if count:
        item["count"] = f"{count}+" if count == listing.COUNT_CAP else count
    item["current"] = "true" if key == asked.view else False
    return item


def _menu(may: May) -> list[Item]:
    """What opens from the sidebar's foot; what is posted comes last."""
    items = [_item("Your profile", "user", reverse("profile"))]
    if may.administer:
        items.append(_item("Settings", "settings", reverse("settings")))
    if may.see_health:
        items.append(_item("Health", "pulse", reverse("health")))
    if may.release:
        items.append(_item("Suspended mail", "shield", reverse("suspended_mail")))
    if may.write_rules:
        items.append(_item("Rules", "zap", reverse("rules")))
    if may.reply:
        items.append(_item("Macros", "wand", reverse("macros")))
    items.append(_item("Sent mail", "send", reverse("sent_mail")))
    items.append(_item("Sign out", "logout", reverse("account_logout"), method="post"))
    return items


def _item(label: str, icon: str, url: str, *, current: Any = False, **more: Any) -> Item:
    return {"label": label, "icon": icon, "url": url, "current": current, **more}
