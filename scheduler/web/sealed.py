"""What is sealed in a file: what she is known by, whether video suits her, her words.

Covered until a reason is given; who saw it is written down (E2, P9, P12, P13).
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, url_for

from scheduler.domain.code_words import WordFor
from scheduler.domain.errors import NotThere
from scheduler.domain.field_errors import FieldErrors
from scheduler.domain.reveals import RevealReason
from scheduler.services.files import file_view
from scheduler.services.files import people as files
from scheduler.services.safe_contact import code_words
from scheduler.web import file_words, here, people, person_form
from scheduler.web.access import needs
from scheduler.web.forms import Typed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from werkzeug.wrappers import Response

pages = Blueprint("sealed", __name__)

WORKS = people.OPENS
_WHY = "Choose a reason: it is written down who saw it and why."


def _back(code: str, done: str) -> Response:
    return redirect(url_for("people.page", code=code, done=done), 303)


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
@needs(*WORKS, fresh=True)
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
    filled = person_form.video_filled(record, _today())
    return _video(code, filled, person_form.lacking(record, _today()))


def _today() -> date:
    return here.shown().wall(here.now()).date()


def _video(code: str, typed: Typed, lacks: Sequence[str]) -> str:
    return render_template(
        "people/video.html",
        code=code,
        typed=typed,
        lacks=lacks,
        person=person_form,
        done=request.args.get("done", ""),
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
        return _video(code, typed, ()), 422
    if not record.suits(_today()):
        return redirect(url_for("sealed.video", code=code, done="video"), 303)
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
            here.house(), here.actor(), code, chosen, action=action, form=typed.once()
        )
    for name, sentence in found.wrongs.items() if found else ():
        typed.wrong(_field_of(name), sentence)
    if typed.wrongs:
        return _words(code, typed), 422
    return redirect(url_for("sealed.words", code=code, done="set"), 303)


def _field_of(name: str) -> str:
    """`get_help.1` is the field `word_get_help_1`."""
    return name if name == "action" else f"word_{name.replace('.', '_')}"


@pages.post("/people/<code>/words/show")
@needs(*WORKS, fresh=True)
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
    purpose = Typed.posted().choice("purpose", WordFor)
    if purpose is None:
        raise NotThere
    code_words.said_in_earnest(here.house(), here.actor(), code, purpose)
    return redirect(url_for("sealed.words", code=code, done="used"), 303)
