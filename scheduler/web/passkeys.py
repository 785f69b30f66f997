"""Passkeys on pages: signing in with one, adding one, taking one away.

Every form here is sent by a script that has asked the browser first; without it, a
password and a code do the same.
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Blueprint, make_response, redirect, request, url_for

from scheduler.domain.errors import NotThere
from scheduler.services.staff import passkeys
from scheduler.services.staff.passkeys import RelyingParty
from scheduler.services.staff.second_factors import SetUp
from scheduler.services.staff.sign_in import NotIn
from scheduler.web import here, second_factor, sign_in
from scheduler.web.access import open_to_all, signed_in_freshly
from scheduler.web.forms import Typed
from scheduler.web.headers import makes_passkeys
from scheduler.web.sessions import browser

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

pages = Blueprint("passkeys", __name__)


def party() -> RelyingParty | None:
    """Who a passkey made on this page is for; None under a bare number, which no
    browser makes passkeys for."""
    if here.settings().https:
        origin = urlsplit(here.settings().public_url)
    else:
        origin = urlsplit(f"http://{request.host}")
    host = origin.hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return RelyingParty(host, f"{origin.scheme}://{origin.netloc}")
    return None


def possible() -> bool:
    """Whether passkeys can be used under the address of this request."""
    return party() is not None


def _party() -> RelyingParty:
    found = party()
    if found is None:
        raise NotThere
    return found


def _status(typed: Typed) -> int:
    return 403 if typed.value("answer") else 422


def _json(text: str) -> Response:
    response = make_response(text)
    response.mimetype = "application/json"
    return response


@pages.get("/sign-in/passkey")
@open_to_all
def asked() -> Response:
    """What the browser is asked for. Writes nothing."""
    return _json(passkeys.to_enter(here.house(), _party(), browser().sid, here.now()))


@pages.post("/sign-in/passkey")
@open_to_all
def come_in() -> Response:
    """In with both factors at once; also out of the lock, and for a fresh proof."""
    typed = Typed.posted()
    answer = passkeys.enter(
        here.house(),
        _party(),
        browser().sid,
        typed.value("answer"),
        request.remote_addr or "",
        here.now(),
    )
    if isinstance(answer, NotIn):
        typed.wrong("name", answer.sentence)
        return make_response(sign_in.page(typed), _status(typed))
    return sign_in.begin(answer.sid, typed)


@pages.get("/sign-in/second/passkey")
@open_to_all
def asked_to_make() -> Response:
    """What the browser is asked to make. Writes nothing."""
    staff_id = second_factor.who_sets_up()
    return _json(
        passkeys.to_add(here.house(), _party(), browser().sid, staff_id, here.now())
    )


@pages.post("/sign-in/second/passkey")
@makes_passkeys
@open_to_all
def add() -> Response:
    """Hers from now on."""
    staff_id = second_factor.who_sets_up()
    typed = Typed.posted()
    made = passkeys.add(
        here.house(),
        _party(),
        browser().sid,
        typed.value("answer"),
        typed.text("called", longest=passkeys.LONGEST_NAME),
        request.remote_addr or "",
        here.now(),
    )
    if not isinstance(made, SetUp):
        typed.wrong("called", getattr(made, "sentence", "Sign in again."))
        return make_response(second_factor.page(staff_id, typed), _status(typed))
    browser().begin(made.signed_in.sid)
    here.changed()
    target = sign_in.own_path(typed.value("next", "/"))
    if made.codes:
        return second_factor.show_codes(made.codes, target)
    return redirect(target, 303)


@pages.post("/you/passkeys/<int:passkey_id>/remove")
@signed_in_freshly
def remove(passkey_id: int) -> Response:
    """It opens nothing any more; she is signed out everywhere, here too."""
    passkeys.remove(here.house(), here.person().id, passkey_id, here.now())
    browser().end()
    return redirect(url_for("sign_in.form"), 303)
