"""The days on which the whole agency is closed, a year at a time."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, url_for

from scheduler.domain.people import Role
from scheduler.services.calendar import holidays
from scheduler.web import here
from scheduler.web.access import needs
from scheduler.web.find_form import today
from scheduler.web.forms import Typed

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

pages = Blueprint("holidays", __name__)

_AHEAD = 5


@pages.get("/availability/holidays")
@needs(Role.SUPERVISOR, Role.ADMINISTRATOR)
def of_year() -> str:
    """A year's days: the province's are offered, the agency's are ticked."""
    typed = Typed.asked()
    year = _year(typed) or today().year
    return _page(year, typed.value("province")[:2])


def _year(typed: Typed) -> int | None:
    this = today().year
    return typed.number(
        "year", lowest=this, highest=this + _AHEAD, missing="Give a year."
    )


def _page(year: int, province: str = "", typed: Typed | None = None) -> str:
    seen = holidays.see(here.house(), here.actor(), year, province)
    return render_template(
        "availability/holidays.html",
        seen=seen,
        typed=typed or Typed(),
        ticked=None if typed is None else set(typed.values("day")),
        years=range(today().year, today().year + _AHEAD + 1),
        done=request.args.get("done", ""),
    )


@pages.post("/availability/holidays")
@needs(Role.SUPERVISOR, Role.ADMINISTRATOR)
def keep() -> ResponseReturnValue:
    """What is ticked is kept, and one day more if it is typed."""
    typed = Typed.posted()
    year = _year(typed)
    own, name = typed.date("own"), typed.text("name", longest=holidays.LONGEST_NAME)
    if own is not None and not name:
        typed.wrong("name", "Say what the day is called, such as Staff day.")
    if name and not typed.value("own"):
        typed.wrong("own", "Give the day, such as 2026-12-24.")
    if own is not None and year is not None and own.year != year:
        typed.wrong("own", f"Give a day of {year}, or go to that year first.")
    province = typed.value("province")[:2]
    if typed.wrongs or year is None:
        return _page(year or today().year, province, typed), 422
    holidays.keep(here.house(), here.actor(), year, _chosen(typed, year, own, name))
    done = url_for("holidays.of_year", year=year, province=province, done="kept")
    return redirect(done, 303)


def _chosen(typed: Typed, year: int, own: date | None, name: str) -> dict[date, str]:
    province = typed.value("province")[:2]
    seen = holidays.see(here.house(), here.actor(), year, province)
    ticked = set(typed.values("day"))
    chosen = {
        each.day: each.name for each in seen.days if each.day.isoformat() in ticked
    }
    return chosen if own is None else {**chosen, own: name}
