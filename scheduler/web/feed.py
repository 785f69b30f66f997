"""A counsellor's taken times for a calendar program, at an address that is a secret.

What the program reads has no visitor, no cookie, no page: who knows the address may
read it, and for everybody else there is nothing there, byte for byte as for any other
address (E3).
"""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import TooManyRequests

from scheduler.domain.people import Role
from scheduler.services.calendar import feeds
from scheduler.services.calendar.feeds import AskedTooOften, NotNeutral
from scheduler.web import availability, here
from scheduler.web.access import needs, open_to_all
from scheduler.web.forms import Typed

pages = Blueprint("feed", __name__)


@pages.get("/calendar/<token>.ics")
@open_to_all
def calendar(token: str) -> Response:
    """The calendar, or that nothing changed."""
    known = tuple(request.if_none_match.as_set(include_weak=True))
    try:
        served = feeds.serve(here.house(), token, known)
    except AskedTooOften as wrong:
        raise TooManyRequests(retry_after=wrong.wait) from None
    if served.body is None:
        answer = Response(status=304)
    else:
        answer = Response(served.body, mimetype="text/calendar")
    answer.set_etag(served.tag)
    return answer


@pages.post("/availability/feed")
@needs(Role.COUNSELLOR)
def make() -> ResponseReturnValue:
    """A new address, shown in the answer and never again; or another title."""
    typed = Typed.posted()
    title = typed.value("title")
    try:
        if typed.value("only") == "title":
            feeds.rename(here.house(), here.actor(), title)
            return availability.back(here.actor().id, "feed_title")
        token = feeds.make(here.house(), here.actor(), title)
    except NotNeutral as wrong:
        typed.wrong("title", str(wrong))
        return availability.page(here.actor().id, feed_typed=typed), 422
    address = url_for("feed.calendar", token=token)
    return render_template(
        "availability/feed_made.html", address=here.settings().public_url + address
    )


@pages.post("/availability/<int:staff_id>/feed/end")
@needs(*availability.MAY)
def end(staff_id: int) -> ResponseReturnValue:
    """The address is nobody's any more."""
    feeds.end(here.house(), here.actor(), staff_id)
    return availability.back(staff_id, "feed_ended")
