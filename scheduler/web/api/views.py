"""The JSON door's addresses. Each reads, calls the service the pages call, answers.

Whoever asks is known by a token alone: no cookie is read and none is set. Nobody can
set a rule aside here; that takes a person (A2).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, request

from scheduler.domain.best_times import Offer
from scheduler.domain.decision import Reason, refuse
from scheduler.domain.errors import JustTaken, NotThere
from scheduler.domain.people import Role
from scheduler.domain.plan import Format
from scheduler.services.counselling import roster
from scheduler.services.scheduling import booking, finding, holds
from scheduler.services.scheduling.booking import Booked, Wish
from scheduler.services.scheduling.finding import Question
from scheduler.web import here
from scheduler.web.access import needs_token, open_to_all
from scheduler.web.api import reading
from scheduler.web.api.answers import done, problem, reason, refused
from scheduler.web.api.document import PREFIX, document

if TYPE_CHECKING:
    from flask import Response

NAME: Final = "api"
PROGRAMS: Final = (Role.INTAKE, Role.COUNSELLOR)
_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_COUNSELLOR: Final = re.compile(r"[1-9][0-9]{0,8}")
_KEY: Final = re.compile(r"[\x21-\x7e]{8,64}")

pages = Blueprint(NAME, __name__, url_prefix=PREFIX)


@pages.get("/openapi.json")
@open_to_all
def openapi() -> Response:
    """What can be asked, and how."""
    return done(document())


@pages.post("/find")
@needs_token(*PROGRAMS)
def find() -> Response:
    """The best six starts, and why the other days have none (B9)."""
    asked = reading.body("Search")
    counsellor = asked.get("counsellor")
    found = finding.find(
        here.house(),
        here.actor(),
        Question(
            codes=(asked["client"],),
            format=Format(asked["format"]),
            minutes=int(asked["minutes"]),
            day=reading.day(asked["from"], "from"),
            zone=here.person().zone,
            counsellor_id=int(counsellor) if counsellor else None,
            language=asked.get("language", ""),
            speciality=asked.get("speciality", ""),
        ),
    )
    best = () if found.best_waits else found.best
    return done(
        {
            "best": [_offer(each.offer, int(asked["minutes"])) for each in best],
            "closed": [
                {"day": day.isoformat(), "reason": reason(code)}
                for day, code in sorted(found.closed.items())
            ],
        }
    )


def _offer(offer: Offer, minutes: int) -> dict[str, Any]:
    return {
        "start": offer.start.isoformat(),
        "end": (offer.start + timedelta(minutes=minutes)).isoformat(),
        "counsellor": str(offer.counsellor_id),
        "usual": offer.usual,
        "reminder": offer.reminder,
    }


# --- Holding (B3) --------------------------------------------------------------


@pages.post("/holds")
@needs_token(*PROGRAMS)
def hold() -> Response:
    """Keep a time for some minutes."""
    asked = reading.body("Hold")
    start = reading.instant(asked, "start")
    counsellor_id, minutes = int(asked["counsellor"]), int(asked["minutes"])
    try:
        kept = holds.hold(here.house(), here.actor(), counsellor_id, start, minutes)
    except JustTaken:
        kept = _TAKEN
    if kept.session_id is None:
        return refused(kept.decision)
    return done({"id": kept.session_id}, HTTPStatus.CREATED)


_TAKEN: Final = Booked(refuse((Reason.COUNSELLOR_BUSY,)))


@pages.delete("/holds/<hold_id>")
@needs_token(*PROGRAMS)
def let_go(hold_id: str) -> tuple[str, int]:
    """Give a held time back; one that is gone or another's stays as it is."""
    holds.let_go(here.house(), here.actor(), _uuid(hold_id))
    return "", HTTPStatus.NO_CONTENT


# --- Booking, moving, cancelling (B1, B5, B8, M13) -----------------------------


@pages.post("/sessions")
@needs_token(*PROGRAMS)
def book() -> Response:
    """Book it, or list every rule that says no; a lost race has the next starts."""
    asked = reading.body("Booking")
    wish = Wish(
        codes=tuple(asked["clients"]),
        counsellor_id=int(asked["counsellor"]),
        start=reading.instant(asked, "start"),
        minutes=int(asked["minutes"]),
        format=Format(asked["format"]),
        language=asked.get("language", ""),
        hold_id=asked.get("hold"),
        form=_once("book"),
    )
    try:
        answer = booking.book(here.house(), here.actor(), wish)
    except JustTaken:
        return refused(_TAKEN.decision, _next(wish))
    if answer.session_id is None:
        return refused(answer.decision)
    return done({"id": answer.session_id}, HTTPStatus.CREATED)


def _next(wish: Wish) -> list[Any]:
    return finding.next_starts(
        here.house(),
        codes=wish.codes,
        counsellor_ids=(wish.counsellor_id,),
        after=wish.start,
        minutes=wish.minutes,
        format_=wish.format,
    )


@pages.post("/sessions/<session_id>/move")
@needs_token(*PROGRAMS)
def move(session_id: str) -> Response:
    """Another time; a refusal changes nothing."""
    asked = reading.body("Move")
    counsellor = asked.get("counsellor")
    try:
        answer = booking.move(
            here.house(),
            here.actor(),
            _uuid(session_id),
            reading.instant(asked, "start"),
            by_agency=asked["by"] == "agency",
            counsellor_id=int(counsellor) if counsellor else None,
            form=_once("move"),
        )
    except JustTaken:
        return refused(_TAKEN.decision)
    if not answer.decision.yes:
        return refused(answer.decision)
    return done({"id": session_id})


@pages.post("/sessions/<session_id>/cancel")
@needs_token(*PROGRAMS)
def cancel(session_id: str) -> Response:
    """Cancel it, if it is still booked."""
    asked = reading.body("Cancellation")
    decision = booking.cancel(
        here.house(), here.actor(), _uuid(session_id), by_agency=asked["by"] == "agency"
    )
    return done({"id": session_id}) if decision.yes else refused(decision)


# --- The roster ----------------------------------------------------------------


@pages.get("/roster/<counsellor>/<day>")
@needs_token(*PROGRAMS)
def of_day(counsellor: str, day: str) -> Response:
    """A counsellor's sessions on her local day."""
    if not _COUNSELLOR.fullmatch(counsellor):
        raise NotThere
    on = reading.day(day, "day")
    seen = roster.of_day(here.house(), here.actor(), on, int(counsellor))
    return done(
        {
            "counsellor": str(seen.counsellor_id),
            "day": seen.day.isoformat(),
            "sessions": [_session(each) for each in seen.rows],
        }
    )


def _session(row: roster.Row) -> Mapping[str, Any]:
    return {
        "id": row.session_id,
        "start": row.time.start.isoformat(),
        "end": row.time.end.isoformat(),
        "format": row.format.value,
        "language": row.language,
        "state": row.state.value,
        "clients": list(row.codes),
    }


def _uuid(text: str) -> str:
    """The id in an address. What is no id names nothing. Raises NotThere."""
    if not _UUID.fullmatch(text):
        raise NotThere
    return text


def _once(act: str) -> str | None:
    """What makes the same request sent twice be done once (B8); each program's own."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    if not _KEY.fullmatch(key):
        raise reading.WrongFields(
            {"Idempotency-Key": "Give 8 to 64 letters, digits or signs, no spaces."}
        )
    return sha256(f"{here.person().id}\0{act}\0{key}".encode()).hexdigest()


# --- What went wrong -----------------------------------------------------------


@pages.errorhandler(reading.WrongFields)
def _wrong(error: reading.WrongFields) -> Response:
    return problem(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        str(error),
        "Look at “fields”, and at the document this door serves.",
        fields=error.fields,
    )


@pages.errorhandler(reading.OutOfReach)
def _out_of_reach(error: reading.OutOfReach) -> Response:
    return problem(HTTPStatus.CONFLICT, "No session can lie there.", str(error))
