"""This request: who asks, when, and through which services.

A view reads what it needs from here and passes it on as arguments; nothing below the
pages knows of requests.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import current_app, g, request
from flask_login import LoginManager, UserMixin, current_user

from scheduler.domain.people import Role
from scheduler.services.files import break_glass
from scheduler.services.house import Actor
from scheduler.services.staff import integrations
from scheduler.web.sessions import Sessions, browser
from scheduler.web.shown import Shown

if TYPE_CHECKING:
    from datetime import datetime

    from flask import Flask, Request

    from scheduler.services.house import House
    from scheduler.web.shell import OpenSession, Services, StaffMember, WebSettings

_OF_THE_VISITOR = (
    "opened",
    "beyond",
    "visitor",
    "shown",
    "frame",
    "strip",
    "_login_user",
)


class NobodySignedIn(RuntimeError):
    """A page that needs a person was reached without one: declare its need."""


class _SignedIn(UserMixin):  # type: ignore[misc]
    """The visitor in the shape Flask-Login asks for."""

    def __init__(self, person: StaffMember) -> None:
        self.person = person

    def get_id(self) -> str:
        return str(self.person.id)


def install(app: Flask, services: Services, settings: WebSettings) -> None:
    """Services, settings, sessions, and Flask-Login on top."""
    app.extensions["quietline.services"] = services
    app.extensions["quietline.settings"] = settings
    app.session_interface = Sessions(services.house.tokens, settings)
    # Never set, so never read: cookies of another program on this host are not ours.
    app.config["REMEMBER_COOKIE_NAME"] = "__Host-unused"
    login = LoginManager()
    login.session_protection = None
    login.request_loader(_who_asks)
    login.init_app(app, add_context_processor=False)


def _who_asks(_request: Request) -> _SignedIn | None:
    opened = opened_session()
    if opened is None or opened.locked or opened.half:
        return None
    return _SignedIn(opened.person) if opened.person else None


def services() -> Services:
    """The services this app was built with."""
    return cast("Services", current_app.extensions["quietline.services"])


def house() -> House:
    """What every service function takes first."""
    return services().house


def actor() -> Actor:
    """Who does it, as the services want it."""
    somebody = person()
    if "beyond" not in g:
        counsels = somebody.role is Role.COUNSELLOR
        g.beyond = (
            break_glass.opened(house(), somebody.id, now()) if counsels else frozenset()
        )
    return Actor(somebody.id, somebody.role, somebody.name, g.beyond)


def settings() -> WebSettings:
    """The settings this app was built with."""
    return cast("WebSettings", current_app.extensions["quietline.settings"])


def now() -> datetime:
    """The instant of this request, in UTC. Read once, so a page never straddles two."""
    if "now" not in g:
        g.now = services().house.now()
    return cast("datetime", g.now)


def opened_session() -> OpenSession | None:
    """The session row of this request, read once; locked ones too."""
    if "opened" not in g:
        mine = browser()
        accounts = services().accounts
        g.opened = accounts.session(mine.sid, now()) if mine.may_have_row else None
    return cast("OpenSession | None", g.opened)


def visitor() -> StaffMember | None:
    """Who is signed in, or None. Locked is nobody."""
    if "visitor" not in g:
        g.visitor = getattr(current_user, "person", None)
    return cast("StaffMember | None", g.visitor)


def program() -> StaffMember | None:
    """Whom the program acts as that shows a bearer token; None without one that
    counts. From then on it is who asks, whatever cookie came along."""
    if "program" not in g:
        g.program = None
        shown = request.authorization
        if shown is not None and shown.type == "bearer" and shown.token:
            known = integrations.known(house(), shown.token)
            if known is not None:
                g.program = services().accounts.person(known.staff_id)
    return cast("StaffMember | None", g.program)


def locked_person() -> StaffMember | None:
    """Who was here before the page locked, or None."""
    opened = opened_session()
    if opened is None or not opened.locked or opened.half:
        return None
    return opened.person


def half_in() -> OpenSession | None:
    """The sign-in of whoever still has to give or set up a second factor, or None."""
    opened = opened_session()
    if opened is None or opened.locked or not opened.half:
        return None
    return opened


def person() -> StaffMember:
    """Who asks. Raises NobodySignedIn: only for views that declare a need.

    On the page of a session in progress also whoever is locked out of the rest (F9);
    at the JSON door whom the program acts as.
    """
    somebody = g.get("program") or visitor() or g.get("narrow")
    if somebody is None:
        raise NobodySignedIn
    return cast("StaffMember", somebody)


def let_in_narrowly(somebody: StaffMember) -> None:
    """For the guard only: this view is kept although the rest is locked (F9)."""
    g.narrow = somebody


def changed() -> None:
    """For signing in only: forget what was known of the visitor."""
    for name in _OF_THE_VISITOR:
        g.pop(name, None)


def shown() -> Shown:
    """How this reader sees times: her own clock, or the agency's before sign-in."""
    if "shown" not in g:
        somebody = visitor() or g.get("narrow")
        where = somebody.zone if somebody else settings().zone
        g.shown = Shown(where, settings().twelve_hours)
    return cast("Shown", g.shown)
