"""The names that templates know, beside the macros. Listed in README.md."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from flask import current_app
from markupsafe import Markup, escape

from scheduler.web import frame, here, passkeys, shown
from scheduler.web.access import may
from scheduler.web.zone_names import ZONES

if TYPE_CHECKING:
    from flask import Flask

    from scheduler.web.assets import Assets

_NOT_FOR_TEMPLATES = ("config", "session", "g", "request", "get_flashed_messages")


def install(app: Flask) -> None:
    """Give templates ours, and take away what could show a secret or a person."""
    for name in _NOT_FOR_TEMPLATES:
        app.jinja_env.globals.pop(name, None)
    assets: Assets = app.extensions["quietline.assets"]
    app.jinja_env.globals.update(
        asset=assets.url,
        attrs=attrs,
        frame=frame.frame,
        may=may,
        now=here.now,
        once=once,
        passkeys_possible=passkeys.possible,
        outside_name=lambda: here.settings().outside,
        place_of=shown.place_of,
        strip_lines=frame.strip,
        zones=lambda: ZONES,
        here_zone=lambda: here.shown().zone,
        exists=lambda endpoint: endpoint in current_app.view_functions,
        twelve_hours=lambda: here.settings().twelve_hours,
    )
    app.jinja_env.filters.update(
        clock=_clock,
        clock_of=lambda minutes: here.shown().clock_of(minutes),
        hour=lambda hour: here.shown().hour(hour),
        span=lambda start, end, zone="": here.shown().span(start, end, zone),
        span_of=lambda start, end: here.shown().span_of(start, end),
        day=lambda at, zone="": here.shown().day(at, zone),
        long_day=lambda at, zone="": here.shown().long_day(at, zone),
        moment=_moment,
        hers=lambda at, zone: here.shown().hers(at, zone),
        iso=shown.iso,
        lasting=shown.length,
        left=lambda until: shown.left(until, here.now()),
        countdown=lambda until: shown.countdown(until, here.now()),
        place=_place,
        town=shown.town,
    )


def _clock(at: datetime, zone: str = "") -> str:
    return here.shown().clock(at, zone)


def _moment(at: datetime, zone: str = "") -> str:
    return here.shown().moment(at, zone, near=here.now())


def _place(start: datetime, end: datetime, on: date, zone: str = "") -> str:
    return shown.place(start, end, zone or here.shown().zone, on)


def once() -> str:
    """An id for one showing of a form, so that sending it twice does it once (B8)."""
    return here.house().tokens.uuid()


def attrs(also: Mapping[str, Any] | None = None, /, **given: Any) -> Markup:
    """Attributes of a tag: `aria_label="x"` is `aria-label`, True stands alone, and
    None, False and the empty string are left out. What is in `also` wins."""
    parts = []
    for name, value in {**given, **(also or {})}.items():
        if not value and (value is False or value != 0):
            continue
        written = name.rstrip("_").replace("_", "-")
        given_value = "" if value is True else f'="{escape(value)}"'
        parts.append(f" {written}{given_value}")
    return Markup("".join(parts))  # noqa: S704 (names are ours, values escaped)
