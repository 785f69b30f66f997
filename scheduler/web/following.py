"""Moving or cancelling a session with all that follow it in its series: every one with
its verdict, what goes with it, and how she would be told, before it is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, url_for

from scheduler.domain.errors import JustTaken
from scheduler.services.scheduling import series_changes
from scheduler.services.scheduling.series_changes import Changed
from scheduler.services.scheduling.series_changes_preview import (
    preview_cancel_following,
    preview_move_following,
)
from scheduler.web import following_words, here
from scheduler.web.access import needs
from scheduler.web.bookings import BOOKS
from scheduler.web.find_form import Chosen
from scheduler.web.forms import Typed

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from scheduler.services.scheduling.series_changes_preview import FollowingPreview

pages = Blueprint("following", __name__)

_BY = frozenset({"client", "agency"})


@pages.get("/booking/<session_id>/move-all")
@needs(*BOOKS)
def move(session_id: str) -> Response | str:
    """Where each would go."""
    preview_cancel_following(here.house(), here.actor(), session_id)
    chosen = Chosen.read(Typed.asked().value("at"))
    if chosen is None:
        return redirect(url_for("moving.move", session_id=session_id), 303)
    return _moving(session_id, chosen)


def _moving(session_id: str, chosen: Chosen, *, taken: bool = False) -> str:
    seen = preview_move_following(
        here.house(), here.actor(), session_id, chosen.start, chosen.counsellor_id
    )
    return _page(
        seen,
        "Move",
        url_for("following.moved", session_id=session_id),
        chosen,
        taken=taken,
    )


def _page(
    seen: FollowingPreview,
    verb: str,
    action: str,
    chosen: Chosen | None = None,
    *,
    taken: bool = False,
) -> str:
    return render_template(
        "bookings/following.html",
        seen=seen,
        verb=verb,
        action=action,
        chosen=chosen,
        lines=following_words.lines(seen),
        telling=following_words.telling(seen),
        count=sum(each.decision.yes for each in seen.steps),
        taken=taken,
        typed=Typed(),
    )


@pages.post("/booking/<session_id>/move-all")
@needs(*BOOKS)
def moved(session_id: str) -> Response | tuple[str, int]:
    """Do it; what cannot go stays, and is said."""
    preview_cancel_following(here.house(), here.actor(), session_id)
    typed = Typed.posted()
    chosen = Chosen.read(typed.value("at"))
    if chosen is None:
        return redirect(url_for("moving.move", session_id=session_id), 303)
    if typed.value("by") not in _BY:
        return _moving(session_id, chosen), 422
    try:
        answer = series_changes.move_following(
            here.house(),
            here.actor(),
            session_id,
            chosen.start,
            counsellor_id=chosen.counsellor_id,
            by_agency=typed.value("by") == "agency",
            form=typed.once(),
        )
    except JustTaken:
        return _moving(session_id, chosen, taken=True), 409
    if not answer.decision.yes or (answer.stayed and not answer.done):
        return _moving(session_id, chosen), 409
    return _done(session_id, "moved", answer)


def _done(session_id: str, done: str, answer: Changed) -> Response:
    stayed = " ".join(answer.stayed) or None
    there = url_for("series.stands", session_id=session_id, done=done, stayed=stayed)
    return redirect(there, 303)


@pages.get("/booking/<session_id>/cancel-all")
@needs(*BOOKS)
def cancel(session_id: str) -> str:
    """What goes with each."""
    return _cancelling(session_id)


def _cancelling(session_id: str) -> str:
    seen = preview_cancel_following(here.house(), here.actor(), session_id)
    return _page(seen, "Cancel", url_for("following.cancelled", session_id=session_id))


@pages.post("/booking/<session_id>/cancel-all")
@needs(*BOOKS)
def cancelled(session_id: str) -> Response | tuple[str, int]:
    """Do it."""
    by = Typed.posted().value("by")
    if by not in _BY:
        return _cancelling(session_id), 422
    answer = series_changes.cancel_following(
        here.house(), here.actor(), session_id, by_agency=by == "agency"
    )
    if not answer.decision.yes:
        return _cancelling(session_id), 409
    return _done(session_id, "cancelled", answer)
