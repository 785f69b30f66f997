"""Week: who has a session when. Moving one leads to the page that moves (`moving`)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request, url_for

from scheduler.domain.errors import NotThere
from scheduler.services.calendar import week as service
from scheduler.web import here, roster_words
from scheduler.web.access import needs
from scheduler.web.bookings import BOOKS
from scheduler.web.find_form import LONGEST, SHORTEST, Chosen, today
from scheduler.web.forms import Typed

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

pages = Blueprint("week", __name__)


@pages.get("/week")
@needs(*BOOKS)
def who_when() -> str:
    """One week, counsellors by days; counsellors see their own."""
    on = _day(request.args.get("from", "")) or today()
    monday = on - timedelta(days=on.weekday())
    zone = here.shown().zone
    week = service.of_week(here.house(), here.actor(), monday, zone)
    return render_template(
        "week/who_when.html",
        week=week,
        before=monday - timedelta(weeks=1),
        after=monday + timedelta(weeks=1),
        last=week.days[-1],
        today=today(),
        zone=zone,
        formats=roster_words.FORMATS,
        booked=sum(len(each.held) for each in week.people),
    )


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text) if text else None
    except ValueError:
        raise NotThere from None
    if found is not None and not date(2020, 1, 6) <= found <= date(2100, 1, 1):
        raise NotThere
    return found


@pages.get("/week/move")
@needs(*BOOKS)
def drop() -> Response:
    """Where a session was let go: its hour on that day with that counsellor, or another
    length. Nothing is decided here: the page that moves it shows what that brings."""
    typed = Typed.asked()
    session_id = typed.value("session")
    day = _day(typed.value("day")) or today()
    who = typed.number("who", lowest=1, highest=999_999_999)
    minutes = typed.number("minutes", lowest=SHORTEST, highest=LONGEST)
    if typed.wrongs or who is None:
        raise NotThere
    zone = here.shown().zone
    start = service.start_on(here.house(), here.actor(), session_id, day, zone)
    asked = {"at": str(Chosen(start, who)), "from": day.isoformat()}
    if minutes is not None:
        asked["minutes"] = str(minutes)
    page = url_for("moving.move", session_id=session_id)
    return redirect(f"{page}?{urlencode(asked)}", 303)
