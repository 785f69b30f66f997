"""Rules of the plan as they are met on the pages: a watched device, the end of a call,
whether video suits (P5, P7, P12)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from scheduler.domain.people import Person
from scheduler.domain.plan import ContactPlan, Device, Format, Sure
from scheduler.services.house import House
from scheduler.services.safe_contact import plans as saving
from scheduler.storage.people import ClientFile
from tests.domain.builders import hours, plan, text, voice
from tests.services import filing
from tests.web import kit, site
from tests.web.test_people import actor, clean, wanda
from tests.web.test_plans import form_of

if TYPE_CHECKING:
    from flask import Flask

ALWAYS = hours("Mon-Sun 00:00-24:00")


@pytest.fixture
def app() -> Iterator[Flask]:
    with site.built() as made:
        made.config["PROPAGATE_EXCEPTIONS"] = True
        yield made


@pytest.fixture
def house(app: Flask) -> House:
    found: House = app.extensions["quietline.services"].house
    return found


def a_file(house: House, agreed: ContactPlan, **given: Any) -> ClientFile:
    return filing.a_file(house, actor(house, "wanda"), with_plan=agreed, **given)


# --- Somebody may be watching (P5) -------------------------------------------


def test_a_device_that_may_be_watched_is_said_at_every_session_booked_on_it(
    app: Flask, house: House
) -> None:
    open_plan = plan(text(hours=ALWAYS), session_hours=ALWAYS)
    file = a_file(house, open_plan)
    filing.book(
        house,
        actor(house, "wanda"),
        file,
        house.now() + timedelta(days=3),
        counsellor=actor(house, "cora"),
        format=Format.PHONE,
    )
    wandas = wanda(app)
    path = f"/people/{file.code}/plan"
    fields = {
        **form_of(wandas.get(path)),
        "devices.phone": "mobile",
        "devices.phone.monitored": "yes",
        "devices.laptop": "laptop",
        "devices.laptop.monitored": "no",
    }
    assert kit.post(wandas, path, fields).status_code == 303
    shown = clean(wandas.get(f"/people/{file.code}"))
    assert "The plan no longer allows it:" in shown
    coming = shown.partition("Sessions to come")[2].partition("The plan</h2>")[0]
    assert "none possible: the device may be watched" in coming
    assert "changed" not in coming


# --- The end of a call (P7) --------------------------------------------------


def rung(app: Flask, file: ClientFile, outcome: str) -> str:
    """Where it leads to have rung her."""
    wandas = wanda(app)
    kit.post(wandas, f"/people/{file.code}/call", {"purpose": "call_back"})
    page = clean(wandas.get(f"/people/{file.code}"))
    asked = page.split(f"/people/{file.code}/call/")[1].split('"')[0]
    path = f"/people/{file.code}/call/{asked}"
    found = kit.post(wandas, path, {"outcome": outcome})
    return str(found.location)


def test_a_call_she_answered_ends_with_three_questions(
    app: Flask, house: House
) -> None:
    file = a_file(house, plan(voice(hours=ALWAYS)), words=True)
    wandas = wanda(app)
    shown = clean(wandas.get(rung(app, file, "answered")))
    assert "Is anyone new on your phone, your account or at home?" in shown
    assert "check first that it is she" in shown
    check = kit.post(wandas, f"/people/{file.code}/check", {"lead": "confirm"})
    handle = check.text.split('name="handle" value="', 1)[1].split('"', 1)[0]
    heard = {"handle": handle, "lead": "confirm", "word_heard": "marmalade"}
    back = kit.post(wandas, "/people/check", heard)
    shown = clean(wandas.get(back.location))
    assert "Is anyone new on your phone" in shown
    assert "check first that it is she" not in shown
    assert kit.post(wandas, f"/people/{file.code}/confirm").status_code == 303
    renewed = filing.in_force(house, file)[0].valid_until
    assert renewed >= date(2026, 12, 30)


def test_nobody_is_asked_anything_when_she_did_not_answer(
    app: Flask, house: House
) -> None:
    file = a_file(house, plan(voice(hours=ALWAYS)))
    shown = clean(wanda(app).get(rung(app, file, "no_answer")))
    assert "Before you hang up" not in shown


# --- Whether video suits (P12) -----------------------------------------------


def test_a_record_that_does_not_count_says_what_is_missing(
    app: Flask, house: House
) -> None:
    file = a_file(house, plan())
    wandas = wanda(app)
    path = f"/people/{file.code}/video"
    today = house.now().date()
    data = {
        "recorded_on": today.isoformat(),
        "review_on": (today + timedelta(days=30)).isoformat(),
        "wants_video": "yes",
        "connection": "good",
        "risk_changed": "yes",
    }
    saved = kit.post(wandas, path, data)
    assert saved.location == f"{path}?done=video"
    shown = clean(wandas.get(saved.location))
    assert "It is not recorded that she knows the ways are equal." in shown
    assert "The risk has changed since." in shown
    assert "No connection is recorded." not in shown
    data |= {"knows_equal": "yes", "risk_changed": "no"}
    assert kit.post(wandas, path, data).location == f"/people/{file.code}?done=video"
    assert "does not count" not in clean(wandas.get(path))


# --- The language of her texts (W2, W5) --------------------------------------


@pytest.mark.parametrize(
    ("language", "said", "of_the_trade"),
    [
        ("fr", "Les plantes ont soif", "Ton rendez-vous approche"),
        ("es", "Las plantas tienen sed", "Su cita se acerca"),
    ],
)
def test_phrases_are_offered_and_linted_in_the_language_of_her_texts(
    app: Flask, house: House, language: str, said: str, of_the_trade: str
) -> None:
    file = a_file(house, plan(), person=Person(contact_language=language))
    wandas = wanda(app)
    path = f"/people/{file.code}/plan"
    page = clean(wandas.get(path))
    offered = page.partition("To begin the talk on “reminder”")[2].partition(
        "</details>"
    )
    assert f'<ul class="small scanned" lang="{language}">' in offered[0]
    assert said in offered[0]
    assert said not in offered[2]
    assert "<li>The kettle is on</li>" not in page
    assert f'autocomplete="off" lang="{language}"' in page
    fields = {**form_of(wandas.get(path)), "phrases.reminder.0": of_the_trade}
    assert "is a word of this work" in clean(kit.post(wandas, f"{path}/check", fields))


def test_while_her_language_is_not_said_every_one_is_offered(
    app: Flask, house: House
) -> None:
    page = clean(wanda(app).get(f"/people/{a_file(house, plan()).code}/plan"))
    for name in ("English", "French", "Spanish"):
        assert f"<h3>{name}</h3>" in page


# --- Two plans at once (P10) -------------------------------------------------


def test_a_device_watched_in_one_of_two_plans_counts_while_both_hold(
    app: Flask, house: House
) -> None:
    file = a_file(house, plan(text(hours=ALWAYS), session_hours=ALWAYS))
    begun = filing.in_force(house, file)[0]
    watched = (Device("phone", monitored=Sure.YES), Device("laptop"))
    for draft in (
        replace(begun, session_hours=hours("Mon 09:00-12:00")),
        replace(begun, devices=watched),
    ):
        saving.save_plan(house, actor(house, "wanda"), file.code, draft, begun.version)
    shown = clean(wanda(app).get(f"/people/{file.code}"))
    assert "is not to be contacted now" in shown
    assert "Two people saved this plan at once." in shown
