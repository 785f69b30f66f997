"""What a roster says of a session, as (mark, words) for the macros."""

from __future__ import annotations

from scheduler.domain.plan import Format
from scheduler.domain.reason_words import in_short
from scheduler.services.counselling.roster import ReminderState, Row
from scheduler.web import here

Marked = tuple[str, str]

FORMATS = {Format.VIDEO: "video", Format.PHONE: "phone", Format.IN_PERSON: "in person"}
LANGUAGES = {"en": "English", "fr": "French", "es": "Spanish"}


def how(row: Row) -> str:
    """`video · French · 50 min`."""
    parts = [
        FORMATS[row.format],
        f"group of {len(row.codes)}" if len(row.codes) > 1 else "",
        LANGUAGES.get(row.language, row.language),
        f"{row.minutes} min",
    ]
    return " · ".join(each for each in parts if each)


def reminder(row: Row) -> Marked:
    """What becomes of the reminder."""
    shown = here.shown()
    told = row.reminder
    match told.state:
        case ReminderState.PLANNED if told.earliest and told.latest:
            first = shown.moment(told.earliest, near=here.now())
            return "planned", f"planned {first}–{shown.clock(told.latest)}"
        case ReminderState.SENT if told.at:
            return "go", f"sent {shown.moment(told.at, near=here.now())}"
        case ReminderState.UNCERTAIN:
            return "look", "not known whether it left"
        case ReminderState.WITHHELD:
            return "none", f"withheld: {in_short(told.reasons)}"
        case _ if told.reasons:
            return "none", f"none possible: {in_short(told.reasons)}"
        case _:
            return "none", "no reminder planned"


def plan(row: Row) -> Marked:
    """How fresh the plan is."""
    day = here.shown().day(row.plan_until)
    if row.plan_lapsed:
        return "look", f"plan ended {day}, ask for a new date"
    if row.suspended:
        return "stop", "plan is stopped, nothing leaves"
    if row.plan_ends_soon:
        return "look", f"plan ends {day}, ask for a new date"
    return "go", f"plan holds to {day}"
