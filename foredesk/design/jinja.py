"""The Jinja2 environment that Django renders every page with."""

from __future__ import annotations

import json
import re
from datetime import datetime, tzinfo
from functools import cache, lru_cache
from typing import Any

from django.conf import settings
from django.contrib.messages import get_messages
from django.core.serializers.json import DjangoJSONEncoder
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone, translation
from jinja2 import Environment, StrictUndefined, nodes, pass_context

from foredesk.design import (
    assets,
    bundling,
    compiling,
    flattening,
    folding,
    importmap,
    keeping,
    marks,
    ticket_rows,
    wording,
)


def environment(**options: Any) -> Environment:
    """Django's ``OPTIONS["environment"]``: strict, escaping, translated by Django's catalogues."""
    options |= {
        "autoescape": True,
        "trim_blocks": True,
        "lstrip_blocks": True,
        "undefined": StrictUndefined,
    }
    env = _House(extensions=["jinja2.ext.i18n", keeping.Keeping], **options)
    install: Any = getattr(env, "install_gettext_callables")  # noqa: B009  the extension added it
    install(_gettext, translation.ngettext, newstyle=True)
    env.globals.update(
        ui=_Components(env),
        static=assets.url,
        marks=marks,
        drawn_ticket_rows=ticket_rows.ticket_rows,
        url=_url,
        stylesheets=bundling.stylesheet_urls,
        importmap=importmap.text,
        module_url=importmap.address,
        language=_language,
        csp_nonce=_csp_nonce,
        flashes=_flashes,
        font_url=_font_url,
        now=timezone.now,
    )
    env.filters.update(
        list_time=_list_time,
        clock=_clock,
        day=_day,
        moment=_moment,
        as_read=_as_read,
        ago=_ago,
        month=_month,
        span=wording.span,
        iso=_iso,
        file_size=wording.file_size,
        initials=wording.initials,
        hue=wording.hue,
        plain_json=_plain_json,
    )
    return env


class _House(Environment):
    """Most of what our templates read are plain dicts: look there first."""

    code_generator_class = compiling.Compiler

    def getattr(self, obj: Any, attribute: str) -> Any:
        if type(obj) is dict:
            if attribute in obj:
                return obj[attribute]
            if not hasattr(dict, attribute):
                return self.undefined(obj=obj, name=attribute)
        try:
            return getattr(obj, attribute)
        except AttributeError:
            return super().getattr(obj, attribute)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        if settings.DEBUG or settings.USE_I18N:
            return super()._parse(source, name, filename)
        return flattening.drawn_in_one(self._put_together(source, name, filename))

    def _put_together(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        """The tree with all that stands in other templates put in."""
        tree = super()._parse(source, name, filename)
        tree = folding.fold(tree, self, self._read, draws=folding.is_page(name))
        return flattening.put_together(tree, self._read)

    def _read(self, name: str) -> nodes.Template:
        assert self.loader is not None
        source, filename, _ = self.loader.get_source(self, name)
        return self._put_together(source, name, filename)


class _Components:
    """The macros of ``design/ui.html``, so that no template and no fragment has to import them."""

    def __init__(self, env: Environment) -> None:
        self._env = env

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._env.get_template("design/ui.html").module, name)
        if not settings.DEBUG:
            self.__dict__[name] = found  # the template will not change any more
        return found


_said: dict[tuple[str | None, str], str] = {}


def _gettext(message: str) -> str:
    """Django's gettext, each answer kept: a page asks some hundred times."""
    key = (wording.language(), message)
    found = _said.get(key)
    if found is None:
        found = _said[key] = translation.gettext(message)
    return found


def _url(name: str, *args: Any, **kwargs: Any) -> str:
    """Each address is worked out once; a number or public id that it is of is then put in."""
    if kwargs:
        return reverse(name, kwargs=kwargs)
    if len(args) != 1 or not _PLAIN.fullmatch(of := str(args[0])):
        return _kept_url(name, *args)
    before, after = _around(name)
    return f"{before}{of}{after}"


@lru_cache(4096)
def _kept_url(name: str, *args: Any) -> str:
    return reverse(name, args=args)


_PLAIN = re.compile(r"[\w-]+", re.ASCII)
_STAND_IN = "909090909"


@cache
def _around(name: str) -> tuple[str, str]:
    before, _, after = reverse(name, args=[_STAND_IN]).partition(_STAND_IN)
    return before, after


def _language() -> dict[str, str]:
    return _written(wording.language() or "en")


@cache
def _written(code: str) -> dict[str, str]:
    return {"code": code, "dir": "rtl" if translation.get_language_bidi() else "ltr"}


@cache
def _font_url() -> str:
    return static("design/fonts/InterVariable.woff2")  # as the style sheets say it: no version


@pass_context
def _csp_nonce(context: Any) -> str:
    return str(getattr(context.get("request"), "csp_nonce", ""))


@pass_context
def _flashes(context: Any) -> list[dict[str, Any]]:
    """Django's messages for this request, once: each with its tone and its text."""
    request = context.get("request")
    if request is None or not hasattr(request, "_messages"):
        return []
    return [
        {"tone": "bad" if message.level_tag == "error" else "ok", "text": str(message)}
        for message in get_messages(request)
    ]


def _zone(zone: tzinfo | None) -> tzinfo:
    return zone or timezone.get_current_timezone()


def _list_time(at: datetime, now: datetime | None = None, zone: tzinfo | None = None) -> str:
    return wording.list_time(at, now=now or timezone.now(), zone=_zone(zone))


def _clock(at: datetime, zone: tzinfo | None = None) -> str:
    return wording.clock(at, zone=_zone(zone))


def _day(at: datetime, now: datetime | None = None, zone: tzinfo | None = None) -> str:
    return wording.day(at, now=now or timezone.now(), zone=_zone(zone))


def _moment(at: datetime, now: datetime | None = None, zone: tzinfo | None = None) -> str:
    return wording.moment(at, now=now or timezone.now(), zone=_zone(zone))


def _as_read(text: str) -> str:
    """A stored moment as people read it, in their zone; any other text as it is."""
    return _moment(datetime.fromisoformat(text)) if _STORED.fullmatch(text) else text


_STORED = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d[+-]\d\d:\d\d")


def _ago(at: datetime, now: datetime | None = None) -> str:
    return wording.ago(at, now=now or timezone.now())


def _month(at: datetime, zone: tzinfo | None = None) -> str:
    return wording.month(at, zone=_zone(zone))


def _plain_json(value: Any) -> str:
    """JSON for an attribute; dates and lazy translations become text."""
    return json.dumps(value, cls=DjangoJSONEncoder)


def _iso(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
