"""What is done with an open file: call by hand, suspend, confirm, show, shut, set."""

from __future__ import annotations

from datetime import date
from enum import Enum
from typing import TYPE_CHECKING, TypeVar

from flask import Blueprint, redirect, render_template, request, url_for

from scheduler.domain.code_words import WordFor
from scheduler.domain.decision import Audience, Decision
from scheduler.domain.errors import NotThere
from scheduler.domain.explain import explain_all
from scheduler.domain.fallback import Outcome
from scheduler.domain.field_errors import FieldErrors
from scheduler.domain.people import Role
from scheduler.domain.plan import ChannelKind, Purpose
from scheduler.domain.reveals import LiftReason, RevealReason
from scheduler.services import apartness, by_hand, code_words, file_view, plan_talk
from scheduler.services import people as files
from scheduler.web import file_words, here, people, person_form
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
    return _back(code, "called")


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
@needs(Role.SUPERVISOR)
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


# --- Who sees whom (E4, E5) --------------------------------------------------


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


# --- What she is known by (P13) ----------------------------------------------


@pages.get("/people/<code>/person")
@needs(*WORKS)
def person(code: str) -> str:
    """Covered, until a reason is given."""
    return _person(people.own(code), None)


def _person(code: str, typed: Typed | None, why: Typed | None = None) -> str:
    return render_template(
        "people/person.html",
        code=code,
        typed=typed,
        why=why or Typed({}, "why-"),
        words=file_words,
        person=person_form,
    )


@pages.post("/people/<code>/person/show")
@needs(*WORKS)
def show_person(code: str) -> str | tuple[str, int]:
    """Shown with a reason, to be read and to be changed."""
    typed = Typed.posted("why-")
    people.own(code)
    reason = typed.choice("reason", RevealReason, missing=_WHY)
    if reason is None:
        return _person(code, None, typed), 422
    found = files.reveal_person(here.house(), here.actor(), code, reason)
    return _person(code, person_form.filled(found))


@pages.post("/people/<code>/person")
@needs(*WORKS)
def save_person(code: str) -> Response | tuple[str, int]:
    """As typed."""
    typed = Typed.posted()
    people.own(code)
    described = person_form.read(typed)
    if not typed.has("session_name"):
        typed.wrong("session_name", "Show what is there first, then change it.")
    found = None
    if not typed.wrongs:
        found = files.edit_person(here.house(), here.actor(), code, described)
    if isinstance(found, FieldErrors):
        typed.wrongs.update(found.wrongs)
    if typed.wrongs:
        return _person(code, typed), 422
    return _back(code, "person")


# --- Whether video suits her (P12) -------------------------------------------


@pages.get("/people/<code>/video")
@needs(*WORKS)
def video(code: str) -> str:
    """The record, to be talked through again."""
    record = files.read_suitability(here.house(), here.actor(), code)
    return _video(code, person_form.video_filled(record, _today()), record is None)


def _today() -> date:
    return here.shown().wall(here.now()).date()


def _video(code: str, typed: Typed, blank: bool) -> str:
    return render_template(
        "people/video.html", code=code, typed=typed, blank=blank, person=person_form
    )


@pages.post("/people/<code>/video")
@needs(*WORKS)
def save_video(code: str) -> Response | tuple[str, int]:
    """As talked through."""
    typed = Typed.posted()
    people.own(code)
    record = person_form.video_read(typed, _today())
    found = None
    if not typed.wrongs:
        found = files.record_suitability(here.house(), here.actor(), code, record)
    if isinstance(found, FieldErrors):
        typed.wrongs.update(found.wrongs)
    if typed.wrongs:
        return _video(code, typed, False), 422
    return _back(code, "video")


# --- Code words (P9) ---------------------------------------------------------

_FIELDS = {
    WordFor.IDENTITY: ("word_identity_0",),
    WordFor.NOT_SAFE: ("word_not_safe_0",),
    WordFor.GET_HELP: ("word_get_help_0", "word_get_help_1"),
}


@pages.get("/people/<code>/words")
@needs(*WORKS)
def words(code: str) -> str:
    """Which words there are, all of them covered."""
    return _words(code, None)


def _words(code: str, typed: Typed | None, **more: object) -> str:
    covered = code_words.covered(here.house(), here.actor(), code)
    at_hand = file_view.at_hand(here.house(), here.actor(), code)
    return render_template(
        "people/words.html",
        code=code,
        covered=covered,
        checked=at_hand.checked,
        typed=typed or Typed({"action": covered.action}),
        fields=_FIELDS,
        words=file_words,
        done=request.args.get("done", ""),
        **{"shown": (), "shown_for": None, "why": Typed({}, "why-"), **more},
    )


@pages.post("/people/<code>/words")
@needs(*WORKS)
def set_words(code: str) -> Response | tuple[str, int]:
    """Typed once; blank ones stay as they are."""
    people.own(code)
    typed = Typed.posted()
    chosen = {
        purpose: [typed.value(name) for name in names]
        for purpose, names in _FIELDS.items()
    }
    action = typed.text("action") if typed.has("action") else None
    said = [each for several in chosen.values() for each in several if each.strip()]
    if not said and not action:
        typed.wrong("word_identity_0", "Type the words she chooses, once each.")
    found = None
    if not typed.wrongs:
        found = code_words.set_words(
            here.house(), here.actor(), code, chosen, action=action
        )
    for name, sentence in found.wrongs.items() if found else ():
        typed.wrong(_field_of(name), sentence)
    if typed.wrongs:
        return _words(code, typed), 422
    return redirect(url_for("file.words", code=code, done="set"), 303)


def _field_of(name: str) -> str:
    """`get_help.1` is the field `word_get_help_1`."""
    return name if name == "action" else f"word_{name.replace('.', '_')}"


@pages.post("/people/<code>/words/show")
@needs(*WORKS)
def show_words(code: str) -> str | tuple[str, int]:
    """Shown with a reason; that one by which she is known only to supervisors (P9)."""
    people.own(code)
    typed = Typed.posted("why-")
    purpose = typed.choice("purpose", WordFor, missing="Choose which word.")
    reason = typed.choice("reason", RevealReason, missing=_WHY)
    if purpose is None or reason is None:
        return _words(code, None, why=typed), 422
    shown = code_words.reveal(here.house(), here.actor(), code, purpose, reason)
    return _words(code, None, shown=shown, shown_for=purpose)


@pages.post("/people/<code>/words/used")
@needs(*WORKS)
def used(code: str) -> Response:
    """She has said it in earnest: it is to be replaced, and the plan is suspended."""
    people.own(code)
    purpose = _asked(Typed.posted().value("purpose"), WordFor)
    code_words.said_in_earnest(here.house(), here.actor(), code, purpose)
    return redirect(url_for("file.words", code=code, done="used"), 303)
