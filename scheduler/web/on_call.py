"""On call: the rota, acknowledging, handing over."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, url_for

from scheduler.domain.errors import Misread
from scheduler.domain.people import Role
from scheduler.domain.typed_hours import read_date
from scheduler.domain.zones import Edge, instant
from scheduler.services.calendar import on_call
from scheduler.web import here
from scheduler.web.access import needs
from scheduler.web.forms import Typed, row_number

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

pages = Blueprint("on_call", __name__)

SEES = (Role.INTAKE, Role.COUNSELLOR, Role.SUPERVISOR, Role.ADMINISTRATOR)


@pages.get("/on-call")
@needs(*SEES)
def rota() -> str:
    """Who is on call, now and in the coming weeks."""
    return _page(Typed({}))


def _page(typed: Typed, wrong: str = "") -> str:
    return render_template(
        "on_call/rota.html",
        rota=on_call.rota(here.house()),
        typed=typed,
        wrong=wrong,
        done=request.args.get("done", ""),
        me=here.person(),
    )


def _back(done: str) -> Response:
    return redirect(url_for("on_call.rota", done=done), 303)


@pages.post("/on-call")
@needs(Role.SUPERVISOR, Role.ADMINISTRATOR)
def add() -> Response | tuple[str, int]:
    """A turn on the rota, typed in the reader's clock."""
    typed = Typed.posted()
    who = typed.text("who", missing="Choose a supervisor.")
    start = _moment(typed, "from_day", "from_time")
    end = _moment(typed, "to_day", "to_time")
    row = row_number(who)
    if not typed.wrongs and start is not None and end is not None and row is not None:
        try:
            on_call.add_turn(here.house(), here.actor(), row, start, end)
        except Misread as wrong:
            typed.wrong("to_day", str(wrong))
    if typed.wrongs:
        return _page(typed), 422
    return _back("added")


def _moment(typed: Typed, day: str, clock: str) -> datetime | None:
    text = typed.text(day, missing="Choose a day.")
    at = typed.text(clock, missing="Type a time such as 08:00.")
    if typed.wrongs:
        return None
    try:
        wall = datetime.combine(read_date(text), time.fromisoformat(at))
    except Misread as wrong:
        typed.wrong(day, str(wrong))
    except ValueError:
        typed.wrong(clock, "Type a time such as 08:00.")
    else:
        return instant(wall, here.person().zone, Edge.OPENS)
    return None


@pages.post("/on-call/<int:duty_id>/acknowledge")
@needs(Role.SUPERVISOR)
def acknowledge(duty_id: int) -> Response | tuple[str, int]:
    """She is there."""
    if on_call.acknowledge(here.house(), here.actor(), duty_id).yes:
        return _back("acknowledged")
    return _page(
        Typed({}), "Only she whose turn it is can say so, from an hour before."
    ), 409


@pages.post("/on-call/<int:duty_id>/hand-over")
@needs(Role.SUPERVISOR)
def hand_over(duty_id: int) -> Response | tuple[str, int]:
    """Another takes the rest."""
    to = row_number(Typed.posted().value("to"))
    decided = (
        to is not None
        and on_call.hand_over(here.house(), here.actor(), duty_id, to).yes
    )
    if decided:
        return _back("handed")
    return _page(Typed({}), "This turn cannot be handed over to her now."), 409
