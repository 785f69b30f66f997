"""The fields of what she chose to be known by (P13), and of the record about video."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, timedelta
from typing import Final

from scheduler.domain.people import Person
from scheduler.domain.suitability import Connection, Suitability
from scheduler.web.forms import Typed

LANGUAGES: Final = (
    ("", "not said"),
    ("en", "English"),
    ("fr", "French"),
    ("es", "Spanish"),
    ("asl", "ASL"),
    ("lsq", "LSQ"),
    ("other", "another, with an interpreter"),
)
YES_NO: Final = (("", "not recorded"), ("yes", "yes"), ("no", "no"))
CONNECTIONS: Final = (
    (Connection.GOOD.value, "good"),
    (Connection.WEAK.value, "weak"),
    (Connection.METERED.value, "paid by the megabyte"),
    (Connection.NONE.value, "none, or not recorded"),
)
COMFORT: Final = (("", "not recorded"), *((str(n), str(n)) for n in range(1, 6)))
REVIEW: Final = timedelta(days=90)


def filled(person: Person) -> Typed:
    """The form with what is there, after it was shown with a reason."""
    values = {
        each.name: str(getattr(person, each.name) or "")
        for each in fields(Person)
        if each.name != "children_over_two"
    }
    values["children_over_two"] = _yes_no(person.children_over_two)
    return Typed(values)


def read(typed: Typed) -> Person:
    """What was typed; all of it may be blank."""
    return Person(
        session_name=typed.text("session_name"),
        aloud_name=typed.text("aloud_name"),
        pronouns=typed.text("pronouns"),
        contact_language=typed.text("contact_language"),
        session_language=typed.text("session_language"),
        interpreter=typed.text("interpreter"),
        refuses_interpreter=typed.text("refuses_interpreter"),
        cover_topic=typed.text("cover_topic"),
        line_if_other=typed.text("line_if_other"),
        children_over_two=_answer(typed, "children_over_two"),
        known_by=typed.text("known_by"),
    )


def _yes_no(value: bool | None) -> str:
    return "" if value is None else ("yes" if value else "no")


def _answer(typed: Typed, name: str) -> bool | None:
    return {"yes": True, "no": False}.get(typed.value(name))


def video_filled(record: Suitability | None, today: date) -> Typed:
    """The record as it stands, or a blank one of today."""
    if record is None:
        fresh = {
            "recorded_on": today.isoformat(),
            "review_on": (today + REVIEW).isoformat(),
            "connection": Connection.NONE.value,
        }
        return Typed(fresh)
    return Typed(
        {
            "recorded_on": today.isoformat(),
            "review_on": max(record.review_on, today).isoformat(),
            "wants_video": "yes" if record.wants_video else "",
            "knows_equal": "yes" if record.knows_equal else "",
            "where": record.where,
            "usually_there": record.usually_there,
            "device": record.device,
            "connection": record.connection.value,
            "comfort": str(record.comfort or ""),
            "headphones": _yes_no(record.headphones),
            "practice_held": _yes_no(record.practice_held),
            "risk_changed": _yes_no(record.risk_changed),
        }
    )


def lacking(record: Suitability | None, today: date) -> list[str]:
    """What keeps video from counting as suitable, and what would change that (P12)."""
    if record is None:
        return ["Nothing is recorded. Talk it through with her."]
    found = (
        (record.wants_video, "She has not said that she wants video."),
        (record.knows_equal, "It is not recorded that she knows the ways are equal."),
        (record.connection is not Connection.NONE, "No connection is recorded."),
        (not record.risk_changed, "The risk has changed since. Talk it through anew."),
        (today <= record.review_on, "The day to ask again has passed. Ask again."),
    )
    return [sentence for right, sentence in found if not right]


def video_read(typed: Typed, today: date) -> Suitability:
    """The record as typed."""
    recorded = typed.date("recorded_on", missing="Give the day of the talk.")
    review = typed.date("review_on", missing="Give the day to ask again.")
    return Suitability(
        recorded_on=recorded or today,
        review_on=review or today,
        wants_video=typed.ticked("wants_video"),
        knows_equal=typed.ticked("knows_equal"),
        where=typed.text("where"),
        usually_there=typed.text("usually_there"),
        device=typed.text("device"),
        connection=typed.choice("connection", Connection) or Connection.NONE,
        comfort=typed.number("comfort", lowest=1, highest=5),
        headphones=_answer(typed, "headphones"),
        practice_held=_answer(typed, "practice_held"),
        risk_changed=_answer(typed, "risk_changed"),
    )
