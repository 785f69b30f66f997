"""A series under Find a time: every occurrence with its verdict before anything is
booked, and the series as it stands afterwards (B4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, redirect, render_template, request, url_for

from scheduler.domain.errors import JustTaken
from scheduler.domain.series import Every, turns_with_her
from scheduler.services.scheduling import series as booking_series
from scheduler.services.scheduling import series_preview, series_view
from scheduler.services.scheduling.booking_preview import preview_wish
from scheduler.services.scheduling.series import SeriesBooked
from scheduler.services.scheduling.series_preview import Place, SeriesPreview
from scheduler.web import booking_words, here, series_words
from scheduler.web.access import needs
from scheduler.web.bookings import BOOKS, asked_in, to
from scheduler.web.find_form import read_id
from scheduler.web.find_words import in_words
from scheduler.web.forms import Typed
from scheduler.web.series_form import (
    EVERY,
    SKIP,
    Series,
    as_shown,
    read,
    read_place,
    written,
)

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from scheduler.services.scheduling.series_view import SeriesView

pages = Blueprint("series", __name__)

_MOST_MISSED = 52


@pages.get("/find/series")
@needs(*BOOKS)
def plan() -> str | Response | tuple[str, int]:
    """Each occurrence with its verdict."""
    typed = Typed.asked()
    asked = asked_in(typed)
    if asked is None:
        return redirect(url_for("bookings.find"), 303)
    found = read(typed, asked, read_id(typed.value("hold")))
    if found is None:
        return redirect(to(asked), 303)
    return _page(found, changed=typed.ticked("changed"))


@pages.post("/find/series")
@needs(*BOOKS)
def look() -> Response | str | tuple[str, int]:
    """Another number, another way: answered with an address of choices."""
    found = _posted(Typed.posted())
    if not isinstance(found, Series):
        return found
    return redirect(_address(found), 303)


def _posted(typed: Typed) -> Series | tuple[str, int] | Response:
    asked = asked_in(typed)
    if asked is None:
        return redirect(url_for("bookings.find"), 303)
    found = read(typed, asked, read_id(typed.value("hold")))
    if found is not None:
        return found
    usable = read(Typed(_usable(typed)), asked, read_id(typed.value("hold")))
    if usable is None:
        return redirect(to(asked), 303)
    return _page(usable, typed=typed), 422


def _usable(typed: Typed) -> dict[str, str]:
    """What can be shown though how often or how many is wrong."""
    return {"at": typed.value("at")}


def _address(series: Series, **more: str) -> str:
    given: dict[str, Any] = {**series.args(), **more}
    return url_for("series.plan", **given)


def _page(
    series: Series,
    *,
    typed: Typed | None = None,
    changed: bool = False,
    answer: SeriesBooked | None = None,
) -> str:
    found = series_preview.preview(here.house(), here.actor(), series.wanted())
    shown = series_words.lines(found, series)
    books, kept = series_words.counted(shown)
    return render_template(
        "bookings/series.html",
        series=series,
        typed=typed or Typed(dict(series.args())),
        every=_often(series, found),
        most=found.policy.series_occurrences,
        lines=shown,
        phones=series_words.phones(found),
        zone=found.plan.zone,
        books=books,
        kept=kept,
        seen=as_shown(found.occurrences),
        skip=SKIP,
        back=to(series.asked, at=series.chosen, hold=series.hold_id),
        changed=changed,
        none_booked=answer is not None and not answer.booked,
    )


def _often(series: Series, found: SeriesPreview) -> list[tuple[str, str]]:
    """Her rotation is a choice only where she has one."""
    turns = turns_with_her(series.chosen.start, found.plan)
    return [
        (each.value, words)
        for each, words in EVERY.items()
        if turns or each is not Every.ROTATION
    ]


@pages.post("/find/series/book")
@needs(*BOOKS)
def book() -> Response | str | tuple[str, int]:
    """Book what was shown; a choice whose verdict was not seen is shown first."""
    typed = Typed.posted()
    series = _posted(typed)
    if not isinstance(series, Series):
        return series
    wanted = series.wanted()
    found = series_preview.preview(here.house(), here.actor(), wanted)
    places = [each.place for each in found.occurrences if each.place is not None]
    if as_shown(found.occurrences) != typed.value("seen"):
        return redirect(_address(series, changed="yes"), 303)
    try:
        answer = booking_series.book(
            here.house(),
            here.actor(),
            [wanted.wish(each) for each in places],
            form=typed.once(),
            hold_id=series.hold_id,
        )
    except JustTaken:
        return _page(series, changed=True), 409
    if not answer.booked:
        return _page(series, answer=answer), 409
    missed = [written(each) for each in places if each.start in answer.refused]
    return redirect(
        url_for(
            "series.stands",
            session_id=answer.booked[0],
            done="booked",
            missed=" ".join(missed) or None,
        ),
        303,
    )


# --- A series that was booked --------------------------------------------------


@pages.get("/booking/<session_id>/series")
@needs(*BOOKS)
def stands(session_id: str) -> str:
    """Every session of it, what is planned for each, and what was not booked."""
    return _standing(session_id)


def _standing(session_id: str, *, late: bool = False) -> str:
    seen = series_view.see(here.house(), here.actor(), session_id)
    done = request.args.get("done", "")
    members = [series_words.member(each) for each in seen.members]
    return render_template(
        "bookings/series_stands.html",
        seen=seen,
        session_id=session_id,
        members=members,
        stayed=[each for each in members if each.session_id in _read_stayed()],
        missed=[_missed(each, seen) for each in _read_missed()],
        done=done if done in {"booked", "undone", "moved", "cancelled"} else "",
        late=late,
    )


def _read_stayed() -> set[str]:
    return set(request.args.get("stayed", "").split())


def _read_missed() -> list[Place]:
    texts = request.args.get("missed", "").split()[:_MOST_MISSED]
    return [place for each in texts if (place := read_place(each)) is not None]


def _missed(place: Place, seen: SeriesView) -> dict[str, object]:
    """What could not be booked, decided anew: it may be free again by now."""
    length = seen.members[0].session.minutes
    found = preview_wish(
        here.house(),
        here.actor(),
        codes=seen.codes,
        counsellor_id=place.counsellor_id,
        start=place.start,
        minutes=length,
        format_=place.format,
    )
    reasons = () if found.decision.yes else found.decision.reasons
    known = booking_words.context(found, seen.codes[0])
    day = here.shown().wall(place.start).date()
    given: dict[str, Any] = {"who": " ".join(seen.codes), "from": day.isoformat()}
    return {
        "start": place.start,
        "counsellor": found.counsellor,
        "whys": [in_words(each, known, seen.codes[0]) for each in reasons],
        "find": url_for("bookings.find", **given),
    }


@pages.post("/booking/<session_id>/series/undo")
@needs(*BOOKS)
def undo(session_id: str) -> Response | tuple[str, int]:
    """Take the whole series back."""
    if not booking_series.undo(here.house(), here.actor(), session_id):
        return _standing(session_id, late=True), 409
    return redirect(url_for("series.stands", session_id=session_id, done="undone"), 303)
