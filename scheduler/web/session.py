"""The page of a session: start, first minute, what broke off, the steps, the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, url_for

from scheduler.domain.booking import OPENS_BEFORE, SessionState
from scheduler.domain.decision import Decision
from scheduler.domain.errors import NotThere
from scheduler.domain.explain import explain_all
from scheduler.domain.fallback import Branch, Outcome
from scheduler.domain.people import Role
from scheduler.domain.plan import ChannelKind, Purpose
from scheduler.services.counselling import fallback, session_end, session_view, sessions
from scheduler.services.files import identity, people
from scheduler.services.messages import by_hand
from scheduler.services.safe_contact import heard_words
from scheduler.web import here, session_words
from scheduler.web.access import needs
from scheduler.web.forms import Typed, whole_number
from scheduler.web.headers import camera

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

pages = Blueprint("session", __name__)

_OVER = frozenset({SessionState.COMPLETED, SessionState.ENDED_EARLY})

HOLDS = (Role.COUNSELLOR, Role.SUPERVISOR)


@pages.get("/session/<session_id>")
@needs(*HOLDS, in_session="session_id")
@camera
def page(session_id: str) -> str:
    """The session as it stands."""
    return _page(session_id)


def _page(session_id: str, **more: object) -> str:
    seen = session_view.view(here.house(), here.actor(), session_id)
    return render_template(
        "session/page.html",
        view=seen,
        words=session_words,
        opens_at=seen.session.time.start - OPENS_BEFORE,
        **{
            "typed": Typed({"place": seen.place}),
            "refusal": None,
            "in_hand": None,
            "tried": None,
            "handle": "",
            **more,
        },
    )


def _back(session_id: str, at: str | None = None) -> Response:
    """`at`: the part of the page where whoever has no mouse goes on."""
    return redirect(url_for("session.page", session_id=session_id, _anchor=at), 303)


def _done_or_why(
    session_id: str, decision: Decision, *, already: bool = False
) -> Response | tuple[str, int]:
    """`already`: a press too many, and what it asks for is so (B8)."""
    if decision.yes or already:
        return _back(session_id)
    why = explain_all(decision)
    return _page(session_id, refusal=why), 409


@pages.post("/session/<session_id>/start")
@needs(*HOLDS)
def start(session_id: str) -> Response | tuple[str, int]:
    """Begin."""
    session_view.may_hold(here.house(), here.actor(), session_id)
    decision = sessions.start(here.house(), here.actor(), session_id)
    stands = _stands(session_id)
    return _done_or_why(session_id, decision, already=stands is SessionState.IN_SESSION)


def _stands(session_id: str) -> SessionState:
    seen = session_view.view(here.house(), here.actor(), session_id)
    return seen.session.state


@pages.post("/session/<session_id>/not-joined")
@needs(*HOLDS)
def not_joined(session_id: str) -> Response | tuple[str, int]:
    """She did not come; nothing is sent."""
    session_view.may_hold(here.house(), here.actor(), session_id)
    moved = Typed.posted().value("why") == "not_private"
    decision = sessions.not_joined(
        here.house(), here.actor(), session_id, not_private=moved
    )
    stands = _stands(session_id)
    return _done_or_why(session_id, decision, already=stands is SessionState.NOT_JOINED)


@pages.post("/session/<session_id>/tick")
@needs(*HOLDS, in_session="session_id")
def tick(session_id: str) -> Response:
    """One of the first minute's checks."""
    typed = Typed.posted()
    session_view.tick(
        here.house(),
        here.actor(),
        session_id,
        typed.value("item"),
        on=typed.value("on") == "yes",
    )
    return _back(session_id, f"tick-{typed.value('item')}")


@pages.post("/session/<session_id>/place")
@needs(*HOLDS, in_session="session_id")
def place(session_id: str) -> Response | tuple[str, int]:
    """Where she is today, gone at the session's end."""
    seen = session_view.view(here.house(), here.actor(), session_id)
    typed = Typed.posted()
    wrong = people.note_place(
        here.house(),
        here.actor(),
        seen.codes[0],
        typed.value("place").strip(),
        seen.session.time.end,
    )
    if wrong is not None:
        typed.wrongs.update(wrong.wrongs)
        return _page(session_id, typed=typed), 422
    session_view.tick(here.house(), here.actor(), session_id, "place", on=True)
    return _back(session_id, "place")


@pages.post("/session/<session_id>/identity")
@needs(*HOLDS, in_session="session_id")
def identity_check(session_id: str) -> Response | tuple[str, int]:
    """Type what she says; the machine says match or not (P9)."""
    typed = Typed.posted()
    seen = session_view.view(here.house(), here.actor(), session_id)
    handle = typed.value("handle") or identity.start_check(
        here.house(), here.actor(), seen.codes[0]
    )
    tried = identity.try_word(
        here.house(),
        here.actor(),
        handle,
        typed.value("word_heard"),
        form=typed.once(),
    )
    if tried.answer is identity.Answer.MATCHED:
        session_view.tick(here.house(), here.actor(), session_id, "identity", on=True)
        return _back(session_id, "tick-identity")
    return _page(session_id, tried=tried, handle=tried.handle), 422


@pages.post("/session/<session_id>/broke-off")
@needs(*HOLDS, in_session="session_id")
def broke_off(session_id: str) -> Response | tuple[str, int]:
    """A person says what happened; that starts the clock (F3)."""
    session_view.may_hold(here.house(), here.actor(), session_id)
    branch = _branch(Typed.posted().value("branch"))
    seen = session_view.view(here.house(), here.actor(), session_id)
    act = (
        fallback.change_branch
        if seen.session.state is SessionState.INTERRUPTED
        else fallback.interrupt
    )
    stand = act(here.house(), here.actor(), session_id, branch)
    if isinstance(stand, Decision):
        return _done_or_why(session_id, stand)
    return _back(session_id, "cover" if branch is Branch.NOT_SAFE else None)


@pages.post("/session/<session_id>/word")
@needs(*HOLDS, in_session="session_id")
def word(session_id: str) -> Response | tuple[str, int]:
    """Which of her words it was, or that there was none (P9)."""
    typed = Typed.posted()
    if typed.value("none"):
        heard_words.none_heard(here.house(), here.actor(), session_id)
        return _back(session_id)
    said = typed.value("word_said").strip()
    if heard_words.name_heard(here.house(), here.actor(), session_id, said):
        return _back(session_id)
    typed.wrong("word_said", _NOT_HERS)
    return _page(session_id, typed=typed), 422


_NOT_HERS = (
    "This is none of the words that count as used, so all of them stay so. Type it as "
    "you heard it; case, accents and spaces do not matter."
)


def _branch(value: str) -> Branch:
    try:
        return Branch(value)
    except ValueError:
        raise NotThere from None


@pages.post("/session/<session_id>/step")
@needs(*HOLDS, in_session="session_id")
def step(session_id: str) -> Response | tuple[str, int]:
    """Log what came of the step on offer (F4, F6)."""
    session_view.may_hold(here.house(), here.actor(), session_id)
    typed = Typed.posted()
    number = typed.value("step")
    try:
        outcome = Outcome(typed.value("outcome"))
    except ValueError:
        raise NotThere from None
    decision = fallback.take(
        here.house(),
        here.actor(),
        session_id,
        whole_number(number) or 0,
        outcome,
        note=typed.value("note")[:200],
    )
    return _done_or_why(
        session_id, decision, already=_logged_so(session_id, number, outcome)
    )


def _logged_so(session_id: str, number: str, outcome: Outcome) -> bool:
    seen = session_view.view(here.house(), here.actor(), session_id)
    return any(
        each.settled is not None and each.settled.outcome is outcome
        for each in seen.steps
        if str(each.number) == number
    )


@pages.post("/session/<session_id>/number")
@needs(*HOLDS, in_session="session_id")
def number(session_id: str) -> Response | tuple[str, int]:
    """The number of the call step on offer, if the gate says so now (E2)."""
    seen = session_view.view(here.house(), here.actor(), session_id)
    offered = seen.offered
    if offered is None or not offered.step.kind.reaches_out:
        return _back(session_id)
    shown = by_hand.show_number(
        here.house(),
        here.actor(),
        seen.codes[0],
        ChannelKind.VOICE,
        Purpose.CALL_BACK,
    )
    if isinstance(shown, Decision):
        return _done_or_why(session_id, shown)
    return _page(session_id, in_hand=shown), 200


@pages.post("/session/<session_id>/back")
@needs(*HOLDS, in_session="session_id")
def back(session_id: str) -> Response | tuple[str, int]:
    """She came back by herself."""
    session_view.may_hold(here.house(), here.actor(), session_id)
    decision = fallback.rejoined(here.house(), here.actor(), session_id)
    stands = _stands(session_id)
    return _done_or_why(session_id, decision, already=stands is SessionState.RESUMED)


@pages.get("/session/<session_id>/end")
@needs(*HOLDS, in_session="session_id")
def end_form(session_id: str) -> str:
    """The three questions at the end (P7)."""
    seen = session_view.view(here.house(), here.actor(), session_id)
    return render_template("session/end.html", view=seen, words=session_words)


@pages.post("/session/<session_id>/end")
@needs(*HOLDS, in_session="session_id")
def end(session_id: str) -> Response | tuple[str, int]:
    """End; "all the same" renews the plan after an identity check (P7)."""
    session_view.may_hold(here.house(), here.actor(), session_id)
    typed = Typed.posted()
    ended = session_end.end(
        here.house(),
        here.actor(),
        session_id,
        early=typed.value("early") == "yes",
        all_the_same=typed.value("answers") == "same",
    )
    if not ended.decision.yes:
        over = _stands(session_id) in _OVER
        return _done_or_why(session_id, ended.decision, already=over)
    if typed.value("answers") == "changed" and ended.code:
        return redirect(url_for("plans.page", code=ended.code), 303)
    return _back(session_id)


@pages.post("/session/<session_id>/review")
@needs(*HOLDS)
def review(session_id: str) -> Response:
    """The interruption was looked at afterwards."""
    seen = session_view.view(here.house(), here.actor(), session_id)
    if seen.interruption is not None:
        session_view.reviewed(here.house(), here.actor(), seen.interruption.id)
    return _back(session_id)
