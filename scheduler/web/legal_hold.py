"""A legal hold on a file: laid, looked at again, ended; every one that lasts (E7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, url_for

from scheduler.domain.legal_hold import (
    END_IN_WORDS,
    HOLD_IN_WORDS,
    EndReason,
    HoldReason,
)
from scheduler.domain.people import Role
from scheduler.services.files import legal_hold
from scheduler.web import here
from scheduler.web.access import needs
from scheduler.web.forms import Typed

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from scheduler.domain.field_errors import FieldErrors

pages = Blueprint("legal_hold", __name__)

_WORDS = {
    **{each.value: said for each, said in HOLD_IN_WORDS.items()},
    **{each.value: said for each, said in END_IN_WORDS.items()},
    EndReason.ERASED.value: "A restore had brought it back, and it was erased again",
}
_ACTS = {"laid": "Laid", "reviewed": "Looked at again", "ended": "Ended"}
_DAY = "Give the day on which somebody looks at it again."


@pages.get("/holds")
@needs(Role.CUSTODIAN)
def lasting() -> str:
    """Every file that is held, the earliest review first."""
    held = legal_hold.lasting(here.house(), here.actor())
    return render_template("legal_hold/lasting.html", held=held, words=_WORDS)


@pages.get("/people/<code>/hold")
@needs(Role.CUSTODIAN)
def look(code: str) -> str:
    """Whether it is held, since when and why, and what may be done."""
    return _look(code, Typed(), Typed({}, "end-"))


def _look(code: str, typed: Typed, ending: Typed) -> str:
    return render_template(
        "legal_hold/file.html",
        seen=legal_hold.look(here.house(), here.actor(), code),
        typed=typed,
        ending=ending,
        words=_WORDS,
        acts=_ACTS,
        reasons=[(each.value, said) for each, said in HOLD_IN_WORDS.items()],
        ends=[(each.value, said) for each, said in END_IN_WORDS.items()],
        done=request.args.get("done"),
    )


@pages.post("/people/<code>/hold")
@needs(Role.CUSTODIAN, fresh=True)
def lay(code: str) -> Response | tuple[str, int]:
    """Hold it from now on."""
    return _held(code, again=False)


@pages.post("/people/<code>/hold/review")
@needs(Role.CUSTODIAN, fresh=True)
def review(code: str) -> Response | tuple[str, int]:
    """It lasts on."""
    return _held(code, again=True)


def _held(code: str, *, again: bool) -> Response | tuple[str, int]:
    typed = Typed.posted()
    reason = typed.choice("reason", HoldReason, missing="Choose why it is held.")
    review_on = typed.date("review_on", missing=_DAY)
    found = None
    if not typed.wrongs and reason is not None and review_on is not None:
        act = legal_hold.review if again else legal_hold.lay
        found = act(here.house(), here.actor(), code, reason, review_on)
    return _answer(code, typed, Typed({}, "end-"), found, "held")


@pages.post("/people/<code>/hold/end")
@needs(Role.CUSTODIAN, fresh=True)
def end(code: str) -> Response | tuple[str, int]:
    """Erasing and purging go on from now."""
    ending = Typed.posted("end-")
    reason = ending.choice("reason", EndReason, missing="Choose why it may end.")
    found = None
    if not ending.wrongs and reason is not None:
        found = legal_hold.end(here.house(), here.actor(), code, reason)
    return _answer(code, Typed(), ending, found, "ended")


def _answer(
    code: str, typed: Typed, ending: Typed, found: FieldErrors | None, done: str
) -> Response | tuple[str, int]:
    form = ending if done == "ended" else typed
    form.wrongs.update(found.wrongs if found else {})
    if form.wrongs:
        return _look(code, typed, ending), 422
    return redirect(url_for("legal_hold.look", code=code, done=done), 303)
