"""Month-end counts as a page, and as a file to be carried away (E9)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from flask import Blueprint, render_template

from scheduler.domain.errors import Misread, NotThere
from scheduler.domain.people import Role
from scheduler.domain.typed_hours import read_date
from scheduler.services.in_and_out import month_counts
from scheduler.web import here, month_words
from scheduler.web.access import needs
from scheduler.web.files import attached
from scheduler.web.forms import Typed

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

pages = Blueprint("month_counts", __name__)

_NOT_OFFERED = (
    "Choose one of the months listed. A month is counted once, when it has been over "
    "for three days."
)


@pages.get("/counts")
@needs(Role.SUPERVISOR, Role.ADMINISTRATOR)
def page() -> str | tuple[str, int]:
    """One month, its tables and charts."""
    typed = Typed.asked()
    first = _month(typed)
    if not typed.wrongs:
        try:
            return _page(typed, first)
        except NotThere:
            typed.wrong("month", _NOT_OFFERED)
    return _page(typed, None), 422


@pages.get("/counts.csv")
@needs(Role.SUPERVISOR, Role.ADMINISTRATOR, fresh=True)
def take() -> Response | tuple[str, int]:
    """The same month as CSV, with who took it and when in its last line."""
    typed = Typed.asked()
    first = _month(typed)
    if first is not None:
        try:
            seen = month_counts.take(here.house(), here.actor(), first)
        except NotThere:
            typed.wrong("month", _NOT_OFFERED)
        else:
            made = month_words.as_file(seen, here.person().name, here.now())
            return attached(made, "text/csv", f"counts-{first:%Y-%m}.csv")
    typed.wrong("month", _NOT_OFFERED)
    return _page(typed, None), 422


def _month(typed: Typed) -> date | None:
    found = typed.text("month")
    try:
        return read_date(f"{found}-01") if found else None
    except Misread:
        typed.wrong("month", _NOT_OFFERED)
        return None


def _page(typed: Typed, first: date | None) -> str:
    try:
        seen = month_counts.look(here.house(), here.actor(), first)
    except NotThere:
        if first is not None:
            raise
        return render_template("month_counts/none.html")
    return render_template(
        "month_counts/page.html",
        seen=seen,
        typed=typed,
        offered=[(f"{each:%Y-%m}", month_words.month(each)) for each in seen.offered],
        chosen=f"{seen.first:%Y-%m}",
        words=month_words,
    )
