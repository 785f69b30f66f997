"""Find a time: one page from the search to the booking, and ten seconds of undo.

A start that is chosen is held, and the page comes back with what it brings beside it;
one more Enter books. Everything is a form and an address, so it works without a script.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, redirect, render_template, url_for

from scheduler.domain.booking import SessionState
from scheduler.domain.decision import Decision, Reason, refuse
from scheduler.domain.errors import JustTaken, NotThere
from scheduler.domain.people import Role
from scheduler.domain.zones import Edge, instant
from scheduler.services.scheduling import booking, booking_preview, finding, holds
from scheduler.services.scheduling.booking import Booked, Wish
from scheduler.services.scheduling.finding import Beginning
from scheduler.web import booking_words, find_words, here, week_words
from scheduler.web.access import needs
from scheduler.web.find_form import (
    FORMATS,
    LENGTHS,
    Asked,
    Chosen,
    read,
    read_codes,
    read_id,
    shown_again,
    today,
)
from scheduler.web.forms import Typed, row_number

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

pages = Blueprint("bookings", __name__)

BOOKS: Final = (Role.INTAKE, Role.COUNSELLOR, Role.SUPERVISOR)
UNDO: Final = timedelta(seconds=10)
_NOBODY: Final = Beginning((), LENGTHS[1])

# The same for a file that is shut to her and for none (E3).
_NONE: Final = "No file with this code is open to you. Ask for the code again."

# In the week there is room for a short word only.
_SLOT: Final = {"held": "held", "chosen": "this"}

# Somebody else was quicker: the next times are what helps.
_TAKEN: Final = frozenset(
    {Reason.COUNSELLOR_BUSY, Reason.CLIENT_BUSY, Reason.GAP, Reason.DAILY_MAXIMUM}
)


@pages.get("/find")
@needs(*BOOKS)
def find() -> str | tuple[str, int]:
    """The form, and with a client the week and the best six."""
    typed = Typed.asked()
    codes = read_codes(typed.value("who"))
    if not codes:
        return _form(typed if typed.has("who") else Typed())
    # An address of ours says both; then nothing needs to be looked up to read it.
    begins = _NOBODY
    if not (typed.has("format") and typed.has("minutes")):
        begins = finding.beginning(here.house(), here.actor(), codes)
    asked = read(typed, begins)
    if asked is None:
        return _form(typed), 422
    return _page(
        asked,
        Chosen.read(typed.value("at")),
        read_id(typed.value("hold")),
        booked=read_id(typed.value("booked")),
        undone=typed.value("done") == "undone",
    )


@pages.post("/find")
@needs(*BOOKS)
def look() -> Response | tuple[str, int]:
    """A search, answered with an address that holds codes and ids only."""
    typed = Typed.posted()
    asked = asked_in(typed)
    if asked is None:
        return _form(typed), 422
    return redirect(to(asked), 303)


def to(asked: Asked, **more: object) -> str:
    """The address of a search."""
    given: dict[str, Any] = {**asked.args(**more)}
    return url_for("bookings.find", **given)


def asked_in(typed: Typed) -> Asked | None:
    """The search of a form. A file that is not there, or not hers, is said beside the
    field, alike for both (E3)."""
    codes = read_codes(typed.value("who"))
    begins = _NOBODY
    if codes:
        try:
            begins = finding.beginning(here.house(), here.actor(), codes)
        except NotThere:
            typed.wrong("who", _NONE)
    return read(typed, begins)


def _form(typed: Typed) -> str:
    if not typed.has("from"):
        typed = Typed({"from": today().isoformat(), "who": typed.value("who")})
    return render_template(
        "bookings/find.html",
        typed=typed,
        formats=[(each.value, words) for each, words in FORMATS.items()],
        lengths=LENGTHS,
        counsellors=[("", "Any")],
        languages=[("", "Any")],
        specialities=[],
        found=None,
    )


def _page(
    asked: Asked,
    chosen: Chosen | None,
    hold_id: str | None,
    *,
    typed: Typed | None = None,
    booked: str | None = None,
    undone: bool = False,
    refused: Decision | None = None,
) -> str:
    house, actor = here.house(), here.actor()
    found = finding.find(house, actor, asked.question(hold_id))
    side = None
    if chosen is not None:
        seen = booking_preview.preview_wish(
            house,
            actor,
            codes=asked.codes,
            counsellor_id=chosen.counsellor_id,
            start=chosen.start,
            minutes=asked.minutes,
            format_=asked.format,
            hold_id=hold_id,
        )
        side = booking_words.preview(seen, asked.codes, actor.role)
    word = "held" if side is not None and side.held_until else "chosen"
    return render_template(
        "bookings/find.html",
        typed=typed or shown_again(asked),
        formats=[(each.value, words) for each, words in FORMATS.items()],
        lengths=LENGTHS,
        counsellors=find_words.counsellors(found),
        languages=find_words.languages(found),
        specialities=find_words.specialities(found),
        found=found,
        asked=asked,
        week=week_words.week(found, chosen, _SLOT[word]),
        best=find_words.best(found, chosen),
        word=word,
        aside_whys=booking_words.ASIDE_WHYS,
        about=find_words.about_her(found),
        her_clock=find_words.her_clock(found),
        whys=find_words.why_none(found, asked),
        chosen=chosen,
        hold_id=hold_id,
        side=side,
        others=_others(found, chosen),
        booked=_booked(booked),
        undone=undone,
        taken=_instead(asked, chosen, refused),
        before=_other_week(asked, -7),
        after=_other_week(asked, 7),
    )


def _others(found: finding.Found, chosen: Chosen | None) -> list[tuple[str, str]]:
    """Who else could see her at the chosen start."""
    return [
        (str(Chosen(slot.start, who)), found.names[who])
        for day in found.days
        for slot in day.slots
        if chosen is not None and slot.start == chosen.start
        for who in slot.counsellor_ids
        if who != chosen.counsellor_id
    ]


def _other_week(asked: Asked, days: int) -> str:
    monday = asked.day - timedelta(days=asked.day.weekday())
    day = monday + timedelta(days=days)
    if day + timedelta(days=6) < today():
        return ""
    return to(replace(asked, day=max(day, today())))


# --- Holding (B3) --------------------------------------------------------------


@pages.post("/find/hold")
@needs(*BOOKS)
def hold() -> Response | tuple[str, int]:
    """Keep the chosen start for a few minutes, and let an earlier one go."""
    typed = Typed.posted()
    asked = asked_in(typed)
    if asked is None:
        return _form(typed), 422
    earlier = read_id(typed.value("hold"))
    chosen = Chosen.read(typed.value("at")) or _typed_start(typed, asked)
    if chosen is None:
        return _page(asked, None, earlier, typed=typed), 422
    try:
        kept = holds.hold(
            here.house(),
            here.actor(),
            chosen.counsellor_id,
            chosen.start,
            asked.minutes,
            instead_of=earlier,
        )
    except JustTaken:
        kept = Booked(_BUSY)
    hold_id = kept.session_id or _held(asked, chosen)
    if hold_id is None:
        return _page(asked, chosen, None, refused=kept.decision), 409
    # Without a fragment: browsers do not focus “Book” on a page that has one.
    return redirect(to(asked, at=chosen, hold=hold_id), 303)


_BUSY: Final = refuse((Reason.COUNSELLOR_BUSY,))


def _held(asked: Asked, chosen: Chosen) -> str | None:
    """The first of two presses took it: it is held for her (B8)."""
    return holds.held_by_her(
        here.house(), here.actor(), chosen.counsellor_id, chosen.start, asked.minutes
    )


def _typed_start(typed: Typed, asked: Asked) -> Chosen | None:
    """Another start, typed: a day, a time in the reader's clock, and with whom."""
    day = typed.date("day", missing="Choose a start, or type a day.")
    clock = typed.time("time", missing="Type a time such as 10:05.")
    who = row_number(typed.value("who_with")) or asked.counsellor_id
    if who is None:
        typed.wrong("who_with", "Choose a counsellor for it.")
    if day is None or clock is None or who is None or typed.wrongs:
        return None
    wall = datetime.combine(day, time(clock.hour, clock.minute))
    return Chosen(instant(wall, here.shown().zone, Edge.OPENS), who)


@pages.post("/find/let-go")
@needs(*BOOKS)
def let_go() -> Response | tuple[str, int]:
    """Give the held time back."""
    typed = Typed.posted()
    asked = asked_in(typed)
    hold_id = read_id(typed.value("hold"))
    if asked is None or hold_id is None:
        return _form(typed), 422
    holds.let_go(here.house(), here.actor(), hold_id)
    return redirect(to(asked), 303)


# --- Booking, and taking it back (B1, B8, B10) ---------------------------------


@pages.post("/find/book")
@needs(*BOOKS)
def book() -> Response | tuple[str, int]:
    """Book the chosen start; the same form sent twice books once."""
    typed = Typed.posted()
    asked = asked_in(typed)
    chosen = Chosen.read(typed.value("at"))
    if asked is None or chosen is None:
        return _form(typed), 422
    hold_id = read_id(typed.value("hold"))
    wish = Wish(
        codes=asked.codes,
        counsellor_id=chosen.counsellor_id,
        start=chosen.start,
        minutes=asked.minutes,
        format=asked.format,
        language=asked.language,
        hold_id=hold_id,
        form=typed.once(),
        reason=typed.value("why")
        if typed.value("why") in booking_words.ASIDE_WHYS
        else "",
        overrides=_set_aside(typed),
    )
    try:
        answer = booking.book(here.house(), here.actor(), wish)
    except JustTaken:
        return _page(asked, chosen, None, refused=_BUSY), 409
    if answer.session_id is None:
        return _page(asked, chosen, hold_id, refused=answer.decision), 409
    return redirect(f"{to(asked, booked=answer.session_id)}#booked", 303)


def _set_aside(typed: Typed) -> frozenset[Reason]:
    """What a supervisor ticked; the service looks who she is and for a reason (A2)."""
    given = set(typed.values("aside"))
    return frozenset(
        each for each in (Reason.GAP, Reason.DAILY_MAXIMUM) if each.value in given
    )


@pages.post("/find/undo")
@needs(*BOOKS)
def undo() -> Response | tuple[str, int]:
    """Take the booking back, with all that came with it."""
    typed = Typed.posted()
    asked = asked_in(typed)
    session_id = read_id(typed.value("booked"))
    if asked is None or session_id is None:
        return _form(typed), 422
    undone = booking.undo(here.house(), here.actor(), session_id)
    if undone or _just_taken_back(session_id):
        return redirect(to(asked, done="undone"), 303)
    return _page(asked, None, None, booked=session_id), 409


def _just_taken_back(session_id: str) -> bool:
    """The first of two presses did it (B8)."""
    seen = booking_preview.preview_cancel(here.house(), here.actor(), session_id)
    gone = seen.session.state is SessionState.CANCELLED
    return gone and here.now() - seen.session.booked_at <= 2 * UNDO


def _booked(session_id: str | None) -> booking_words.BookedShown | None:
    if session_id is None:
        return None
    seen = booking_preview.preview_cancel(here.house(), here.actor(), session_id)
    return booking_words.booked(seen, seen.session.booked_at + UNDO)


def _instead(
    asked: Asked, chosen: Chosen | None, refused: Decision | None
) -> booking_words.TakenShown | None:
    """The next three times with the same counsellor, if somebody was quicker (B2)."""
    if chosen is None or refused is None or not _TAKEN & set(refused.reasons):
        return None
    following = finding.next_starts(
        here.house(),
        codes=asked.codes,
        counsellor_ids=(chosen.counsellor_id,),
        after=chosen.start,
        minutes=asked.minutes,
        format_=asked.format,
    )
    return booking_words.taken(chosen, following)
