"""Someone is asking: the script, on one key from everywhere (E10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, url_for

from scheduler.services.files import asking
from scheduler.web import here
from scheduler.web.access import signed_in
from scheduler.web.forms import Typed

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

pages = Blueprint("asking", __name__)


@pages.get("/asking")
@signed_in
def script() -> str:
    """What to say, the same to everybody."""
    return render_template(
        "asking/script.html", done=request.args.get("done", ""), typed=Typed()
    )


@pages.post("/asking")
@signed_in
def written() -> Response:
    """Written down; whatever was typed changes nothing."""
    typed = Typed.posted()
    asking.asked(here.house(), here.actor(), typed.value("who"), form=typed.once())
    return redirect(url_for("asking.script", done="written"), 303)
