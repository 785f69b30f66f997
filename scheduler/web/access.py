"""Who may do what. Each view declares its need; one that declares none is closed (E1).

    @pages.get("/today")
    @needs(Role.COUNSELLOR, Role.SUPERVISOR)
    def today() -> str: ...

The decision is taken here, before the view and before the form token is looked at, for
every method alike, OPTIONS and HEAD too. Whether a *file* may be seen is decided by the
services (E2, E4): they answer NotThere, and the page for it is the same byte for byte
as for a file that does not exist (E3).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, TypeVar

from flask import current_app, request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Forbidden, Unauthorized

from scheduler.domain.people import Role
from scheduler.web import here
from scheduler.web.sessions import browser

if TYPE_CHECKING:
    from flask import Flask

    from scheduler.web.shell import StaffMember

_SEEN_ALREADY: Final = timedelta(seconds=1)

View = TypeVar("View", bound=Callable[..., Any])
_ATTRIBUTE = "__need__"
_EVERYBODY = frozenset(Role)


@dataclass(frozen=True, slots=True)
class Need:
    """What a view asks of its visitor.

    `background` views do not start the idle clock again (a script asks for them).
    `in_session` names the argument that holds a session's id: that session's counsellor
    keeps the view while her own sign-in is locked (F9). `token` views are for programs:
    whoever asks is known by a bearer token, and a sign-in counts for nothing. `fresh`
    views ask for a proof, not older than some minutes, that it is still she.
    """

    roles: frozenset[Role]
    anybody: bool = False
    background: bool = False
    in_session: str = ""
    token: bool = False
    fresh: bool = False


class Answer(Enum):
    """What the guard says to one request."""

    COME_IN = "come in"
    SIGN_IN = "sign in first"
    NOT_FOR_YOU = "not for you"
    TOKEN = "show a token that counts"  # noqa: S105 - words, no secret


class NotForYou(Forbidden):
    """The role does not suffice, or nobody declared who may. Says nothing of data."""


class SignInFirst(Forbidden):
    """Nobody is signed in, or the page is locked.

    `later` is whether the page can simply be shown after signing in.
    """

    def __init__(self, *, later: bool) -> None:
        super().__init__()
        self.later = later


class ProveFirst(SignInFirst):
    """She is in, but has to prove once more that it is she."""


class NoToken(Unauthorized):
    """A program without a token, or with one that does not count (any more)."""

    def __init__(self) -> None:
        super().__init__(www_authenticate=WWWAuthenticate("bearer"))


def needs(
    *roles: Role, background: bool = False, in_session: str = "", fresh: bool = False
) -> Callable[[View], View]:
    """Open to these roles. See `Need` for the switches."""
    return _declare(Need(frozenset(roles), False, background, in_session, fresh=fresh))


def needs_token(*roles: Role) -> Callable[[View], View]:
    """Open to programs that act as somebody in one of these roles."""
    return _declare(Need(frozenset(roles), background=True, token=True))


def signed_in(view: View) -> View:
    """Open to everybody who is signed in, whatever the role."""
    return _declare(Need(_EVERYBODY))(view)


def signed_in_freshly(view: View) -> View:
    """The same for what asks for a proof, minutes old, that it is she."""
    return _declare(Need(_EVERYBODY, fresh=True))(view)


def signed_in_background(view: View) -> View:
    """The same for what a script asks by itself: the idle clock runs on."""
    return _declare(Need(_EVERYBODY, background=True))(view)


def open_to_all(view: View) -> View:
    """Open without signing in. It must show the same to everybody."""
    return _declare(Need(_EVERYBODY, anybody=True))(view)


def _declare(need: Need) -> Callable[[View], View]:
    def declared(view: View) -> View:
        setattr(view, _ATTRIBUTE, need)
        return view

    return declared


def need_of(app: Flask, endpoint: str) -> Need | None:
    """What the view behind an endpoint declared, or None."""
    found = getattr(app.view_functions.get(endpoint), _ATTRIBUTE, None)
    return found if isinstance(found, Need) else None


def may(endpoint: str) -> bool:
    """Whether the visitor may use an endpoint: for navigation and for controls."""
    if endpoint not in current_app.view_functions:
        return False
    return _decide(need_of(current_app, endpoint), {}) is Answer.COME_IN


def guard() -> None:
    """Runs before every view. Unknown addresses pass: there is nothing behind them."""
    endpoint = request.endpoint
    if endpoint is None or request.routing_exception is not None:
        return
    need = need_of(current_app, endpoint)
    answer = _decide(need, request.view_args or {})
    if need is None or answer is Answer.NOT_FOR_YOU:
        raise NotForYou
    if answer is Answer.TOKEN:
        raise NoToken
    if answer is Answer.SIGN_IN:
        readable = request.method in {"GET", "HEAD"}
        raise SignInFirst(later=readable and not need.background)
    if not (need.anybody or need.background):
        _she_is_active()
    opened = here.opened_session() if need.fresh else None
    if opened is not None and not opened.fresh:
        raise ProveFirst(later=request.method in {"GET", "HEAD"})


def _decide(need: Need | None, view_args: dict[str, Any]) -> Answer:
    if need is None or not need.roles:
        return Answer.NOT_FOR_YOU
    if need.anybody:
        return Answer.COME_IN
    if need.token:
        person = here.program()
    else:
        person = here.visitor() or _narrow_right(need, view_args)
    if person is None:
        return Answer.TOKEN if need.token else Answer.SIGN_IN
    return Answer.COME_IN if person.role in need.roles else Answer.NOT_FOR_YOU


def _narrow_right(need: Need, view_args: dict[str, Any]) -> StaffMember | None:
    """Whoever is locked out but still in this very session, if the view keeps (F9)."""
    locked = here.locked_person() if need.in_session else None
    session_id = view_args.get(need.in_session)
    if locked is None or not isinstance(session_id, str):
        return None
    board = here.services().board
    if not board.may_go_on(locked.id, session_id, here.now()):
        return None
    here.let_in_narrowly(locked)
    return locked


def _she_is_active() -> None:
    by_script = "Quietline-Background" in request.headers
    opened = here.opened_session()
    if opened is None or not here.visitor() or by_script:
        return
    # A write for each of several pages at once would make everybody wait; so she may
    # be asked for her password a second early, never late.
    if here.now() - opened.seen_at >= _SEEN_ALREADY:
        here.services().accounts.seen(browser().sid, here.now())
