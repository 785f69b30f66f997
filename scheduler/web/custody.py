"""A custodian's pages: a file by its code, and old versions of its plan, read only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, url_for

from scheduler.domain.errors import NotThere
from scheduler.domain.people import Role
from scheduler.services.files import callers, custody
from scheduler.web import here, version_words
from scheduler.web.access import needs
from scheduler.web.forms import Typed

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

pages = Blueprint("custody", __name__)

# The same for a file that is shut to her and for none (E3).
_NONE = "No file with this code is open to you. Ask for the code again."


@pages.get("/custody")
@needs(Role.CUSTODIAN)
def find() -> str:
    """By code only."""
    return _find(Typed())


def _find(typed: Typed) -> str:
    return render_template("custody/find.html", typed=typed)


@pages.post("/custody")
@needs(Role.CUSTODIAN)
def look_for() -> Response | tuple[str, int]:
    """One file, or none."""
    typed = Typed.posted()
    sought = typed.text("code", missing="Type a file code, such as K-1042.")
    if not typed.wrongs:
        try:
            found = custody.find_file(here.house(), here.actor(), sought)
            return redirect(url_for("people.page", code=found), 303)
        except (callers.Slip, callers.TooOften) as refused:
            typed.wrong("code", str(refused))
        except NotThere:
            typed.wrong("code", _NONE)
    return _find(typed), 422


@pages.get("/people/<code>/versions")
@needs(Role.CUSTODIAN)
def versions(code: str) -> str:
    """Who saved which version when, and which fields changed."""
    seen = custody.versions(here.house(), here.actor(), code)
    return render_template("custody/versions.html", seen=seen, words=version_words)


@pages.get("/people/<code>/versions/<int:number>")
@needs(Role.CUSTODIAN, fresh=True)
def version(code: str, number: int) -> str:
    """One version, to be read; nothing here puts it back (P10)."""
    seen = custody.read_version(here.house(), here.actor(), code, number)
    return render_template("custody/version.html", seen=seen, words=version_words)
