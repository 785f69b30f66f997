"""Moving and cancelling a session, with what it brings said before it is done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from flask import Blueprint, redirect, render_template, request, url_for

from scheduler.domain.booking import SessionState
from scheduler.domain.errors import JustTaken
from scheduler.domain.phrases import Meaning
from scheduler.services.scheduling import booking, booking_preview, finding
from scheduler.services.scheduling.booking_preview import PreviewOfChange
from scheduler.services.scheduling.finding import Question
from scheduler.web import (
    booking_words,
    change_words,
    find_words,
    here,
    week_words,
)
from scheduler.web.access import needs
from scheduler.web.bookings import BOOKS
from scheduler.web.find_form import LONGEST, SHORTEST, Chosen, today
from scheduler.web.forms import Typed

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

pages = Blueprint("moving", __name__)

_DONE: Final = frozenset({"moved", "cancelled"})
_WHO: Final = ("client", "agency")


@pages.get("/booking/<session_id>")
@needs(*BOOKS)
def look(session_id: str) -> str:
    """How a session stands, after it was moved or cancelled."""
    seen = booking_preview.preview_cancel(here.house(), here.actor(), session_id)
    done = request.args.get("done", "")
    return render_template(
        "bookings/stands.html",
        seen=seen,
        session=seen.session,
        codes=codes_of(seen),
        zone=seen.clients[0].plan.zone,
        texts=booking_words.going(seen),
        done=done if done in _DONE else "",
    )


# --- Moving (B5, M12, M13) -----------------------------------------------------


@pages.get("/booking/<session_id>/move")
@needs(*BOOKS)
def move(session_id: str) -> str | tuple[str, int]:
    """Other times for it, and what a chosen one brings."""
    typed = Typed.asked()
    day = typed.date("from") or today()
    if typed.wrongs or not today() <= day <= today() + timedelta(days=366):
        day = today()
    page = _moving(session_id, day, Chosen.read(typed.value("at")), typed=typed)
    return (page, 422) if typed.said("minutes") else page


def _length(typed: Typed) -> int | None:
    """Another length, if one is asked for."""
    return typed.number("minutes", lowest=SHORTEST, highest=LONGEST)


def _moving(
    session_id: str,
    day: date,
    chosen: Chosen | None,
    *,
    typed: Typed | None = None,
    taken: bool = False,
) -> str:
    asked = typed or Typed()
    wanted = _length(asked)
    house, actor = here.house(), here.actor()
    seen = _brings(session_id, chosen, wanted)
    minutes = wanted or seen.session.minutes
    shown = Typed({"minutes": asked.value("minutes") or str(minutes)})
    shown.wrongs.update(asked.wrongs)
    found = finding.find(house, actor, _question(seen, day, minutes))
    codes = codes_of(seen)
    following = day + timedelta(days=7 - day.weekday())
    after = seen.after
    return render_template(
        "bookings/move.html",
        seen=seen,
        session=seen.session,
        codes=codes,
        found=found,
        week=week_words.week(found, chosen, "this"),
        best=find_words.best(found, chosen),
        word="chosen",
        chosen=chosen,
        day=day,
        following=following,
        previous=max(today(), day - timedelta(days=7)) if day > today() else None,
        side=booking_words.preview(after, codes, actor.role) if after else None,
        whys=change_words.whys_of(seen, codes[0]),
        going=booking_words.going(seen),
        telling=change_words.telling(seen, Meaning.CHANGED),
        taken=taken,
        minutes=minutes,
        typed=shown,
    )


def _brings(
    session_id: str, chosen: Chosen | None, minutes: int | None
) -> PreviewOfChange:
    """What the chosen time brings, or how it stands while none is chosen."""
    house, actor = here.house(), here.actor()
    if chosen is None:
        return booking_preview.preview_cancel(house, actor, session_id)
    return booking_preview.preview_move(
        house,
        actor,
        session_id,
        chosen.start,
        counsellor_id=chosen.counsellor_id,
        minutes=minutes,
    )


def codes_of(seen: PreviewOfChange) -> tuple[str, ...]:
    """Everybody who has a seat in it."""
    return tuple(each.code for each in seen.clients)


def _question(seen: PreviewOfChange, day: date, minutes: int) -> Question:
    return Question(
        codes=tuple(each.code for each in seen.clients),
        format=seen.session.format,
        minutes=minutes,
        day=day,
        zone=here.shown().zone,
        language=seen.session.language,
        own=frozenset({seen.session.id}),
        first_id=seen.session.counsellor_id,
    )


@pages.post("/booking/<session_id>/move")
@needs(*BOOKS)
def moved(session_id: str) -> Response | tuple[str, int]:
    """Do it, or say why not."""
    typed = Typed.posted()
    asked = _Change.read(typed)
    chosen, minutes = Chosen.read(typed.value("at")), _length(typed)
    if asked is None or chosen is None or typed.wrongs:
        return _moving(session_id, today(), chosen, typed=typed), 422
    try:
        answer = booking.move(
            here.house(),
            here.actor(),
            session_id,
            chosen.start,
            counsellor_id=chosen.counsellor_id,
            minutes=minutes,
            by_agency=asked.by_agency,
            form=typed.once(),
        )
    except JustTaken:
        page = _moving(session_id, today(), None, typed=typed, taken=True)
        return page, 409
    if not answer.decision.yes:
        return _moving(session_id, today(), chosen, typed=typed), 409
    return redirect(url_for("moving.look", session_id=session_id, done="moved"), 303)


@dataclass(frozen=True, slots=True)
class _Change:
    by_agency: bool

    @classmethod
    def read(cls, typed: Typed) -> _Change | None:
        by = typed.value("by")
        return cls(by == "agency") if by in _WHO else None


# --- Cancelling (M13, B6) ------------------------------------------------------


@pages.get("/booking/<session_id>/cancel")
@needs(*BOOKS)
def cancel(session_id: str) -> str:
    """What cancelling brings."""
    return _cancelling(session_id)


def _cancelling(session_id: str) -> str:
    seen = booking_preview.preview_cancel(here.house(), here.actor(), session_id)
    codes = codes_of(seen)
    return render_template(
        "bookings/cancel.html",
        seen=seen,
        session=seen.session,
        codes=codes,
        zone=seen.clients[0].plan.zone,
        whys=change_words.whys_of(seen, codes[0]),
        going=booking_words.going(seen),
        telling=change_words.telling(seen, Meaning.CANCELLED),
        typed=Typed(),
    )


@pages.post("/booking/<session_id>/cancel")
@needs(*BOOKS)
def cancelled(session_id: str) -> Response | tuple[str, int]:
    """Do it, or say why not."""
    asked = _Change.read(Typed.posted())
    if asked is None:
        return _cancelling(session_id), 422
    decision = booking.cancel(
        here.house(), here.actor(), session_id, by_agency=asked.by_agency
    )
    if not decision.yes and not _is_cancelled(session_id):
        return _cancelling(session_id), 409
    done = url_for("moving.look", session_id=session_id, done="cancelled")
    return redirect(done, 303)


def _is_cancelled(session_id: str) -> bool:
    """What was asked for is so: a press too many is no mistake (B8)."""
    seen = booking_preview.preview_cancel(here.house(), here.actor(), session_id)
    return seen.session.state is SessionState.CANCELLED
