"""The frame around every page: where to go, what needs a person, how things stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from flask import g, request, url_for

from scheduler.domain.people import Role
from scheduler.web import here
from scheduler.web.access import may
from scheduler.web.shown import iso, town

if TYPE_CHECKING:
    from datetime import datetime

    from scheduler.web.shell import (
        ClockNow,
        Leaving,
        OnCallNow,
        StaffMember,
        Strip,
        TextsNow,
    )


@dataclass(frozen=True, slots=True)
class Place:
    """One page in the head. `sections` are the blueprints that belong to it."""

    words: str
    endpoint: str
    key: str = ""
    more: bool = False
    sections: tuple[str, ...] = ()


_OF_PEOPLE: Final = ("plans", "file", "sealed", "imports")

PLACES: Final = (
    Place("Today", "roster.today", "t", sections=("session",)),
    Place("Week", "week.who_when", "w"),
    Place("Find a time", "bookings.find", "f"),
    Place("People", "people.find", "p", sections=_OF_PEOPLE),
    Place("Files", "custody.find", "p", sections=("people",)),
    Place("Attention", "attention.listing", "a"),
    Place("Availability", "availability.weekly", more=True),
    Place("On call", "on_call.rota", more=True),
    Place("Counts", "month_counts.page", more=True),
    Place("Trail", "trail.read", more=True),
    Place("Phone", "phone.practice", more=True),
    Place("Settings", "settings.overview", more=True),
)
"""Shown to whoever may use them, as far as they exist."""

ASKING: Final = "asking.script"
"""Someone is asking (E10): a link and the key `!` on every page, errors included."""

SETTINGS: Final = "settings.overview"

_FITS: Final = 5

_HOME: Final = {
    Role.COUNSELLOR: "roster.today",
    Role.INTAKE: "bookings.find",
    Role.SUPERVISOR: "attention.listing",
    Role.ADMINISTRATOR: "settings.overview",
    Role.CUSTODIAN: "custody.find",
    Role.SECOND: "settings.overview",
}


@dataclass(frozen=True, slots=True)
class Link:
    """A place as the head draws it. `current` is what `aria-current` says."""

    words: str
    href: str
    key: str
    current: str
    count: int = 0


@dataclass(frozen=True, slots=True)
class Texts:
    """Whether texts leave, on every page: one word with its mark, and what is wrong, as
    facts with a sentence each; `href` is where more is told."""

    mark: str
    words: str
    wrongs: tuple[tuple[str, str], ...]
    href: str = ""


@dataclass(frozen=True, slots=True)
class Frame:
    """What `base.html` draws around a page. `person` is None before sign-in."""

    person: StaffMember | None
    role: str
    first: tuple[Link, ...]
    more: tuple[Link, ...]
    asking: str
    alerts: tuple[str, ...]
    now: str
    leaving: Texts | None = None


def frame() -> Frame:
    """The frame of this request, built once."""
    if "frame" not in g:
        g.frame = _frame()
    found: Frame = g.frame
    return found


def _frame() -> Frame:
    person = here.visitor()
    if person is None:
        return Frame(None, "", (), (), "", (), iso(here.now()))
    board = here.services().board
    if g.get("with_strip"):
        head, g.strip = board.head_and_strip(person, here.now())
    else:
        head = board.head(person, here.now())
    first, more = _places()
    return Frame(
        person,
        person.role.value,
        tuple(_link(each, head.attention) for each in first),
        tuple(_link(each, 0) for each in more),
        url_for(ASKING) if may(ASKING) else "",
        tuple(head.alerts),
        iso(here.now()),
        _leaving(head.leaving),
    )


def _places() -> tuple[list[Place], list[Place]]:
    """What stands in the head, and what opens under “More”: nothing when all fits."""
    places = [each for each in PLACES if may(each.endpoint)]
    if len(places) <= _FITS:
        return places, []
    return (
        [each for each in places if not each.more],
        [each for each in places if each.more],
    )


def _leaving(found: Leaving) -> Texts:
    wrongs = []
    if found.stopped:
        wrongs.append(("Texts are stopped.", found.stopped))
    if not found.ticking:
        wrongs.append(("Reminders are NOT running.", _since(found.ticked_at)))
    if wrongs:
        words = "stopped" if found.stopped else "not running"
        return Texts("stop", words, tuple(wrongs), _settings())
    if found.not_yet:
        return Texts("look", "not yet", ())
    return Texts("go", "on" if found.by_machine else "by hand", ())


def _settings() -> str:
    """Where it is told more, unless that is the page she is on."""
    there = may(SETTINGS) and request.endpoint != SETTINGS
    return url_for(SETTINGS) if there else ""


def _since(ticked_at: datetime | None) -> str:
    if ticked_at is None:
        return "Nothing here has looked round yet for what is due."
    when = here.shown().moment(ticked_at, near=here.now())
    return f"Nothing has looked round for what is due since {when}."


def _link(place: Place, attention: int) -> Link:
    section = (request.endpoint or "").partition(".")[0]
    own = (place.endpoint.partition(".")[0], *place.sections)
    within = "true" if section in own else ""
    current = "page" if request.endpoint == place.endpoint else within
    count = attention if place.endpoint.startswith("attention.") else 0
    return Link(place.words, url_for(place.endpoint), place.key, current, count)


def home() -> str:
    """Where she begins: the page of her role, else the list of keys."""
    endpoint = _HOME[here.person().role]
    return url_for(endpoint if may(endpoint) else "shell.keys")


def with_strip() -> None:
    """For a view whose page shows the strip: what hangs on the wall is read at once."""
    g.with_strip = True


@dataclass(frozen=True, slots=True)
class Line:
    """One of the three lines of the strip. `mark` is go, look or stop."""

    label: str
    mark: str
    strong: str
    words: str


def strip() -> tuple[Line, ...]:
    """On call, texts, clock, in words. Only pages that show it ask for it."""
    person = here.person()
    if "strip" not in g:
        _, g.strip = here.services().board.head_and_strip(person, here.now())
    found: Strip = g.strip
    return (
        _on_call(found.on_call, person.id),
        _texts(found.texts),
        _clock(found.clock),
    )


def _on_call(found: OnCallNow | None, me: int) -> Line:
    if found is None:
        return Line("On call", "look", "nobody,", "video cannot start")
    name = "you" if found.staff_id == me else found.name
    if found.acknowledged_at is None:
        return Line("On call", "look", f"{name},", "not yet acknowledged")
    since = here.shown().clock(found.acknowledged_at)
    words = f"since {since}" if name == "you" else f"acknowledged {since}"
    return Line("On call", "go", "", f"{name}, {words}")


def _texts(found: TextsNow) -> Line:
    if found.stopped:
        return Line("Texts", "stop", "stopped.", found.stopped)
    if found.uncertain:
        return Line("Texts", "look", f"{found.uncertain} uncertain,", "the rest leave")
    parts = ["leaving"]
    if found.last_left:
        parts.append(f"last {here.shown().moment(found.last_left, near=here.now())}")
    parts.append(f"{found.planned_today} planned today")
    return Line("Texts", "go", "", " · ".join(parts))


def _clock(found: ClockNow) -> Line:
    if not found.right:
        return Line("Clock", "stop", "not right,", "nothing is sent or booked")
    checked = here.shown().moment(found.checked_at, near=here.now())
    return Line(
        "Clock", "go", "", f"right · {town(here.shown().zone)} · checked {checked}"
    )
