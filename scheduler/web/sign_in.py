"""Signing in and out, and coming back to a page that locked or asks for a proof."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask_wtf.csrf import validate_csrf
from wtforms import ValidationError

from scheduler.services.staff.passwords import TooManyAtOnce
from scheduler.web import here
from scheduler.web.access import ProveFirst, SignInFirst, open_to_all
from scheduler.web.forms import Typed
from scheduler.web.held import HeldForm, seal, unseal
from scheduler.web.sessions import browser

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from scheduler.web.shell import StaffMember

pages = Blueprint("sign_in", __name__)

# Printable ASCII only: browsers drop tabs and line breaks inside an address, and read a
# backslash as a slash, which would make `/\t/elsewhere` an address of somebody else.
_OWN_PATH: Final = re.compile(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]*|/")


def own_path(target: str) -> str:
    """The target if it is an address of this place, else the start page."""
    return target if _OWN_PATH.fullmatch(target) else "/"


@pages.get("/sign-in")
@open_to_all
def form() -> Response | str:
    """The form; for a locked page with the name of whoever was here, and for whoever
    has typed her password with what comes after it."""
    typed = Typed({"next": own_path(request.args.get("next", "/"))})
    return _what_is_left(typed) if here.half_in() else _form(typed)


@pages.post("/sign-in")
@open_to_all
def come_in() -> Response:
    """In, or one sentence that is the same whatever was wrong."""
    typed = Typed.posted()
    name = typed.text("name", missing="Type your sign-in name.")
    password = typed.value("password")
    if not password:
        typed.wrong("password", "Type your password.")
    if typed.wrongs:
        return make_response(_form(typed), 422)
    address = request.remote_addr or ""
    try:
        answer = here.services().accounts.sign_in(
            name, password, address, here.now(), browser().known
        )
    except TooManyAtOnce as busy:
        typed.wrong("name", str(busy))
        return make_response(_form(typed), 503)
    sid = getattr(answer, "sid", None)
    if sid is None:
        typed.wrong("name", getattr(answer, "sentence", "That is not right."))
        return make_response(_form(typed), 403)
    return begin(str(sid), typed)


@pages.post("/sign-out")
@open_to_all
def leave() -> Response:
    """Out, whether the page was locked or not."""
    mine = browser()
    if mine.known:
        here.services().accounts.sign_out(mine.known, here.now())
    mine.end()
    return redirect(url_for("sign_in.form"), 303)


def ask(first: SignInFirst) -> Response:
    """What somebody gets who has to sign in first."""
    target = own_path(request.full_path.rstrip("?"))
    if first.later and _came_from_elsewhere():
        return make_response(render_template("sign_in/arrived.html", target=target))
    if first.later:
        return redirect(url_for("sign_in.form", next=target), 303)
    held = _held(here.locked_person())
    return make_response(_form(Typed({"held": held})), 403)


def ask_again(first: ProveFirst) -> Response:
    """What she gets who is in, before what asks for a fresh proof."""
    if first.later:
        target = own_path(request.full_path.rstrip("?"))
        return redirect(url_for("second_factor.again", next=target), 303)
    typed = Typed({"held": _held(here.visitor())})
    return make_response(proving(typed), 403)


def proving(typed: Typed) -> str:
    """The page that asks whether it is still she."""
    return render_template(
        "sign_in/again.html", typed=typed, opened=here.opened_session()
    )


def _what_is_left(typed: Typed) -> Response:
    """What a half sign-in leads to: giving the second factor, or setting one up."""
    opened = here.half_in()
    if opened is None or not opened.has_second:
        target = own_path(typed.value("next", "/"))
        return redirect(url_for("second_factor.new", next=target), 303)
    return make_response(asking_code(typed))


def asking_code(typed: Typed) -> str:
    """The page that asks for the second factor."""
    return render_template("sign_in/code.html", typed=typed)


def page(typed: Typed) -> str:
    """Whichever page of signing in this browser is at, with what is wrong."""
    if here.half_in():
        typed.wrong("code", typed.said("name"))
        return asking_code(typed)
    if here.visitor():
        typed.wrong("code", typed.said("name"))
        typed.wrong("password", typed.said("name"))
        return proving(typed)
    return _form(typed)


def _came_from_elsewhere() -> bool:
    """The browser keeps the cookie back on a link from another site (SameSite).

    Asking for sign-in now would overwrite it and sign her out, so she goes on by a link
    of ours first, and then the cookie comes along.
    """
    crossed = request.headers.get("Sec-Fetch-Site") == "cross-site"
    return crossed and not browser().known


def _form(typed: Typed) -> str:
    return render_template(
        "sign_in/form.html", typed=typed, locked=here.locked_person()
    )


def _held(person: StaffMember | None) -> str:
    if person is None or not _from_a_page_of_hers():
        return ""
    fields = tuple(request.form.items(multi=True))
    return seal(
        HeldForm(request.path, fields),
        staff_id=person.id,
        now=here.now(),
        key=here.settings().secret_key,
        chance=here.house().tokens.token(12),
    )


def _from_a_page_of_hers() -> bool:
    try:
        validate_csrf(request.form.get("csrf_token"))
    except ValidationError:
        return False
    return True


def begin(sid: str, typed: Typed) -> Response:
    """Go on under this id: to what was asked for, or to what is still to be given."""
    mine = browser()
    if mine.known:
        here.services().accounts.sign_out(mine.known, here.now())
    mine.begin(sid)
    here.changed()
    if here.half_in():
        return _what_is_left(typed)
    person = here.visitor()
    held = person and unseal(
        typed.value("held"),
        staff_id=person.id,
        now=here.now(),
        key=here.settings().secret_key,
    )
    if held:
        return make_response(render_template("sign_in/send_again.html", held=held))
    return redirect(own_path(typed.value("next", "/")), 303)
