"""Every macro on a few pages, for axe and for looking. Not among the product's pages.

.venv/bin/python -m tests.web.gallery          serves it on 127.0.0.1:8099
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

from flask import Blueprint, render_template
from jinja2 import ChoiceLoader, FileSystemLoader

from scheduler.domain.errors import JustTaken, NotThere
from scheduler.domain.people import Role
from scheduler.web import here
from scheduler.web.access import needs, open_to_all, signed_in
from scheduler.web.forms import Typed
from scheduler.web.frame import ASKING, PLACES
from scheduler.web.headers import camera, door

TEMPLATES = Path(__file__).parent / "gallery"

pages = Blueprint("gallery", __name__)


@cache
def blueprints() -> tuple[Blueprint, ...]:
    """The gallery, and a bare page behind every place in the head."""
    found: dict[str, Blueprint] = {}
    for place in (*(each.endpoint for each in PLACES), ASKING):
        name, _, view = place.partition(".")
        made = found.setdefault(name, Blueprint(name, __name__))
        address = {"bookings": "/find", "roster": "/today"}.get(name, f"/{name}")
        made.add_url_rule(address, view, bare)
    return (pages, *found.values())


@signed_in
def bare() -> str:
    return render_template("bare.html")


def add_templates(app: object) -> None:
    """So that the gallery's own templates are found beside the product's."""
    env = app.jinja_env  # type: ignore[attr-defined]
    env.loader = ChoiceLoader([env.loader, FileSystemLoader(TEMPLATES)])


def wall(hour: int, minute: int = 0, day: int = 7) -> datetime:
    """A wall time in Winnipeg in the week of the gallery, as an instant."""
    return (
        here.shown()
        .wall(here.now())
        .replace(day=day, hour=hour, minute=minute, second=0)
    )


def filled() -> Typed:
    typed = Typed(
        {
            "who": "K-1042",
            "phrase": "See you on Tuesday, bring the forms",
            "hours": "Tue,Thu 09:00-11:15\nFri 22:00-01:00",
            "until": "2026-12-18",
            "format": "phone",
            "mode": "automatic",
            "purposes": ["reminder", "change"],
            "alone": "yes",
        }
    )
    typed.wrong("phrase", "“Tuesday” is a weekday. A text names no day (W2).")
    typed.wrong("mode", "Texts by themselves need her consent to a sample.")
    return typed


@pages.get("/gallery/<name>")
@signed_in
def show(name: str) -> str:
    return render_template(
        f"gallery/{name}.html",
        typed=filled(),
        blank=Typed(prefix="blank-"),
        wall=wall,
        on=date(2026, 12, 7),
        soon=here.now() + timedelta(minutes=3, seconds=41),
        edmonton="America/Edmonton",
        vancouver="America/Vancouver",
    )


@pages.get("/gallery/session")
@signed_in
@camera
def session() -> str:
    return show("session")


@pages.get("/gallery/door")
@open_to_all
@door
def the_door() -> str:
    return render_template("gallery/door.html")


@pages.get("/gallery/bare-view")
def undeclared() -> str:
    return "nobody said who may see this"


@pages.get("/gallery/file/<code>")
@needs(Role.COUNSELLOR)
def file(code: str) -> str:
    raise NotThere


@pages.route("/gallery/taken", methods=["GET", "POST"])
@needs(Role.INTAKE)
def taken() -> str:
    raise JustTaken


@pages.post("/gallery/form")
@needs(Role.INTAKE)
def form() -> tuple[str, int]:
    return show("forms"), 422


@pages.post("/gallery/session/<session_id>/step")
@needs(Role.COUNSELLOR, in_session="session_id")
def step(session_id: str) -> str:
    return f"{here.person().name} goes on with {session_id}"


@pages.get("/gallery/broken/<kind>")
@signed_in
def broken(kind: str) -> str:
    raise BROKEN[kind]


class OperationalError(Exception):
    """Named and placed as the database library's own."""

    __module__ = "sqlalchemy.exc"


BROKEN: dict[str, Exception] = {
    "database": OperationalError("server closed; client K-1042 +12045550142"),
    "disk": OSError(28, "No space left on device"),
    "full": OperationalError("(sqlite3.OperationalError) database or disk is full"),
    "other": RuntimeError("ZEBRA-CANARY +12045550142"),
}


if __name__ == "__main__":
    from tests.web import kit

    kit.serve_gallery(8099)
