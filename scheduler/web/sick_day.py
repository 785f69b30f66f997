"""A counsellor falls ill: her day in one list, and one key for each session (A5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from flask import Blueprint, redirect, render_template, request, url_for

from scheduler.domain.decision import Decision
from scheduler.domain.errors import JustTaken, NotThere
from scheduler.domain.hours import DateSpan
from scheduler.domain.people import Role
from scheduler.services.counselling import roster
from scheduler.services.scheduling import booking_preview, sick_day
from scheduler.services.watching import attention_list
from scheduler.web import here, sick_day_words
from scheduler.web.access import needs
from scheduler.web.find_form import today
from scheduler.web.forms import Typed

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

pages = Blueprint("sick_day", __name__)

WHO_MAY = (Role.INTAKE, Role.SUPERVISOR)
_DONE = frozenset({"off", "handed", "cancelled", "there"})


@dataclass(frozen=True, slots=True)
class Days:
    """Whose days, and which."""

    who: int
    first: date
    last: date

    def args(self) -> dict[str, Any]:
        """As the part of an address, and as hidden fields."""
        return {
            "who": str(self.who),
            "day": self.first.isoformat(),
            "until": self.last.isoformat(),
        }

    @property
    def span(self) -> DateSpan:
        """For the service."""
        return DateSpan(self.first, self.last)


def _read(typed: Typed) -> Days | None:
    who = typed.number("who", lowest=1, highest=999_999_999)
    first = typed.date("day") or today()
    last = typed.date("until") or first
    if who is None:
        typed.wrong("who", "Choose whose day it is.")
    most = timedelta(days=sick_day.MOST_DAYS - 1)
    if not first <= last <= first + most:
        typed.wrong("until", f"Choose at most {sick_day.MOST_DAYS} days, in order.")
    if who is None or typed.wrongs:
        return None
    return Days(who, first, last)


@pages.get("/away")
@needs(*WHO_MAY)
def day() -> str | tuple[str, int]:
    """What stands in her days."""
    typed = Typed.asked()
    everybody = roster.colleagues(here.house())
    if not typed.has("who") and everybody:
        hers = Days(everybody[0].id, today(), today())
        return _page(hers, Typed(hers.args()))
    days = _read(typed)
    if days is None:
        return _form(typed), 422
    return _page(days, typed)


def _form(typed: Typed) -> str:
    return render_template(
        "sick_day/day.html",
        typed=typed,
        everybody=roster.colleagues(here.house()),
        seen=None,
        done="",
        refused=(),
    )


def _page(
    days: Days, typed: Typed, refused: tuple[str, Decision | None] = ("", None)
) -> str:
    seen = sick_day.see(here.house(), here.actor(), days.who, days.span)
    done = request.args.get("done", "")
    return render_template(
        "sick_day/day.html",
        typed=typed,
        everybody=roster.colleagues(here.house()),
        seen=seen,
        days=days,
        lines=[sick_day_words.line(each, seen) for each in seen.listed],
        done=done if done in _DONE else "",
        refused=sick_day_words.refused(refused[1], seen) if refused[0] else (),
        refused_id=refused[0],
    )


def _back(days: Days, done: str) -> Response:
    return redirect(url_for("sick_day.day", done=done, **days.args()), 303)


@pages.get("/away/of/<session_id>")
@needs(*WHO_MAY)
def of_session(session_id: str) -> Response:
    """The day of a session that waits, from the attention list."""
    seen = booking_preview.preview_cancel(here.house(), here.actor(), session_id)
    on = here.shown().wall(seen.session.time.start).date()
    days = Days(seen.session.counsellor_id, on, on)
    return redirect(url_for("sick_day.day", **days.args()), 303)


@pages.post("/away")
@needs(*WHO_MAY)
def call_in() -> Response | tuple[str, int]:
    """She is away: nothing new is booked in these days."""
    typed = Typed.posted()
    days = _read(typed)
    if days is None:
        return _form(typed), 422
    sick_day.call_in(here.house(), here.actor(), days.who, days.span)
    return _back(days, "off")


@pages.post("/away/<session_id>/hand-over")
@needs(*WHO_MAY)
def hand_over(session_id: str) -> Response | tuple[str, int]:
    """A stand-in holds it at its time."""
    typed = Typed.posted()
    days = _read(typed)
    stand_in = typed.number("stand_in", lowest=1, highest=999_999_999)
    if days is None or stand_in is None:
        return _form(typed), 422
    try:
        answer = sick_day.hand_over(
            here.house(), here.actor(), session_id, stand_in, typed.once()
        )
    except JustTaken:
        return _page(days, typed, (session_id, None)), 409
    if not answer.decision.yes:
        return _page(days, typed, (session_id, answer.decision)), 409
    return _back(days, "handed")


@pages.post("/away/<session_id>/cancel")
@needs(*WHO_MAY)
def cancel(session_id: str) -> Response | tuple[str, int]:
    """The agency cancels it."""
    typed = Typed.posted()
    days = _read(typed)
    if days is None:
        return _form(typed), 422
    decision = sick_day.call_off(here.house(), here.actor(), session_id)
    if not decision.yes:
        return _page(days, typed, (session_id, decision)), 409
    return _back(days, "cancelled")


@pages.post("/away/there/<item_id>")
@needs(*WHO_MAY)
def there(item_id: str) -> Response | tuple[str, int]:
    """Somebody will be in the room."""
    typed = Typed.posted()
    days = _read(typed)
    if days is None:
        return _form(typed), 422
    try:
        attention_list.choose(here.house(), here.actor(), item_id, "there")
    except NotThere:
        # A press too many: it is settled (B8), or it was never hers to see.
        return _back(days, "")
    return _back(days, "there")
