"""Attention: what needs a person, worst and nearest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, url_for

from scheduler.domain.decision import Decision
from scheduler.domain.errors import NotThere
from scheduler.domain.explain import explain_all
from scheduler.domain.fallback import Outcome
from scheduler.domain.people import Role
from scheduler.domain.zones import day_starts, local_date
from scheduler.services.messages import by_hand, typed_replies
from scheduler.services.watching import attention_list
from scheduler.web import attention_words, frame, here
from scheduler.web.access import needs
from scheduler.web.forms import Typed

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

pages = Blueprint("attention", __name__)

STAFF = (Role.INTAKE, Role.COUNSELLOR, Role.SUPERVISOR)


@pages.get("/attention")
@needs(*STAFF)
def listing() -> str:
    """The open list."""
    return _list()


def _list(**more: object) -> str:
    lines = attention_list.open_list(here.house(), here.actor())
    zone = here.person().zone
    midnight = day_starts(local_date(here.now(), zone), zone)
    frame.with_strip()
    return render_template(
        "attention/listing.html",
        lines=lines,
        words=attention_words,
        settled=attention_list.settled_today(here.house(), midnight),
        done=request.args.get("done", ""),
        **{"shown": None, "refusals": None, **more},
    )


def _back(done: str) -> Response:
    return redirect(url_for("attention.listing", done=done), 303)


@pages.post("/attention/<item_id>/choose")
@needs(*STAFF)
def choose(item_id: str) -> Response:
    """One of the choices of a matter; doing nothing is one."""
    choice = Typed.posted().value("choice")
    if choice not in attention_words.CHOICES:
        raise NotThere
    attention_list.choose(here.house(), here.actor(), item_id, choice)
    return _back(choice)


@pages.post("/attention/<item_id>/read")
@needs(*STAFF)
def read(item_id: str) -> str:
    """The words of a reply, on purpose and written down."""
    body = attention_list.read_reply(here.house(), here.actor(), item_id)
    return _list(shown=(item_id, body or "The words are deleted already."))


@pages.post("/attention/<item_id>/lift")
@needs(Role.SUPERVISOR)
def lift(item_id: str) -> Response | tuple[str, int]:
    """A plain thanks does not need a talk (P8)."""
    typed = Typed.posted()
    reason = typed.text("reason", missing="Say why in a few words.")
    if typed.wrongs:
        return _list(refusals=(item_id, [], "Say why in a few words.")), 422
    decision = attention_list.lift_for_thanks(
        here.house(), here.actor(), item_id, reason
    )
    if not decision.yes:
        told = "Only a plain thanks of the last 72 hours is lifted without a talk."
        return _list(refusals=(item_id, [], told)), 409
    return _back("lifted")


@pages.post("/attention/send/<message_id>")
@needs(*STAFF)
def take(message_id: str) -> str | tuple[str, int]:
    """An assisted text: number and words together, for ten minutes (P6)."""
    taken = by_hand.take_prompt(here.house(), here.actor(), message_id)
    if isinstance(taken, Decision):
        why = explain_all(taken)
        return _list(refusals=("", why, "")), 409
    return render_template("attention/in_hand.html", taken=taken)


@pages.post("/attention/send/<message_id>/outcome")
@needs(*STAFF)
def outcome(message_id: str) -> Response | tuple[str, int]:
    """How it went."""
    try:
        how = Outcome(Typed.posted().value("outcome"))
    except ValueError:
        raise NotThere from None
    decision = by_hand.finish(here.house(), here.actor(), message_id, how)
    if not decision.yes:
        why = explain_all(decision)
        return _list(refusals=("", why, "")), 409
    return _back(how.value)


@pages.get("/attention/reply")
@needs(*STAFF)
def reply_form() -> str:
    """A text that came to the agency’s own phone, entered by hand."""
    return render_template("attention/reply.html", typed=Typed({}))


@pages.post("/attention/reply")
@needs(*STAFF)
def reply() -> Response | tuple[str, int]:
    """Enter it: the same effects as by machine (I2, I3)."""
    typed = Typed.posted()
    number = typed.text("number", missing="Type the number it came from.")
    body = typed.text("body", missing="Type what it says.")
    if not typed.wrongs:
        wrong = typed_replies.enter(
            here.house(), here.actor(), number, body, form=typed.once()
        )
        if wrong:
            typed.wrong("number", wrong)
    if typed.wrongs:
        return render_template("attention/reply.html", typed=typed), 422
    return _back("reply")
