"""All that is kept about a client on one page, to be read with her or printed (E7)."""

from __future__ import annotations

from flask import Blueprint, render_template

from scheduler.domain.people import Role
from scheduler.domain.reveals import RevealReason
from scheduler.services.files import her_data
from scheduler.web import (
    erasure_words,
    file_words,
    her_data_words,
    here,
    roster_words,
)
from scheduler.web.access import needs
from scheduler.web.forms import Typed

pages = Blueprint("her_data", __name__)

_WHY = "Choose a reason: it is written down who saw it and why."


@pages.get("/people/<code>/her-data")
@needs(Role.CUSTODIAN, Role.COUNSELLOR)
def ask(code: str) -> str:
    """Why it is opened."""
    return _ask(code, Typed({"reason": RevealReason.SHE_ASKED.value}))


def _ask(code: str, typed: Typed) -> str:
    file = her_data.may_open(here.house(), here.actor(), code)
    return render_template(
        "her_data/ask.html", code=file.code, typed=typed, words=file_words
    )


@pages.post("/people/<code>/her-data")
@needs(Role.CUSTODIAN, Role.COUNSELLOR, fresh=True)
def show(code: str) -> str | tuple[str, int]:
    """Everything, once; loading it again asks again."""
    typed = Typed.posted()
    reason = typed.choice("reason", RevealReason, missing=_WHY)
    if reason is None:
        return _ask(code, typed), 422
    return render_template(
        "her_data/all.html",
        seen=her_data.open_all(here.house(), here.actor(), code, reason),
        words=file_words,
        says=her_data_words,
        rows=erasure_words,
        roster_words=roster_words,
    )
