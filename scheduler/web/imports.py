"""Clients and plans from a sheet: looked through line by line, brought in whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template, request

from scheduler.domain import csv_cells
from scheduler.domain.import_columns import COLUMNS
from scheduler.domain.import_sheet import MOST_LINES
from scheduler.domain.people import Role
from scheduler.services.in_and_out import imports
from scheduler.web import here
from scheduler.web.access import needs
from scheduler.web.files import attached
from scheduler.web.forms import Typed
from scheduler.web.zone_names import zone_named

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from scheduler.services.in_and_out.imports import Looked

pages = Blueprint("imports", __name__)


@pages.get("/import")
@needs(Role.SUPERVISOR)
def page() -> str:
    """What a sheet may hold, and where to choose one."""
    return _page(Typed(), None, done=False)


@pages.post("/import")
@needs(Role.SUPERVISOR)
def look() -> str | tuple[str, int]:
    """Look through a sheet; bring it in where that was pressed and all is right."""
    typed = Typed.posted()
    uploaded = request.files.get("sheet")
    content = uploaded.read() if uploaded else b""
    if not content:
        typed.wrong("sheet", "Choose a sheet, saved as CSV.")
        return _page(typed, None, done=False), 422
    bring = typed.value("act") == "bring"
    act = imports.bring_in if bring else imports.look
    seen = act(here.house(), here.actor(), content, zone_named)
    if not seen.wrongs:
        return _page(typed, seen, done=bring)
    typed.wrong(
        "sheet", "Nothing was brought in. What is wrong stands here line by line."
    )
    return _page(typed, seen, done=False), 422


@pages.get("/import/sheet.csv")
@needs(Role.SUPERVISOR)
def sheet() -> Response:
    """The sheet to begin with: every column, and one line of nobody."""
    rows = (
        tuple(each.name for each in COLUMNS),
        tuple(each.example for each in COLUMNS),
    )
    # With this mark at its beginning spreadsheets read accents right.
    body = "\ufeff" + csv_cells.lines(rows)
    return attached(body.encode(), "text/csv", "sheet.csv")


def _page(typed: Typed, seen: Looked | None, *, done: bool) -> str:
    return render_template(
        "imports/page.html",
        typed=typed,
        seen=seen,
        done=done,
        columns=COLUMNS,
        most=MOST_LINES,
    )
