"""Settings: the red switch, staff, policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, url_for

from scheduler.domain.errors import Misread
from scheduler.domain.fallback import Step
from scheduler.domain.people import Role
from scheduler.domain.typed_steps import write_step
from scheduler.services import settings
from scheduler.services.stops import brakes, going_live
from scheduler.services.watching import reaching
from scheduler.web import here
from scheduler.web.access import needs, signed_in
from scheduler.web.forms import Typed
from scheduler.web.policy_words import POLICY

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

pages = Blueprint("settings", __name__)

TROUBLES = {
    "no_connection": "it cannot be reached",
    "no_answer": "it does not answer",
    "not_trusted": "its certificate is not right",
    "not_signed_in": "it does not take our name and password",
    "refused": "it refuses",
}

MAY_START = (Role.SUPERVISOR, Role.ADMINISTRATOR, Role.CUSTODIAN, Role.SECOND)


@pages.get("/settings")
@signed_in
def overview() -> str:
    """How the installation stands."""
    return _page()


def _page(wrong: str = "", typed: Typed | None = None) -> str:
    seen = settings.overview(here.house())
    return render_template(
        "settings/overview.html",
        seen=seen,
        lines=settings.policy_lines(seen.policy),
        policy_words=POLICY,
        value_of=_as_typed,
        wrong=wrong,
        typed=typed or Typed({}),
        done=request.args.get("done", ""),
        me=here.person(),
        live=going_live.checklist(here.house()),
        telling=reaching.overview(here.house(), here.actor()),
        troubles=TROUBLES,
    )


def _as_typed(value: object) -> str:
    """A value in the form in which it is changed."""
    if isinstance(value, tuple):
        return ", ".join(map(_as_typed, value))
    if isinstance(value, Step):
        return write_step(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _back(done: str) -> Response:
    return redirect(url_for("settings.overview", done=done), 303)


@pages.post("/settings/stop")
@signed_in
def stop() -> Response:
    """Everything that leaves stops, at once; anybody may (M10)."""
    brakes.pause(here.house(), here.actor())
    return _back("stopped")


@pages.post("/settings/start")
@needs(*MAY_START, fresh=True)
def start() -> Response | tuple[str, int]:
    """Ask to start again, or be the second person."""
    decision = brakes.resume(here.house(), here.actor())
    if decision.yes:
        return _back("started")
    return _page(settings.why_still(here.house(), decision)), 409


@pages.post("/settings/policy")
@needs(Role.ADMINISTRATOR, fresh=True)
def policy() -> Response | tuple[str, int]:
    """One value, within its limits."""
    typed = Typed.posted()
    try:
        settings.change_policy(
            here.house(),
            here.actor(),
            typed.value("key"),
            typed.value("value"),
            typed.value("reason")[:200],
        )
    except Misread as wrong:
        typed.wrong("value", str(wrong))
        return _page(typed=typed), 422
    return _back("policy")
