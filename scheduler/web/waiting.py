"""The waiting list: what she waits for, and from a freed time to Find a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, redirect, render_template, request, url_for

from scheduler.domain.errors import Misread, NotThere
from scheduler.domain.people import Role
from scheduler.domain.plan import Format
from scheduler.domain.typed_hours import read_weekly, write_weekly
from scheduler.domain.waiting import Wanted
from scheduler.services.scheduling import waiting
from scheduler.web import here
from scheduler.web.access import needs
from scheduler.web.bookings import BOOKS
from scheduler.web.find_form import FORMATS, Chosen
from scheduler.web.forms import Typed

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from scheduler.domain.hours import WeeklyRange

pages = Blueprint("waiting", __name__)

WORKS: Final = (Role.INTAKE, Role.COUNSELLOR, Role.SUPERVISOR)
_DONE: Final = frozenset({"waits", "off"})


@pages.get("/people/<code>/waiting")
@needs(*WORKS)
def page(code: str) -> str:
    """What she waits for."""
    return _page(code)


def _page(code: str, typed: Typed | None = None) -> str:
    entry = waiting.see(here.house(), here.actor(), code)
    done = request.args.get("done", "")
    return render_template(
        "people/waiting.html",
        code=code,
        entry=entry,
        typed=typed or _written(entry.wanted if entry else Wanted()),
        formats=[(each.value, words) for each, words in FORMATS.items()],
        done=done if done in _DONE else "",
    )


def _written(wanted: Wanted) -> Typed:
    return Typed(
        {
            "formats": [each.value for each in wanted.formats],
            "windows": "\n".join(map(write_weekly, wanted.windows)),
        }
    )


@pages.post("/people/<code>/waiting")
@needs(*WORKS)
def put(code: str) -> Response | tuple[str, int]:
    """She waits for it from now on."""
    typed = Typed.posted()
    formats = typed.choices("formats", Format)
    windows = tuple(_windows(typed))
    if typed.wrongs:
        return _page(code, typed), 422
    wanted = Wanted(formats, windows)
    waiting.put(here.house(), here.actor(), code, wanted)
    return redirect(url_for("waiting.page", code=code, done="waits"), 303)


def _windows(typed: Typed) -> list[WeeklyRange]:
    found = []
    for line in typed.text("windows").splitlines():
        try:
            if line.strip():
                found.append(read_weekly(line))
        except Misread as wrong:
            typed.wrong("windows", str(wrong))
    return found


@pages.post("/people/<code>/waiting/off")
@needs(*WORKS)
def off(code: str) -> Response:
    """She waits no longer."""
    waiting.take_off(here.house(), here.actor(), code)
    return redirect(url_for("waiting.page", code=code, done="off"), 303)


@pages.get("/attention/<item_id>/time")
@needs(*BOOKS)
def offered(item_id: str) -> Response:
    """Find a time at the freed start, for whom it would suit."""
    found = waiting.offered(here.house(), here.actor(), item_id)
    if found is None:
        raise NotThere
    day = here.shown().wall(found.start).date()
    given: dict[str, Any] = {
        "who": found.code,
        "format": found.format.value,
        "minutes": found.minutes,
        "from": day.isoformat(),
        "at": Chosen(found.start, found.counsellor_id),
    }
    return redirect(url_for("bookings.find", **given), 303)
