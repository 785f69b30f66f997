"""Today: one counsellor's day, on the screen and on paper."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise

from flask import Blueprint, render_template, request

from scheduler.domain.booking import OPENS_BEFORE, SessionState
from scheduler.domain.errors import Misread, NotThere
from scheduler.domain.people import Role
from scheduler.domain.typed_hours import read_date
from scheduler.domain.zones import local_date
from scheduler.services.counselling import roster
from scheduler.services.counselling.roster import Day, Row
from scheduler.web import frame, here, roster_words
from scheduler.web.access import needs
from scheduler.web.forms import row_number

pages = Blueprint("roster", __name__)

# Hours shown when the day is empty; sessions stretch them.
FIRST_HOUR, LAST_HOUR = 8, 17


@pages.get("/today")
@needs(Role.COUNSELLOR, Role.SUPERVISOR, Role.INTAKE)
def today() -> str:
    """The roster of a day; a supervisor or intake worker may look at anybody's."""
    zone = here.person().zone
    now = here.now()
    on = _day(request.args.get("day", ""), local_date(now, zone))
    who = request.args.get("who", "")
    whose = row_number(who) if who else None
    day = roster.of_day(here.house(), here.actor(), on, whose)
    frame.with_strip()
    return render_template(
        "roster/today.html",
        day=day,
        words=roster_words,
        on=on,
        before=on - timedelta(days=1),
        after=on + timedelta(days=1),
        is_today=on == local_date(now, day.zone),
        everybody=day.everybody,
        hours=_hours(day),
        pieces=_pieces(day, now),
        upcoming=_upcoming(day, now),
        booked_minutes=sum(each.minutes for each in day.rows),
        held=sum(each.over for each in day.rows),
    )


def _day(text: str, usual: date) -> date:
    try:
        return read_date(text) if text else usual
    except Misread:
        raise NotThere from None


def _hours(day: Day) -> tuple[int, int]:
    """The hours that are drawn: from the first session to the last, or a plain day."""
    shown = here.shown()
    firsts = [shown.wall(each.time.start, day.zone).hour for each in day.rows]
    ends = [shown.wall(each.time.end, day.zone) for each in day.rows]
    lasts = [
        each.hour + (each.minute > 0) if each.date() == day.day else 24 for each in ends
    ]
    now = shown.wall(here.now(), day.zone)
    if now.date() == day.day and day.rows:
        firsts.append(now.hour)
        lasts.append(now.hour + 1)
    return min(firsts, default=FIRST_HOUR), max(lasts, default=LAST_HOUR)


def _pieces(day: Day, now: datetime) -> list[dict[str, object]]:
    """Sessions and what lies between them, in order of time."""
    following = _upcoming(day, now)
    found: list[dict[str, object]] = [
        {
            "kind": "session",
            "row": row,
            "state": "past" if row.over else ("next" if row is following else ""),
            "opens_at": row.time.start - OPENS_BEFORE,
            "open": now >= row.time.start - OPENS_BEFORE,
        }
        for row in day.rows
    ]
    for one, other in pairwise(day.rows):
        minutes = int((other.time.start - one.time.end) / timedelta(minutes=1))
        if minutes > 0:
            found.append(
                {
                    "kind": "gap",
                    "start": one.time.end,
                    "end": other.time.start,
                    "minutes": minutes,
                    "broken": one.broke_off_at is not None,
                }
            )
    return sorted(found, key=_starts)


def _starts(piece: dict[str, object]) -> datetime:
    row = piece.get("row")
    start = row.time.start if isinstance(row, Row) else piece["start"]
    if not isinstance(start, datetime):
        raise TypeError("A piece of the day starts at an instant.")
    return start


def _upcoming(day: Day, now: datetime) -> Row | None:
    open_rows = [
        each
        for each in day.rows
        if not each.over
        and (each.state is not SessionState.BOOKED or each.time.end > now)
    ]
    return open_rows[0] if open_rows else None
