"""Accounts: inviting, resetting, roles, and being the second person (E1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, make_response, redirect, render_template, request, url_for

from scheduler.domain.errors import Misread
from scheduler.domain.people import Role
from scheduler.domain.staff_changes import ChangeKind
from scheduler.services.staff import staff_changes
from scheduler.services.staff.passwords import TooManyAtOnce
from scheduler.services.staff.staff_changes import Done
from scheduler.web import here, sign_in
from scheduler.web.access import needs, open_to_all
from scheduler.web.forms import Typed

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

pages = Blueprint("staff", __name__)

SECOND = (Role.ADMINISTRATOR, Role.SUPERVISOR, Role.CUSTODIAN, Role.SECOND)

WISHES = {
    ChangeKind.INVITE: "invite",
    ChangeKind.RESET: "give a new code to",
    ChangeKind.ROLE: "change the role of",
    ChangeKind.CLOSE: "shut out",
    ChangeKind.OPEN: "let in again",
}


@pages.get("/settings/staff")
@needs(*SECOND)
def listing() -> str:
    """Everybody with an account."""
    return _page()


def _page(typed: Typed | None = None, made: Done | None = None, wrong: str = "") -> str:
    return render_template(
        "settings/staff.html",
        seen=staff_changes.seen(here.house()),
        typed=typed or Typed({"zone": here.shown().zone}),
        made=made,
        wrong=wrong,
        wishes=WISHES,
        roles=[(each.value, each.value) for each in Role],
        me=here.person(),
        done=request.args.get("done", ""),
    )


@pages.post("/settings/staff")
@needs(Role.ADMINISTRATOR, fresh=True)
def invite() -> Response:
    """An account for somebody; the code is shown this once."""
    typed = Typed.posted()
    name = typed.text("name", missing="Give the name colleagues use.")
    sign_in_name = typed.text("sign_in_name", missing="Give the name she signs in by.")
    role = typed.choice("role", Role, missing="Choose what she does here.")
    zone = typed.zone("zone", missing="Give the town whose clock she works by.")
    made = None
    if not typed.wrongs and role is not None:
        try:
            made = staff_changes.invite(
                here.house(), here.actor(), sign_in_name, name, role, zone
            )
        except Misread as wrong:
            typed.wrong("sign_in_name", str(wrong))
    if made is None:
        return make_response(_page(typed), 422)
    return make_response(_page(made=made))


@pages.post("/settings/staff/<int:staff_id>")
@needs(Role.ADMINISTRATOR, fresh=True)
def change(staff_id: int) -> Response:
    """One act on one account, at once or asked for."""
    typed = Typed.posted()
    kind = typed.choice("kind", ChangeKind, missing="Choose what is to be done.")
    role = typed.choice("role", Role)
    if kind is ChangeKind.ROLE and role is None:
        typed.wrong("role", "Choose the role she is to have.")
    if typed.wrongs or kind is None or kind is ChangeKind.INVITE:
        return make_response(_page(wrong="Choose what is to be done."), 422)
    try:
        made = staff_changes.change(here.house(), here.actor(), kind, staff_id, role)
    except Misread as wrong:
        return make_response(_page(wrong=str(wrong)), 422)
    return _after(made)


@pages.post("/settings/staff/wish/<int:wish_id>/confirm")
@needs(*SECOND, fresh=True)
def confirm(wish_id: int) -> Response:
    """The second person; a code is shown to her."""
    try:
        made = staff_changes.confirm(here.house(), here.actor(), wish_id)
    except Misread as wrong:
        return make_response(_page(wrong=str(wrong)), 422)
    return _after(made)


@pages.post("/settings/staff/wish/<int:wish_id>/back")
@needs(*SECOND)
def take_back(wish_id: int) -> Response:
    """It is not to be."""
    staff_changes.take_back(here.house(), here.actor(), wish_id)
    return redirect(url_for("staff.listing", done="back"), 303)


def _after(made: Done) -> Response:
    if made.code or made.waits:
        return make_response(_page(made=made))
    return redirect(url_for("staff.listing", done="changed"), 303)


# --- Beginning with a code -----------------------------------------------------


@pages.get("/sign-in/invited")
@open_to_all
def invited() -> str:
    """For whoever was told a code."""
    return render_template("sign_in/invited.html", typed=Typed())


@pages.post("/sign-in/invited")
@open_to_all
def begin() -> Response:
    """Her own password from now on; then the second factor."""
    typed = Typed.posted()
    name = typed.text("name", missing="Type your sign-in name.")
    code = typed.text("code", missing="Type the code you were told.")
    password = typed.value("password")
    if not password:
        typed.wrong("password", "Choose a password.")
    answer = None
    if not typed.wrongs:
        try:
            answer = staff_changes.begin(
                here.house(),
                here.services().accounts.passwords,
                name,
                code,
                password,
                request.remote_addr or "",
                here.now(),
            )
        except (Misread, TooManyAtOnce) as wrong:
            typed.wrong("password", str(wrong))
    sid = getattr(answer, "sid", "")
    if not sid:
        typed.wrong("code", getattr(answer, "sentence", ""))
        return make_response(_invited(typed), 422)
    return sign_in.begin(sid, typed)


def _invited(typed: Typed) -> str:
    typed.wrongs = {name: said for name, said in typed.wrongs.items() if said}
    return render_template("sign_in/invited.html", typed=typed)
