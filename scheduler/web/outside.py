"""Signing in at somebody else's door: there, back, and one press of ours.

Whoever comes back comes from another site, so the browser keeps the cookie back once
(SameSite): a step of our own brings it along. Then she presses once, since a page that
is only read signs nobody in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, make_response, redirect, render_template, request, url_for

from scheduler.ports import OutsideRefused, OutsideUnreachable
from scheduler.services.staff import outside
from scheduler.services.staff.outside import For
from scheduler.services.staff.sign_in import NotIn
from scheduler.web import here, sign_in
from scheduler.web.access import open_to_all, signed_in_freshly
from scheduler.web.forms import Typed
from scheduler.web.sessions import browser

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

pages = Blueprint("outside", __name__)

BACK_PATH = "/sign-in/outside/back"
_LONGEST = 2000
_LEFT = "You did not sign in there. Sign in with your name and password, or try again."


@pages.get("/sign-in/outside")
@open_to_all
def go() -> Response:
    """To the other door."""
    return _to(For.ENTERING)


@pages.get("/you/outside")
@signed_in_freshly
def go_and_link() -> Response:
    """The same for somebody who is in, to say which account there is hers."""
    return _to(For.LINKING)


def _to(use: For) -> Response:
    outside.door(here.house())
    if not browser().known:
        return redirect(url_for("sign_in.form"), 303)
    try:
        address = outside.address(here.house(), use, browser().sid, here.now())
    except OutsideUnreachable as wrong:
        return _refused(str(wrong), 503)
    return redirect(address, 303)


@pages.get(BACK_PATH)
@open_to_all
def back() -> Response | str:
    """She comes back: with a code, or without."""
    outside.door(here.house())
    crossed = request.headers.get("Sec-Fetch-Site") == "cross-site"
    if crossed and not browser().known:
        target = sign_in.own_path(request.full_path)
        return make_response(render_template("sign_in/arrived.html", target=target))
    typed = Typed.asked()
    if not typed.value("code") or not browser().known:
        return _refused(_LEFT, 403)
    return render_template(
        "sign_in/outside.html",
        code=typed.value("code")[:_LONGEST],
        state=typed.value("state")[:_LONGEST],
        linking=here.visitor() is not None,
        action=url_for("outside.link" if here.visitor() else "outside.come_in"),
    )


@pages.post("/sign-in/outside")
@open_to_all
def come_in() -> Response:
    """In, as far as a password would let her in."""
    outside.door(here.house())
    typed = Typed.posted()
    try:
        answer = outside.enter(
            here.house(),
            browser().known,
            typed.value("state")[:_LONGEST],
            typed.value("code")[:_LONGEST],
            request.remote_addr or "",
            here.now(),
        )
    except (OutsideRefused, OutsideUnreachable) as wrong:
        return _refused(str(wrong), 403)
    if isinstance(answer, NotIn):
        return _refused(answer.sentence, 403)
    return sign_in.begin(answer.sid, Typed())


@pages.post("/you/outside")
@signed_in_freshly
def link() -> Response:
    """The account there is hers from now on."""
    outside.door(here.house())
    typed = Typed.posted()
    try:
        said = outside.link(
            here.house(),
            here.person().id,
            browser().known,
            typed.value("state")[:_LONGEST],
            typed.value("code")[:_LONGEST],
            here.now(),
        )
    except (OutsideRefused, OutsideUnreachable) as wrong:
        said = str(wrong)
    if said:
        return _refused(said, 403)
    return redirect(url_for("second_factor.you"), 303)


@pages.post("/you/outside/end")
@signed_in_freshly
def unlink() -> Response:
    """It opens nothing here any more."""
    outside.door(here.house())
    outside.unlink(here.house(), here.person().id, here.now())
    return redirect(url_for("second_factor.you"), 303)


def _refused(sentence: str, status: int) -> Response:
    typed = Typed()
    typed.wrong("name", sentence)
    return make_response(sign_in.page(typed), status)
