"""The frame around every page: workspace, views with counts, teams, the person's menu."""

from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse as _reverse

from foredesk.design import wording
from foredesk.desk.mail import alerts, suspended
from foredesk.people import permissions
from foredesk.people import queries as people
from foredesk.realtime import topics
from foredesk.tickets import queries, views

Item = dict[str, Any]
reverse = cache(_reverse)


@dataclass
class Navigation:
    """What the layouts read; see foredesk/design/__init__.py."""

    workspace: str
    home_url: str
    search_url: str
    palette_url: str
    me: dict[str, Any]
    look: dict[str, Any]
    main: list[Item]
    views: list[Item]
    teams: list[Item]
    phone: list[Item]
    alerts: list[dict[str, Any]]
    live: str
    live_url: str
    live_token: str


def context(request: HttpRequest) -> dict[str, Any]:
    """For the templates. Fragments that don't use `nav` pay nothing for it."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"nav": None}
    return {"nav": Later(request)}


class Later:
    """The frame, built when a template first asks for a part of it."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        built = navigation(self._request)
        self.__dict__.update(vars(built))
        return getattr(built, name)


def live_token(request: HttpRequest) -> str:
    """The signed topics of the lists that this person may see."""
    user: Any = request.user
    wanted = [*queries.topics_of(user), "mailboxes", "presence"]
    return topics.sign(wanted, viewer_id=user.pk)


def navigation(request: HttpRequest) -> Navigation:
    """Build the frame for the person who asks."""
    me: Any = request.user
    view_items, team_items = lists(request)
    inbox = _item("Inbox", "inbox", reverse("inbox"), key="g i")
    customers = _item("Customers", "users", reverse("customers"), key="g c")
    main = [inbox, customers, *_suspended(request)]
    for item in main:
        item["current"] = "page" if _is_within(request, item["url"]) else False
    if request.path.startswith("/tickets/"):
        inbox["current"] = "page"
    settings_item = _item("Settings", "settings", reverse("settings"))
    return Navigation(
        workspace=people.workspace().name,
        home_url=reverse("inbox"),
        search_url=reverse("palette"),
        palette_url=reverse("palette"),
        me={
            "name": me.name,
            "initials": wording.initials(me.name),
            "hue": wording.hue(f"agent-{me.pk}"),
            "state": me.get_role_display(),
            "role": me.get_role_display(),
            "presence": "on",
            "menu": _menu(me),
        },
        look={
            "theme": me.theme,
            "density": me.density,
            "shortcuts": me.shortcuts_on,
            "url": reverse("profile_theme"),
        },
        main=main,
        views=view_items,
        teams=team_items,
        phone=[
            inbox,
            customers,
            *([settings_item] if permissions.can_administer(me) else []),
        ],
        alerts=alerts.for_agent(me),
        live=" ".join(queries.topics_of(me)),
        live_url=lists_url(request),
        live_token=live_token(request),
    )


def lists_url(request: HttpRequest) -> str:
    """Where the sidebar's lists are fetched again, the view that is open among them."""
    here = request.GET.get("view", "mine") if _is_inbox(request) else ""
    return f"{reverse('nav')}?{urlencode({'view': here})}"


def lists(request: HttpRequest) -> tuple[list[Item], list[Item]]:
    """The views and the teams with their counts, in one query for all counts."""
    me: Any = request.user
    names = people.team_names()
    team_keys = [f"team-{pk}" for pk in queries.team_ids(me) if pk in names]
    team_views = [views.view_of(key, team_names=names) for key in team_keys]
    counted = [view for view in (*views.VIEWS, *team_views) if view and view.is_counted]
    counts = queries.counts(me, counted)
    here = request.GET.get("view", "mine") if _is_inbox(request) else ""
    icons = people.team_icons()

    def item(view: views.View) -> Item:
        found = _item(view.label, view.icon, f"{reverse('inbox')}?view={view.key}")
        count = counts.get(view.key)
        if count:
            found["count"] = f"{count}+" if count == queries.COUNT_CAP else count
        found["current"] = "true" if view.key == here else False
        return found

    rare = ("spam", "snoozed")
    shown = [
        view
        for view in views.VIEWS
        if view.key not in rare or counts.get(view.key) or view.key == here
    ]
    teams = [item(view) for view in team_views if view]
    for entry, key in zip(teams, team_keys, strict=True):
        entry["icon"] = icons.get(int(key[5:]), "layers")
    return [item(view) for view in shown], teams


def _suspended(request: HttpRequest) -> list[Item]:
    """Mail that waits for somebody who may decide on it, while there is any."""
    if not permissions.can_release(request.user):  # type: ignore[arg-type]
        return []
    item = _item("Suspended mail", "shield", reverse("suspended_mail"))
    waiting = suspended.waiting()
    if not waiting and not _is_within(request, item["url"]):
        return []
    return [{**item, "count": waiting} if waiting else item]


def _menu(me: Any) -> list[Item]:
    items = [_item("Your profile", "user", reverse("profile"))]
    if permissions.can_administer(me):
        items.append(_item("Settings", "settings", reverse("settings")))
    if permissions.can_see_health(me):
        items.append(_item("Health", "pulse", reverse("health")))
    if permissions.can_release(me):
        items.append(_item("Suspended mail", "shield", reverse("suspended_mail")))
    if permissions.can_write_rules(me):
        items.append(_item("Rules", "zap", reverse("rules")))
    if permissions.can_reply(me):
        items.append(_item("Macros", "wand", reverse("macros")))
    items.append(_item("Sent mail", "send", reverse("sent_mail")))
    items.append(dict(_item("Sign out", "logout", reverse("account_logout")), method="post"))
    return items


def _item(label: str, icon: str, url: str, **more: Any) -> Item:
    return {"label": label, "icon": icon, "url": url, "current": False, **more}


def _is_within(request: HttpRequest, url: str) -> bool:
    return request.path.startswith(url)


def _is_inbox(request: HttpRequest) -> bool:
    if request.path == reverse("new_ticket"):
        return False
    return request.path.startswith(("/inbox/", "/tickets/", "/nav/"))
