"""Going live and being told: items signed off, and where staff are reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, url_for

from scheduler.domain.errors import Misread
from scheduler.domain.people import Role
from scheduler.services.stops import going_live
from scheduler.services.watching import reaching
from scheduler.web import here
from scheduler.web.access import needs, signed_in
from scheduler.web.forms import Typed

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

pages = Blueprint("going_live", __name__)

MAY_SIGN = (Role.SUPERVISOR, Role.ADMINISTRATOR)


def _back(done: str, where: str = "live-h") -> Response:
    return redirect(url_for("settings.overview", done=done, _anchor=where), 303)


@pages.post("/settings/live/<item>")
@needs(*MAY_SIGN)
def sign(item: str) -> Response:
    """She has looked at it herself, and says so by name."""
    try:
        going_live.sign(
            here.house(), here.actor(), item, Typed.posted().value("choice")
        )
    except Misread:
        return _back("choose")
    except going_live.NotDrilled:
        return _back("no_drill")
    return _back("signed")


@pages.post("/settings/live/<item>/back")
@needs(*MAY_SIGN)
def take_back(item: str) -> Response:
    """It is to be looked at again."""
    going_live.take_back(here.house(), here.actor(), item)
    return _back("took_back")


@pages.post("/settings/reach")
@signed_in
def reach() -> Response:
    """Where she is told herself, away from the pages."""
    typed = Typed.posted()
    try:
        reaching.set_mine(
            here.house(), here.actor(), typed.value("email"), typed.value("phone")
        )
    except Misread:
        return _back("no_reach", "told-h")
    return _back("reach", "told-h")
