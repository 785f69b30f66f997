"""The audit trail, to be read: by day, by person, by act, by file (E8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template

from scheduler.domain.errors import NotThere
from scheduler.domain.people import Role
from scheduler.services.traces import reading
from scheduler.services.traces.reading import Asked
from scheduler.web import here, version_words
from scheduler.web.access import needs
from scheduler.web.forms import Typed

if TYPE_CHECKING:
    from scheduler.services.traces.reading import Page

pages = Blueprint("trail", __name__)

_NO_FILE = "No file with this code is open to you. Look at the code once more."


@pages.get("/trail")
@needs(Role.ADMINISTRATOR, Role.CUSTODIAN, fresh=True)
def read() -> str | tuple[str, int]:
    """One page of it, the newest line first."""
    typed = Typed.asked()
    asked = Asked(
        day=typed.date("day"),
        who=typed.number("who", lowest=0, highest=2**31 - 1),
        verb=typed.text("verb", longest=40),
        code=typed.text("code", longest=12),
        before=typed.number("before", lowest=1, highest=2**53),
    )
    if typed.wrongs:
        return _page(typed, reading.read(here.house(), here.actor(), Asked())), 422
    try:
        return _page(typed, reading.read(here.house(), here.actor(), asked))
    except NotThere:
        typed.wrong("code", _NO_FILE)
        return _page(typed, reading.read(here.house(), here.actor(), Asked())), 422


def _page(typed: Typed, seen: Page) -> str:
    kept = {
        name: typed.value(name)
        for name in ("day", "who", "verb", "code")
        if typed.value(name)
    }
    return render_template(
        "trail/read.html",
        seen=seen,
        typed=typed,
        kept=kept,
        staff=[(str(each.id), each.name) for each in seen.staff],
        by_code=here.actor().role is Role.CUSTODIAN,
        fields=version_words.fields,
    )
