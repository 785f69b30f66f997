"""Busy times from a calendar: what it closes is shown, then taken over or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, request

from scheduler.domain.errors import Outdated
from scheduler.ports import CalendarUnreachable, CalendarUnreadable
from scheduler.services.calendar import calendars
from scheduler.web import availability, here
from scheduler.web.access import needs
from scheduler.web.forms import Typed

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

pages = Blueprint("calendars", __name__)

_NOTHING = "Choose a file, or give an address."


@pages.post("/availability/<int:staff_id>/calendar")
@needs(*availability.MAY)
def read(staff_id: int) -> ResponseReturnValue:
    """Read a file or an address; what it closes is shown and waits."""
    typed = Typed.posted()
    uploaded = request.files.get("file")
    content = uploaded.read() if uploaded else b""
    address = typed.text("address", longest=1000)
    field = "address" if address and not content else "file"
    try:
        if content:
            calendars.read_file(here.house(), here.actor(), staff_id, content)
        elif address:
            calendars.read_address(here.house(), here.actor(), staff_id, address)
        else:
            calendars.see(here.house(), here.actor(), staff_id)
            typed.wrong("file", _NOTHING)
    except (CalendarUnreadable, CalendarUnreachable) as wrong:
        typed.wrong(field, str(wrong))
    if typed.wrongs:
        return availability.page(staff_id, calendar_typed=typed), 422
    return availability.back(staff_id, "calendar_read", "waits")


@pages.post("/availability/<int:staff_id>/calendar/take")
@needs(*availability.MAY)
def take(staff_id: int) -> ResponseReturnValue:
    """What is shown counts from now on."""
    shown = Typed.posted().value("reading")
    try:
        calendars.take(here.house(), here.actor(), staff_id, shown)
    except Outdated as wrong:
        return availability.page(staff_id, outdated=str(wrong)), 409
    return availability.back(staff_id, "calendar")


@pages.post("/availability/<int:staff_id>/calendar/aside")
@needs(*availability.MAY)
def aside(staff_id: int) -> ResponseReturnValue:
    """What is shown does not count."""
    calendars.put_aside(here.house(), here.actor(), staff_id)
    return availability.back(staff_id, "calendar_aside")


@pages.post("/availability/<int:staff_id>/calendar/stop")
@needs(*availability.MAY)
def stop(staff_id: int) -> ResponseReturnValue:
    """No calendar is read, and what was closed opens."""
    calendars.stop(here.house(), here.actor(), staff_id)
    return availability.back(staff_id, "calendar_stopped")
