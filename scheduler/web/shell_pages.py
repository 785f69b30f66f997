"""The few addresses of the shell itself: start, keys, alerts, and the files."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import (
    Blueprint,
    abort,
    current_app,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
)

from scheduler.web import frame, here
from scheduler.web.access import open_to_all, signed_in, signed_in_background
from scheduler.web.headers import hashed_file

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from scheduler.web.assets import Assets

pages = Blueprint("shell", __name__)


@pages.get("/")
@signed_in
def start() -> Response:
    """Whatever page her role begins with."""
    return redirect(frame.home(), 303)


@pages.get("/keys")
@signed_in
def keys() -> str:
    """The keys, for whoever has no script to list those of a page."""
    return render_template("shell/keys.html")


@pages.get("/still-here")
@signed_in
def still_here() -> Response:
    """She is typing or moving: the idle clock starts again. Asked once a minute."""
    return make_response("", 204)


@pages.get("/alerts")
@signed_in_background
def alerts() -> Response:
    """Which staff alerts wait for her: ids only (N1)."""
    return jsonify(alerts=list(frame.frame().alerts))


@pages.post("/alerts/seen")
@signed_in
def seen() -> Response:
    """She has seen them."""
    named = request.form.getlist("alert")
    here.services().board.seen_alerts(here.person(), named, here.now())
    by_script = request.headers.get("Sec-Fetch-Dest") == "empty"
    return make_response("", 204) if by_script else redirect(frame.home(), 303)


@pages.get("/static/<name>")
@open_to_all
@hashed_file
def static(name: str) -> Response:
    """A file under the name that its content gives it."""
    assets = cast("Assets", current_app.extensions["quietline.assets"])
    found = assets.find(name)
    if found is None:
        abort(404)
    return make_response(found.body, {"Content-Type": found.kind})
