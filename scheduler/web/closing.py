"""Closing a file, reopening it, and handing it over: what follows is shown before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, url_for

from scheduler.domain.closing import CLOSE_IN_WORDS, CloseReason
from scheduler.domain.decision import Audience
from scheduler.domain.explain import Explained, explain_all
from scheduler.domain.people import Role
from scheduler.services.files import closing
from scheduler.web import here, people
from scheduler.web.access import needs
from scheduler.web.forms import Typed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from werkzeug.wrappers import Response

pages = Blueprint("closing", __name__)

_KNOWS = (
    ("yes", "She knows that nothing is booked any more"),
    ("no", "She does not know: somebody will be in the room each time"),
)


@pages.get("/people/<code>/closing")
@needs(*people.OPENS)
def look(code: str) -> str:
    """What closing does, and to whom the file may be handed instead."""
    return _look(code, Typed(), Typed({}, "over-"))


def _look(
    code: str, typed: Typed, over: Typed, refused: Sequence[Explained] = ()
) -> str:
    seen = closing.look(here.house(), here.actor(), code)
    return render_template(
        "closing/file.html",
        seen=seen,
        options=[
            ("", "Choose a counsellor"),
            *((str(each.id), each.name) for each in seen.counsellors),
        ],
        typed=typed,
        over=over,
        refused=refused,
        reasons=[(each.value, said) for each, said in CLOSE_IN_WORDS.items()],
        knows=_KNOWS,
        done=request.args.get("done"),
        stayed=request.args.get("stayed", type=int) or 0,
    )


@pages.post("/people/<code>/close")
@needs(*people.OPENS)
def close(code: str) -> Response | tuple[str, int]:
    """Cancel what is ahead, and close it. Nothing is texted."""
    typed = Typed.posted()
    seen = closing.look(here.house(), here.actor(), code)
    why = typed.choice("why", CloseReason, missing="Choose why it is closed.")
    knows = typed.value("knows")
    if seen.sessions and knows not in {value for value, _ in _KNOWS}:
        typed.wrong(
            "knows", "Choose whether she knows that nothing is booked any more."
        )
    if not typed.wrongs and why is not None:
        found = closing.close(
            here.house(), here.actor(), code, why, knows=knows != "no"
        )
        if found is None:
            return redirect(url_for("people.page", code=code, done="closed"), 303)
        typed.wrongs.update(found.wrongs)
    return _look(code, typed, Typed({}, "over-")), 422


@pages.post("/people/<code>/reopen")
@needs(*people.OPENS)
def reopen(code: str) -> Response | tuple[str, int]:
    """Open it again; its plan sends nothing until it is talked through anew."""
    found = closing.reopen(here.house(), here.actor(), code)
    if found is None:
        return redirect(url_for("people.page", code=code, done="reopened"), 303)
    typed = Typed()
    typed.wrongs.update(found.wrongs)
    return _look(code, typed, Typed({}, "over-")), 422


@pages.post("/people/<code>/hand-over")
@needs(*people.FINDS)
def hand_over(code: str) -> Response | tuple[str, int]:
    """Another counsellor has it, with the sessions that she can hold."""
    over = Typed.posted("over-")
    seen = closing.look(here.house(), here.actor(), code)
    offered = {str(each.id): each.name for each in seen.counsellors}
    whom = over.value("staff")
    if whom not in offered:
        over.wrong("staff", "Choose a counsellor.")
        return _look(code, Typed(), over), 422
    answer = closing.hand_over(here.house(), here.actor(), code, int(whom))
    if not answer.decision.yes:
        supervisor = here.actor().role is Role.SUPERVISOR
        shown = answer.decision.shown_to(
            Audience.SUPERVISOR if supervisor else Audience.ANYBODY
        )
        why = explain_all(shown, who=code, counsellor=offered[whom])
        return _look(code, Typed(), over, why), 409
    stayed = len(answer.stayed) or None
    return redirect(url_for("closing.look", code=code, done="over", stayed=stayed), 303)
