"""Erasing a file: what would go, the code typed once more, and the receipt (E7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, url_for

from scheduler.domain.field_errors import FieldErrors
from scheduler.domain.people import Role
from scheduler.services.files import erasure
from scheduler.services.files.erasure import Ground
from scheduler.web import erasure_words, here
from scheduler.web.access import needs
from scheduler.web.forms import Typed

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

pages = Blueprint("erasure", __name__)


@pages.get("/people/<code>/erase")
@needs(Role.CUSTODIAN, fresh=True)
def look(code: str) -> str:
    """What erasing would take and what would stay."""
    return _look(code, Typed())


def _look(code: str, typed: Typed) -> str:
    seen = erasure.preview(here.house(), here.actor(), code)
    return render_template(
        "erasure/preview.html", seen=seen, typed=typed, words=erasure_words
    )


@pages.post("/people/<code>/erase")
@needs(Role.CUSTODIAN, fresh=True)
def erase(code: str) -> Response | tuple[str, int]:
    """Erase it for good."""
    typed = Typed.posted()
    again = typed.text("typed", missing="Type the code of the file once more.")
    ground = typed.choice("ground", Ground, missing="Choose why it is erased.")
    if not typed.wrongs:
        done = erasure.erase(here.house(), here.actor(), code, again, ground)
        if not isinstance(done, FieldErrors):
            return redirect(url_for("erasure.receipt", number=done), 303)
        for name, sentence in done.wrongs.items():
            typed.wrong(name, sentence)
    return _look(code, typed), 422


@pages.get("/erased")
@needs(Role.CUSTODIAN)
def receipts() -> str:
    """Every erasure, and whether a code that somebody has on paper was erased."""
    return _receipts(Typed(), None)


def _receipts(typed: Typed, erased: bool | None) -> str:
    return render_template(
        "erasure/receipts.html",
        receipts=erasure.receipts(here.house(), here.actor()),
        typed=typed,
        erased=erased,
        words=erasure_words,
    )


@pages.post("/erased")
@needs(Role.CUSTODIAN)
def ask() -> str | tuple[str, int]:
    """Whether a file with that code was erased."""
    typed = Typed.posted()
    code = typed.text("code", missing="Type a file code, such as K-1042.", longest=40)
    if typed.wrongs:
        return _receipts(typed, None), 422
    return _receipts(typed, erasure.was_erased(here.house(), here.actor(), code))


@pages.get("/erased/<int:number>")
@needs(Role.CUSTODIAN)
def receipt(number: int) -> str:
    """One receipt, to be printed."""
    seen = erasure.receipt(here.house(), here.actor(), number)
    return render_template(
        "erasure/receipt.html",
        seen=seen,
        words=erasure_words,
        done=request.args.get("done"),
    )
