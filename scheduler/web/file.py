"""What is done with an open file: call by hand, suspend, confirm, show, shut, set."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, TypeVar

from flask import Blueprint, redirect, url_for

from scheduler.domain.decision import Audience, Decision
from scheduler.domain.errors import NotThere
from scheduler.domain.explain import explain_all
from scheduler.domain.fallback import Outcome
from scheduler.domain.field_errors import FieldErrors
from scheduler.domain.people import Role, ServiceKind
from scheduler.domain.plan import ChannelKind, Purpose
from scheduler.domain.reveals import LiftReason, RevealReason
from scheduler.services.files import apartness, corrections, file_view
from scheduler.services.files import people as files
from scheduler.services.messages import by_hand
from scheduler.services.safe_contact import plan_talk
from scheduler.web import here, people
from scheduler.web.access import needs
from scheduler.web.forms import Typed

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

pages = Blueprint("file", __name__)

WORKS = people.OPENS
_WHY = "Choose a reason: it is written down who saw it and why."
Kind = TypeVar("Kind", bound=Enum)


def _back(code: str, done: str) -> Response:
    return redirect(url_for("people.page", code=code, done=done), 303)


def _refused(code: str, decision: Decision) -> tuple[str, int]:
    supervisor = here.actor().role is Role.SUPERVISOR
    audience = Audience.SUPERVISOR if supervisor else Audience.ANYBODY
    why = explain_all(decision.shown_to(audience), who=code, reached="rung")
    return people.show(code, refused=why), 409


def _wrong(code: str, typed: Typed, found: FieldErrors | None) -> tuple[str, int]:
    if found is not None:
        typed.wrongs.update(found.wrongs)
    return people.show(code, typed=typed), 422


def _asked(value: str, kinds: type[Kind]) -> Kind:
    """One of a fixed set that only our own forms send."""
    for each in kinds:
        if each.value == value:
            return each
    raise NotThere


# --- Calling by hand (E2, M14) -----------------------------------------------


@pages.post("/people/<code>/call")
@needs(*WORKS)
def call(code: str) -> Response | str | tuple[str, int]:
    """The gate first; the number only with a yes, and its outcome is asked for."""
    people.own(code)
    purpose = _asked(Typed.posted().value("purpose"), Purpose)
    found = by_hand.start_call(
        here.house(), here.actor(), code, purpose, ChannelKind.VOICE
    )
    if isinstance(found, Decision):
        return _refused(code, found)
    return people.show(code, in_hand=found)


@pages.post("/people/<code>/call/<message_id>")
@needs(*WORKS)
def called(code: str, message_id: str) -> Response | tuple[str, int]:
    """How it went."""
    people.own(code)
    outcome = _asked(Typed.posted().value("outcome"), Outcome)
    decision = by_hand.finish(here.house(), here.actor(), message_id, outcome)
    if not decision.yes:
        return _refused(code, decision)
    # Ending a call asks three things (P7).
    return _back(code, "answered" if outcome is Outcome.ANSWERED else "called")


# --- Suspending and taking up again (P7, P8) ---------------------------------


@pages.post("/people/<code>/suspend")
@needs(*WORKS)
def suspend(code: str) -> Response:
    """Nothing leaves from now on."""
    plan_talk.suspend(here.house(), here.actor(), code)
    return _back(code, "suspended")


@pages.post("/people/<code>/confirm")
@needs(*WORKS)
def confirm(code: str) -> Response | tuple[str, int]:
    """Said “all the same” in a live talk, after a check that it is she."""
    found = plan_talk.confirm(here.house(), here.actor(), code)
    if found is not None:
        return _wrong(code, Typed(), found)
    return _back(code, "confirmed")


@pages.post("/people/<code>/lift")
@needs(Role.SUPERVISOR)
def lift(code: str) -> Response | tuple[str, int]:
    """A reply of plain thanks alone, within 72 hours."""
    typed = Typed.posted("lift-")
    reason = typed.choice("reason", LiftReason, missing="Choose a reason.")
    found = None
    if reason is not None:
        found = plan_talk.lift_for_thanks(here.house(), here.actor(), code, reason)
    if found is not None or typed.wrongs:
        people.own(code)
        return _wrong(code, Typed(), found or FieldErrors(typed.wrongs))
    return _back(code, "lifted")


@pages.post("/people/<code>/number")
@needs(Role.SUPERVISOR, fresh=True)
def number(code: str) -> str | tuple[str, int]:
    """Outside a permitted act: with a reason, and “do not ring” beside it (E2)."""
    typed = Typed.posted("number-")
    people.own(code)
    reason = typed.choice("reason", RevealReason, missing=_WHY)
    if reason is None:
        return _wrong(code, typed, None)
    shown = plan_talk.reveal_number(
        here.house(), here.actor(), code, typed.value("way"), reason
    )
    return people.show(code, number=shown)


# --- What was written at the start ------------------------------------------------


@pages.post("/people/<code>/correct")
@needs(*WORKS)
def correct(code: str) -> Response | tuple[str, int]:
    """The service, the day she asked and her clock, put right."""
    typed = Typed.posted()
    people.own(code)
    zone = typed.zone("zone", missing="Give her zone, such as America/Toronto.")
    right = corrections.Request(
        typed.choice("service", ServiceKind), typed.date("requested_on"), zone
    )
    found = None
    if not typed.wrongs:
        found = corrections.correct(here.house(), here.actor(), code, right)
    if found is None or isinstance(found, FieldErrors):
        return _wrong(code, typed, found)
    if not found.changed:
        return _back(code, "as_it_was")
    return _back(code, "out_of_hours" if found.rechecked else "corrected")


# --- Who sees whom (E4, E5) --------------------------------------------------


@pages.post("/people/<code>/weight")
@needs(Role.INTAKE, Role.SUPERVISOR)
def weight(code: str) -> Response | tuple[str, int]:
    """What she weighs in a caseload (A2)."""
    typed = Typed.posted()
    found = typed.number(
        "weight", lowest=1, highest=5, missing="Give a number from 1 to 5."
    )
    if found is None:
        people.own(code)
        return _wrong(code, typed, FieldErrors(typed.wrongs))
    files.set_weight(here.house(), here.actor(), code, found)
    return _back(code, "weight")


@pages.post("/people/<code>/counsellor")
@needs(Role.INTAKE, Role.SUPERVISOR)
def counsellor(code: str) -> Response | tuple[str, int]:
    """Whom she usually sees."""
    staff_id = _staff(code)
    decision = apartness.set_usual_counsellor(
        here.house(), here.actor(), code, staff_id
    )
    return _back(code, "counsellor") if decision.yes else _refused(code, decision)


@pages.post("/people/<code>/shut-out")
@needs(Role.SUPERVISOR)
def shut_out(code: str) -> Response:
    """For this member of staff the file does not exist, or does again."""
    staff_id = _staff(code)
    if staff_id is None:
        raise NotThere
    shut = Typed.posted().value("shut") == "yes"
    apartness.shut_out(here.house(), here.actor(), code, staff_id, shut=shut)
    if staff_id == here.actor().id and shut:
        return redirect(url_for("people.find"), 303)
    return _back(code, "shut" if shut else "let_in")


def _staff(code: str) -> int | None:
    people.own(code)
    value = Typed.posted().value("staff")
    at_hand = file_view.at_hand(here.house(), here.actor(), code)
    if value and value not in {str(each) for each in at_hand.names}:
        raise NotThere
    return int(value) if value else None


@pages.post("/people/<code>/apart")
@needs(Role.SUPERVISOR)
def apart(code: str) -> Response | tuple[str, int]:
    """Two files never meet, or may again."""
    typed = Typed.posted()
    people.own(code)
    other = typed.text("other", missing="Type the code of the other file.")
    keep = typed.value("keep") == "yes"
    if not typed.wrongs:
        try:
            apartness.keep_apart(
                here.house(), here.actor(), code, other.upper(), apart=keep
            )
        except NotThere as not_there:
            typed.wrong("other", str(not_there))
    if typed.wrongs:
        return _wrong(code, typed, None)
    return _back(code, "apart" if keep else "meet")
