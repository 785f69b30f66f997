"""The second factor on pages: giving it, setting it up, proving with it."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import segno
from flask import Blueprint, make_response, redirect, render_template, request, url_for

from scheduler.domain.field_errors import FieldErrors
from scheduler.services.staff import (
    accounts,
    outside,
    own_password,
    passkeys,
    second_factors,
)
from scheduler.services.staff.passwords import TooManyAtOnce
from scheduler.services.staff.sign_in import SignedIn
from scheduler.web import here, sign_in
from scheduler.web.access import (
    ProveFirst,
    SignInFirst,
    open_to_all,
    signed_in,
    signed_in_freshly,
)
from scheduler.web.forms import Typed
from scheduler.web.headers import makes_passkeys
from scheduler.web.sessions import browser

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

pages = Blueprint("second_factor", __name__)

_MISSING = "Type the six digits your app shows, or a recovery code."


def _address() -> str:
    return request.remote_addr or ""


# --- Giving it -----------------------------------------------------------------


@pages.post("/sign-in/code")
@open_to_all
def code() -> Response:
    """After the password: in, or what is wrong."""
    if here.half_in() is None:
        return redirect(url_for("sign_in.form"), 303)
    typed = Typed.posted()
    sid = _given(typed)
    if typed.wrongs:
        return make_response(sign_in.asking_code(typed), _status(typed))
    return sign_in.begin(sid, typed)


@pages.get("/sign-in/again")
@signed_in
def again() -> str:
    """Whether it is still she."""
    target = sign_in.own_path(request.args.get("next", "/"))
    return sign_in.proving(Typed({"next": target}))


@pages.post("/sign-in/again")
@signed_in
def proved() -> Response:
    """It is: back to what she was about to do."""
    typed = Typed.posted()
    opened = here.opened_session()
    by_code = opened is not None and opened.has_app
    sid = _given(typed) if by_code else _retyped(typed)
    if typed.wrongs:
        return make_response(sign_in.proving(typed), _status(typed))
    return sign_in.begin(sid, typed)


def _given(typed: Typed) -> str:
    """The id to go on under, once the code was right."""
    given = typed.text("code", missing=_MISSING)
    if typed.wrongs:
        return ""
    answer = second_factors.give(
        here.house(), browser().sid, given, _address(), here.now()
    )
    return _sid_of(answer, typed, "code")


def _retyped(typed: Typed) -> str:
    """The same, once the password was."""
    password = typed.value("password")
    if not password:
        typed.wrong("password", "Type your password.")
        return ""
    try:
        answer = here.services().accounts.prove(
            browser().sid, password, _address(), here.now()
        )
    except TooManyAtOnce as busy:
        answer = None
        typed.wrong("password", str(busy))
    return _sid_of(answer, typed, "password")


def _sid_of(answer: object, typed: Typed, field: str) -> str:
    if answer is None:
        typed.wrong(field, "You are not signed in any more. Sign in again.")
    sentence = getattr(answer, "sentence", "")
    if sentence:
        typed.wrong(field, sentence)
    return str(getattr(answer, "sid", ""))


def _status(typed: Typed) -> int:
    """Of a form that did not let her on: nothing typed, or not what counts."""
    return 403 if typed.value("code") or typed.value("password") else 422


# --- Setting it up -------------------------------------------------------------


def who_sets_up() -> int:
    """Whoever has none yet, or is in and has just proved that it is she. Raises
    SignInFirst, ProveFirst."""
    opened = here.opened_session()
    later = request.method != "POST"
    if opened is None or opened.locked or (opened.half and opened.has_second):
        raise SignInFirst(later=later)
    if not (opened.half or opened.fresh):
        raise ProveFirst(later=later)
    if opened.person is None:
        raise SignInFirst(later=later)
    return opened.staff_id


@pages.get("/sign-in/second")
@makes_passkeys
@open_to_all
def new() -> str:
    """A secret for her app, drawn and in letters."""
    staff_id = who_sets_up()
    target = sign_in.own_path(request.args.get("next", "/"))
    return page(staff_id, Typed({"next": target}))


def page(staff_id: int, typed: Typed) -> str:
    """The page that sets one up, with what is wrong."""
    return render_template(
        "sign_in/second.html",
        typed=typed,
        target=sign_in.own_path(typed.value("next", "/")),
        offered=second_factors.offer(here.house(), browser().sid, staff_id),
        half=here.half_in() is not None,
    )


@pages.get("/sign-in/second/drawing.svg")
@open_to_all
def drawing() -> Response:
    """The secret as a square that a phone reads; for her alone."""
    offered = second_factors.offer(here.house(), browser().sid, who_sets_up())
    drawn = BytesIO()
    # White behind it, or no phone reads it on a dark page.
    segno.make(offered.address, micro=False).save(
        drawn, kind="svg", scale=5, light="#fff", svgclass=None, lineclass=None
    )
    response = make_response(drawn.getvalue())
    response.mimetype = "image/svg+xml"
    return response


@pages.post("/sign-in/second")
@makes_passkeys
@open_to_all
def confirm() -> Response:
    """Hers from now on, once she has shown a code made from it."""
    staff_id = who_sets_up()
    typed = Typed.posted()
    given = typed.text("code", missing="Type the six digits your app shows.")
    answer = None
    if not typed.wrongs:
        answer = second_factors.set_up(
            here.house(), browser().sid, given, _address(), here.now()
        )
    if not isinstance(answer, second_factors.SetUp):
        typed.wrong("code", getattr(answer, "sentence", "Sign in again."))
        return make_response(page(staff_id, typed), _status(typed))
    browser().begin(answer.signed_in.sid)
    here.changed()
    return show_codes(answer.codes, sign_in.own_path(typed.value("next", "/")))


def show_codes(codes: tuple[str, ...], target: str) -> Response:
    """Recovery codes, this once."""
    return make_response(
        render_template("sign_in/codes.html", codes=codes, target=target)
    )


# --- Her own page --------------------------------------------------------------


@pages.get("/you")
@signed_in
def you() -> str:
    """What she signs in with, and where she is signed in."""
    return render_template(
        "sign_in/you.html",
        standing=second_factors.standing(here.house(), here.person().id),
        passkeys=passkeys.hers(here.house(), here.person().id),
        places=accounts.signed_in_now(here.house(), here.person().id),
        linked_at=outside.linked_at(here.house(), here.person().id),
    )


@pages.get("/you/password")
@signed_in
def password() -> str:
    """The form for another password."""
    return _password(Typed())


def _password(typed: Typed) -> str:
    return render_template("sign_in/password.html", typed=typed)


@pages.post("/you/password")
@signed_in
def change_password() -> Response:
    """Another one, with the old one in hand."""
    typed = Typed.posted()
    old, new = typed.value("password_old"), typed.value("password_new")
    if not old:
        typed.wrong("password_old", "Type the password you have now.")
    if not new:
        typed.wrong("password_new", "Type the one you want.")
    if typed.wrongs:
        return make_response(_password(typed), 422)
    try:
        answer = own_password.change(
            here.house(),
            here.services().accounts.passwords,
            browser().sid,
            old,
            new,
            _address(),
            here.now(),
        )
    except TooManyAtOnce as busy:
        answer = FieldErrors({"password_old": str(busy)})
    if answer is None:
        return redirect(url_for("sign_in.form"), 303)
    if isinstance(answer, SignedIn):
        browser().begin(answer.sid)
        here.changed()
        return redirect(url_for("second_factor.you"), 303)
    for name, sentence in answer.wrongs.items():
        typed.wrong(name, sentence)
    return make_response(_password(typed), 422)


@pages.post("/you/codes")
@signed_in_freshly
def codes() -> Response:
    """Ten new recovery codes."""
    made = second_factors.new_recovery_codes(here.house(), here.person().id, here.now())
    return show_codes(made, url_for("second_factor.you"))


@pages.post("/you/end")
@signed_in
def end_all() -> Response:
    """Out everywhere, here too."""
    accounts.sign_out_everywhere(here.house(), here.person().id, here.actor())
    browser().end()
    return redirect(url_for("sign_in.form"), 303)
