"""Availability: hours typed, leave, and busy times from a calendar file."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from flask import Blueprint, redirect, render_template, request, url_for

from scheduler.domain.calendar_trouble import sentence
from scheduler.domain.errors import Misread, NotThere
from scheduler.domain.hours import Hours
from scheduler.domain.people import Role
from scheduler.domain.plan import Format
from scheduler.domain.specialities import read_specialities
from scheduler.domain.typed_hours import (
    read_dated,
    read_denial,
    read_rotation_line,
    read_span,
    read_weekly,
    write_dated,
    write_denial,
    write_rotation_line,
    write_weekly,
)
from scheduler.services.calendar import availability, calendars, feeds, set_aside
from scheduler.services.counselling import roster
from scheduler.web import booking_words, here, hours_drawn
from scheduler.web.access import needs
from scheduler.web.forms import Typed, row_number, whole_number

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

pages = Blueprint("availability", __name__)

MAY = (Role.COUNSELLOR, Role.SUPERVISOR, Role.ADMINISTRATOR)
Read = TypeVar("Read")
MOST_A_DAY = 12
LANGUAGES = ("en", "fr", "es")


@pages.get("/availability")
@needs(*MAY)
def weekly() -> str:
    """One counsellor's hours; a supervisor chooses whose."""
    return page(_whose(request.args.get("who", "")))


def _whose(who: str) -> int:
    me = here.person()
    asked = row_number(who)
    if asked is not None:
        return asked
    if me.role is Role.COUNSELLOR:
        return me.id
    everybody = roster.colleagues(here.house())
    if not everybody:
        raise NotThere
    return everybody[0].id


def page(staff_id: int, typed: Typed | None = None, **more: object) -> str:
    """The whole page, with what was typed if something in it is wrong."""
    feed = feeds.state(here.house(), here.actor(), staff_id)
    seen = availability.see(here.house(), here.actor(), staff_id)
    return render_template(
        "availability/weekly.html",
        seen=seen,
        staff_id=staff_id,
        typed=typed or _written(seen.counsellor.hours, seen),
        everybody=roster.colleagues(here.house()),
        done=request.args.get("done", ""),
        languages=LANGUAGES,
        bars=hours_drawn.of_hours(seen.counsellor.hours),
        feed=feed,
        imported=calendars.see(here.house(), here.actor(), staff_id),
        troubled=sentence,
        aside=set_aside.see(here.house(), here.actor(), staff_id),
        may_set_aside=here.person().role is Role.SUPERVISOR,
        aside_rules=booking_words.ASIDE_RULES,
        aside_whys=booking_words.ASIDE_WHYS,
        **{
            "outdated": "",
            "calendar_typed": Typed({}),
            "leave": Typed({}),
            "aside_typed": Typed({}),
            "feed_typed": Typed({"title": feed.title if feed else feeds.USUAL_TITLE}),
            **more,
        },
    )


def _written(hours: Hours, seen: availability.Available) -> Typed:
    return Typed(
        {
            "weekly": "\n".join(map(write_weekly, hours.weekly)),
            "once": "\n".join(map(write_dated, hours.once)),
            "rotations": "\n".join(map(write_rotation_line, hours.rotations)),
            "deny": "\n".join(map(write_denial, hours.deny)),
            "specialities": ", ".join(sorted(seen.counsellor.specialities)),
            "most": str(seen.counsellor.most_a_day or ""),
            **{f"speaks_{each}": "yes" for each in seen.counsellor.languages},
            **{f"holds_{each.value}": "yes" for each in seen.counsellor.formats},
        }
    )


def back(staff_id: int, done: str, part: str | None = None) -> Response:
    """To the page, which says what was done, and to a part of it."""
    where = url_for("availability.weekly", who=staff_id, done=done, _anchor=part)
    return redirect(where, 303)


def _lines(typed: Typed, name: str, read: Callable[[str], Read]) -> tuple[Read, ...]:
    found = []
    for line in typed.value(name).splitlines():
        if not line.strip():
            continue
        try:
            found.append(read(line))
        except Misread as wrong:
            typed.wrong(name, str(wrong))
    return tuple(found)


@pages.post("/availability/<int:staff_id>")
@needs(*MAY)
def save(staff_id: int) -> Response | tuple[str, int]:
    """Hours, as typed."""
    typed = Typed.posted()
    hours = Hours(
        weekly=_lines(typed, "weekly", read_weekly),
        once=_lines(typed, "once", read_dated),
        rotations=_lines(typed, "rotations", read_rotation_line),
        deny=_lines(typed, "deny", read_denial),
    )
    most = typed.value("most").strip()
    if most and (whole_number(most) or 0) not in range(1, MOST_A_DAY + 1):
        typed.wrong("most", "Type a number from 1 to 12, or leave it empty.")
    specialities: tuple[str, ...] = ()
    try:
        specialities = read_specialities(typed.value("specialities"))
    except Misread as wrong:
        typed.wrong("specialities", str(wrong))
    if typed.wrongs:
        return page(staff_id, typed), 422
    availability.set_hours(
        here.house(),
        here.actor(),
        staff_id,
        hours,
        languages=tuple(each for each in LANGUAGES if typed.value(f"speaks_{each}")),
        formats=tuple(each for each in Format if typed.value(f"holds_{each.value}")),
        most_a_day=whole_number(most),
        specialities=specialities,
    )
    return back(staff_id, "hours")


@pages.post("/availability/<int:staff_id>/leave")
@needs(*MAY)
def leave(staff_id: int) -> Response | tuple[str, int]:
    """Days off."""
    typed = Typed.posted()
    text = typed.text("leave", missing="Type a day, or two with .. between.")
    if not typed.wrongs:
        try:
            span = read_span(text)
        except Misread as wrong:
            typed.wrong("leave", str(wrong))
        else:
            availability.add_leave(here.house(), here.actor(), staff_id, span)
    if typed.wrongs:
        return page(staff_id, leave=typed), 422
    return back(staff_id, "leave")


@pages.post("/availability/<int:staff_id>/leave/back")
@needs(*MAY)
def leave_back(staff_id: int) -> Response | tuple[str, int]:
    """Days off that are none after all."""
    days = Typed.posted().value("days")
    try:
        span = read_span(days)
    except Misread as wrong:
        typed = Typed({"leave": days})
        typed.wrong("leave", str(wrong))
        return page(staff_id, leave=typed), 422
    availability.take_leave_back(here.house(), here.actor(), staff_id, span)
    return back(staff_id, "leave_back")
