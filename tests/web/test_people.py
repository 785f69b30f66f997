"""People and a file: a caller found without telling, what a file shows first, and what
may be done with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from scheduler.domain.fallback import Branch
from scheduler.domain.people import Person, Role
from scheduler.domain.plan import ContactPlan, Format, Mode
from scheduler.services.counselling import fallback, sessions
from scheduler.services.house import Actor, House
from scheduler.services.safe_contact import plans, standing
from scheduler.services.simulation.made_up import MadeUpClock
from scheduler.storage import accounts
from scheduler.storage.people import ClientFile
from tests.domain.builders import hours, plan, text, voice
from tests.services import filing
from tests.web import kit, site

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

REASON = {"reason": "speaking_with_her"}


@pytest.fixture
def app() -> Iterator[Flask]:
    with site.built() as made:
        made.config["PROPAGATE_EXCEPTIONS"] = True
        yield made


@pytest.fixture
def house(app: Flask) -> House:
    found: House = app.extensions["quietline.services"].house
    return found


def actor(house: House, name: str) -> Actor:
    with house.store.reading() as tx:
        member = accounts.member_by_sign_in_name(tx, name)
    assert member is not None
    return Actor(member.id, member.role, member.name)


def a_file(house: House, **given: Any) -> ClientFile:
    return filing.a_file(house, actor(house, "wanda"), **given)


def wanda(app: Flask) -> FlaskClient:
    return site.client(app, Role.INTAKE)


def sue(app: Flask) -> FlaskClient:
    return site.client(app, Role.SUPERVISOR)


def hidden(page: TestResponse, name: str) -> str:
    return page.text.split(f'name="{name}" value="', 1)[1].split('"', 1)[0]


def clean(page: TestResponse, status: int = 200) -> str:
    assert page.status_code == status, page.text[-3000:]
    kit.assert_clean(page.text)
    return page.text


def without_handle(page: TestResponse) -> str:
    plain = page.text.replace(hidden(page, "handle"), "HANDLE")
    plain = plain.replace(hidden(page, "once"), "ONCE")
    return plain.replace(hidden(page, "csrf_token"), "TOKEN")


# --- Finding a caller (P14) --------------------------------------------------


def test_found_and_not_found_look_alike_until_her_word_is_typed(
    app: Flask, house: House
) -> None:
    file = a_file(house, words=True)
    wandas = wanda(app)
    found = kit.post(wandas, "/people", {"sought": file.code})
    nobody = kit.post(wandas, "/people", {"sought": "+1 416 555 0199"})
    clean(found)
    assert without_handle(found) == without_handle(nobody)
    assert file.code not in found.text
    again = [
        kit.post(
            wandas,
            "/people/check",
            {"handle": hidden(page, "handle"), "word_heard": "Cabbage"},
        )
        for page in (found, nobody)
    ]
    assert without_handle(again[0]) == without_handle(again[1])
    assert "2 more tries" in clean(again[0], 422)


@pytest.mark.parametrize("sought", ["code", "number", "name"])
def test_her_word_opens_the_file_however_she_was_looked_for(
    app: Flask, house: House, sought: str
) -> None:
    person = Person(session_name="Robin", known_by="two cats")
    only = plan(text(address="+14165550177"))
    file = a_file(house, words=True, person=person, with_plan=only)
    typed = {
        "code": {"sought": file.code.lower()},
        "number": {"sought": "(416) 555-0177"},
        "name": {"sought": "robin", "known_by": "Two Cats"},
    }[sought]
    wandas = wanda(app)
    page = kit.post(wandas, "/people", typed)
    opened = kit.post(
        wandas,
        "/people/check",
        {"handle": hidden(page, "handle"), "word_heard": "marmalade"},
    )
    assert opened.status_code == 303
    assert opened.location == f"/people/{file.code}"
    assert file.code in clean(wandas.get(opened.location))


def test_a_slip_in_a_code_gets_its_sentence_and_keeps_what_was_typed(
    app: Flask,
) -> None:
    page = kit.post(wanda(app), "/people", {"sought": "K-1043", "known_by": "cats"})
    shown = clean(page, 422)
    assert "slip" in shown
    assert 'value="K-1043"' in shown
    assert 'value="cats"' in shown


def test_three_wrong_words_end_it_and_nothing_is_said_of_a_file(
    app: Flask, house: House
) -> None:
    file = a_file(house, words=True)
    wandas = wanda(app)
    page = kit.post(wandas, "/people", {"sought": file.code})
    data = {"handle": hidden(page, "handle"), "word_heard": "Cabbage"}
    shown = [kit.post(wandas, "/people/check", data) for _ in range(3)][-1].text
    assert "It cannot be said that it is she." in shown
    assert file.code not in shown
    assert filing.again(house, file).suspended_why == "identity_failed"


def test_get_help_shows_the_action_she_chose_and_not_safe_ends_it(
    app: Flask, house: House
) -> None:
    file = a_file(house, words=True)
    wandas = wanda(app)
    path = f"/people/{file.code}/check"
    said = {}
    for word in ("paper lantern", "blue umbrella"):
        page = kit.post(wandas, path, {"lead": "plan"})
        data = {"handle": hidden(page, "handle"), "word_heard": word}
        said[word] = clean(kit.post(wandas, "/people/check", data), 422)
    assert "Get help." in said["paper lantern"]
    assert "Not safe now." in said["blue umbrella"]
    assert all("paper lantern" not in each for each in said.values())


def test_a_supervisor_who_knows_her_voice_needs_no_word(
    app: Flask, house: House
) -> None:
    file = a_file(house)
    sues = sue(app)
    page = kit.post(sues, f"/people/{file.code}/check", {"lead": "plan"})
    known = {"handle": hidden(page, "handle"), "lead": "plan"}
    opened = kit.post(sues, "/people/voice", known)
    assert opened.location == f"/people/{file.code}/plan"


def test_a_counsellor_sees_the_files_she_works_with_and_no_others(
    app: Flask, house: House
) -> None:
    shown = clean(site.client(app, Role.COUNSELLOR).get("/people"))
    assert site.fill("{file_hers}") in shown
    assert site.fill("{file_not_hers}") not in shown
    assert 'name="sought"' not in shown


# --- A new file --------------------------------------------------------------


def test_a_new_file_gets_its_code_and_leads_to_the_plan(
    app: Flask, house: House
) -> None:
    wandas = wanda(app)
    clean(wandas.get("/people/new"))
    made = kit.post(
        wandas,
        "/people/new",
        {"zone": "America/Edmonton", "session_name": "Robin", "service": "group"},
    )
    assert made.status_code == 303
    shown = clean(wandas.get(made.location))
    assert made.location.endswith("/plan")
    assert "America/Edmonton" in shown
    assert "Robin" not in shown


def test_a_zone_that_is_none_keeps_all_that_was_typed(app: Flask) -> None:
    page = kit.post(
        wanda(app), "/people/new", {"zone": "Mars/Base", "session_name": "Robin"}
    )
    shown = clean(page, 422)
    assert "There is no time zone “Mars/Base”" in shown
    assert 'value="Robin"' in shown


# --- A file ------------------------------------------------------------------


def test_a_file_says_no_first_with_the_reason_and_the_next_yes(
    app: Flask, house: House
) -> None:
    file = a_file(house, with_plan=plan(voice(hours=hours("Tue 09:00-11:30"))))
    shown = clean(wanda(app).get(f"/people/{file.code}"))
    first = shown.index('class="answer"')
    assert first < shown.index("<h2")
    assert f"{file.code} is not to be contacted now." in shown
    assert f"{file.code} may be rung Tue 09:00-11:30." in shown
    assert "Tue 1 Dec 09:00" in shown
    assert "Show the number" not in shown


def test_a_plan_without_a_way_says_that_she_contacts_us(
    app: Flask, house: House
) -> None:
    file = a_file(house, with_plan=plan(channels=()))
    shown = clean(wanda(app).get(f"/people/{file.code}"))
    assert "She contacts us" in shown


def test_a_number_is_shown_only_with_a_yes_and_its_outcome_is_asked(
    app: Flask, house: House
) -> None:
    ring = voice(address="+14165550166", hours=hours("Mon-Sun 00:00-24:00"))
    file = a_file(house, with_plan=plan(ring))
    wandas = wanda(app)
    before = clean(wandas.get(f"/people/{file.code}"))
    assert "+14165550166" not in before
    rung = kit.post(wandas, f"/people/{file.code}/call", {"purpose": "call_back"})
    assert "+14165550166" in clean(rung)
    later = clean(wandas.get(f"/people/{file.code}"))
    assert "+14165550166" not in later
    assert "How did your call go" in later
    asked = later.split(f"/people/{file.code}/call/")[1].split('"')[0]
    done = kit.post(
        wandas, f"/people/{file.code}/call/{asked}", {"outcome": "no_answer"}
    )
    assert done.status_code == 303
    assert filing.messages(house, file) == [("call", "sent_by_hand")]


def test_a_call_outside_her_hours_is_refused_in_words(app: Flask, house: House) -> None:
    file = a_file(house, with_plan=plan(voice()))
    rung = kit.post(wanda(app), f"/people/{file.code}/call", {"purpose": "call_back"})
    shown = clean(rung, 409)
    assert "It is outside the hours she named." in shown
    assert "+14165550143" not in shown


def test_suspending_counts_at_once_and_confirming_needs_a_check(
    app: Flask, house: House
) -> None:
    file = a_file(house, words=True)
    wandas = wanda(app)
    done = kit.post(wandas, f"/people/{file.code}/suspend")
    assert "suspended" in clean(wandas.get(done.location))
    refused = kit.post(wandas, f"/people/{file.code}/confirm")
    assert "checked that it is she" in clean(refused, 422)
    page = kit.post(wandas, f"/people/{file.code}/check", {"lead": "file"})
    kit.post(
        wandas,
        "/people/check",
        {"handle": hidden(page, "handle"), "word_heard": "Marmalade"},
    )
    assert kit.post(wandas, f"/people/{file.code}/confirm").status_code == 303
    assert not filing.again(house, file).suspended


def test_who_looked_is_shown_and_who_was_shut_out_only_to_supervisors(
    app: Flask, house: House
) -> None:
    file = a_file(house)
    sues = sue(app)
    dora = actor(house, "dora")
    shut = {"staff": str(dora.id), "shut": "yes"}
    kit.post(sues, f"/people/{file.code}/shut-out", shut)
    other = a_file(house)
    kit.post(sues, f"/people/{file.code}/apart", {"other": other.code, "keep": "yes"})
    told = clean(sues.get(f"/people/{file.code}"))
    assert "shut somebody out" in told
    assert other.code in told
    shown = clean(wanda(app).get(f"/people/{file.code}"))
    assert "Sue" in shown
    assert "shut somebody out" not in shown
    assert other.code not in shown


def test_a_file_shut_to_her_is_not_there(app: Flask, house: House) -> None:
    file = a_file(house)
    me = actor(house, "wanda")
    shut = {"staff": str(me.id), "shut": "yes"}
    kit.post(sue(app), f"/people/{file.code}/shut-out", shut)
    wandas = wanda(app)
    gone = wandas.get(f"/people/{file.code}")
    assert gone.status_code == 404
    assert gone.data == wandas.get("/people/Z-9999").data
    rung = kit.post(wandas, f"/people/{file.code}/call", {"purpose": "call_back"})
    assert rung.status_code == 404


def test_a_supervisor_sees_a_number_with_a_reason_and_do_not_ring(
    app: Flask, house: House
) -> None:
    file = a_file(house, with_plan=plan(text(address="+14165550155")))
    sues = sue(app)
    path = f"/people/{file.code}/number"
    assert "Choose a reason" in clean(kit.post(sues, path, {"way": "text"}), 422)
    shown = clean(kit.post(sues, path, {"way": "text", "reason": "review"}))
    assert "Do not ring." in shown
    assert "+14165550155" in shown


# --- Known by, video, code words ---------------------------------------------


def test_what_she_is_known_by_is_covered_until_a_reason_is_given(
    app: Flask, house: House
) -> None:
    file = a_file(house, person=Person(session_name="Robin", cover_topic="soup"))
    wandas = wanda(app)
    path = f"/people/{file.code}/person"
    assert "Robin" not in clean(wandas.get(path))
    assert "Robin" not in clean(kit.post(wandas, f"{path}/show"), 422)
    shown = kit.post(wandas, f"{path}/show", REASON)
    assert 'value="Robin"' in clean(shown)
    saved = kit.post(wandas, path, {"session_name": "Robin B", "pronouns": "they"})
    assert saved.status_code == 303
    again = kit.post(wandas, f"{path}/show", REASON).text
    assert 'value="Robin B"' in again
    assert filing.trail(house, "read")


def test_the_record_about_video_is_talked_through_and_dated(
    app: Flask, house: House
) -> None:
    file = a_file(house)
    wandas = wanda(app)
    path = f"/people/{file.code}/video"
    assert "Nothing is recorded." in clean(wandas.get(path))
    today = house.now().date()
    data = {
        "recorded_on": today.isoformat(),
        "review_on": (today + timedelta(days=400)).isoformat(),
        "wants_video": "yes",
        "knows_equal": "yes",
        "connection": "good",
        "where": "the car",
    }
    late = clean(kit.post(wandas, path, data), 422)
    assert "within a year" in late
    assert 'value="the car"' in late
    data["review_on"] = (today + timedelta(days=60)).isoformat()
    assert kit.post(wandas, path, data).status_code == 303
    assert "suits her" in clean(wandas.get(f"/people/{file.code}"))


WORDS = {
    "word_identity_0": "Marmalade",
    "word_not_safe_0": "blue umbrella",
    "word_get_help_0": "paper",
    "word_get_help_1": "lantern",
    "action": "stay on the line",
}


def test_code_words_are_typed_once_and_then_covered(app: Flask, house: House) -> None:
    file = a_file(house)
    wandas = wanda(app)
    path = f"/people/{file.code}/words"
    assert "none yet" in clean(wandas.get(path))
    done = kit.post(wandas, path, WORDS)
    assert done.status_code == 303
    shown = clean(wandas.get(done.location))
    assert "covered" in shown
    assert "stay on the line" in shown
    assert not any(each in shown for each in ("Marmalade", "umbrella", "lantern"))


def test_a_word_that_cannot_stay_has_its_sentence_and_no_word_comes_back(
    app: Flask, house: House
) -> None:
    file = a_file(house)
    page = kit.post(
        wanda(app),
        f"/people/{file.code}/words",
        {**WORDS, "word_not_safe_0": "marmalade"},
    )
    shown = clean(page, 422)
    assert "This is the same as another of her words." in shown
    assert 'id="word_not_safe_0-wrong"' in shown
    assert "armalade" not in shown
    assert "Words are not shown again, so type all of them once more." in shown
    assert "all you typed is still here" not in shown
    assert "Not safe now: <a" in shown
    assert 'value="stay on the line"' in shown


def test_a_word_is_shown_with_a_reason_but_not_the_one_she_is_checked_by(
    app: Flask, house: House
) -> None:
    file = a_file(house, words=True)
    path = f"/people/{file.code}/words/show"
    wandas, sues = wanda(app), sue(app)
    assert "umbrella" not in clean(kit.post(wandas, path, {"purpose": "not_safe"}), 422)
    assert "blue umbrella" in clean(
        kit.post(wandas, path, {"purpose": "not_safe", **REASON})
    )
    mine = {"purpose": "identity", **REASON}
    assert kit.post(wandas, path, mine).status_code == 404
    assert "Marmalade" in clean(kit.post(sues, path, mine))


def test_a_word_said_in_earnest_is_to_be_replaced_and_suspends_the_plan(
    app: Flask, house: House
) -> None:
    file = a_file(house, words=True)
    wandas = wanda(app)
    path = f"/people/{file.code}/words/used"
    done = kit.post(wandas, path, {"purpose": "not_safe"})
    assert "used in earnest" in clean(wandas.get(done.location))
    assert filing.again(house, file).suspended_why == "not_safe"


# --- What was written at the start ---------------------------------------------


def test_what_was_written_at_the_start_is_put_right_on_the_file(
    app: Flask, house: House
) -> None:
    file = a_file(house)
    wandas = wanda(app)
    path = f"/people/{file.code}/correct"
    right = {"service": "counselling", "requested_on": "2026-11-20"}
    done = kit.post(wandas, path, {**right, "zone": "America/Regina"})
    assert done.location == f"/people/{file.code}?done=corrected"
    shown = clean(wandas.get(done.location))
    assert "It is put right." in shown
    assert "put right what was written at the start" in shown
    assert 'value="America/Regina"' in shown
    assert 'value="2026-11-20"' in shown
    again = kit.post(wandas, path, {**right, "zone": "America/Regina"})
    assert again.location.endswith("done=as_it_was")


def test_a_clock_that_is_none_has_its_sentence_and_nothing_typed_is_lost(
    app: Flask, house: House
) -> None:
    file = a_file(house)
    typed = {"requested_on": "2026-11-20", "zone": "Atlantis"}
    shown = clean(kit.post(wanda(app), f"/people/{file.code}/correct", typed), 422)
    assert 'id="zone-wrong"' in shown
    assert 'value="Atlantis"' in shown
    assert 'value="2026-11-20"' in shown
    assert "<details open>" in shown


# --- What a file remembers ---------------------------------------------------


def booked(house: House, file: ClientFile, **ahead: float) -> str:
    return filing.book(
        house,
        actor(house, "wanda"),
        file,
        house.now() + timedelta(**ahead),
        counsellor=actor(house, "cora"),
        format=Format.PHONE,
    )


def open_all_day() -> ContactPlan:
    return plan(text(mode=Mode.ASSISTED), session_hours=hours("Mon-Sun 00:00-24:00"))


def test_a_session_that_broke_off_stands_in_the_file_with_what_is_due(
    app: Flask, house: House
) -> None:
    file = a_file(house, with_plan=open_all_day())
    session_id = booked(house, file, hours=1)
    cora = actor(house, "cora")
    assert isinstance(house.clock, MadeUpClock)
    house.clock.at += timedelta(hours=1)
    assert sessions.start(house, cora, session_id).yes
    fallback.interrupt(house, cora, session_id, Branch.TECHNICAL)
    wandas = kit.client(app, Role.INTAKE, site.PEOPLE)
    shown = clean(wandas.get(f"/people/{file.code}"))
    assert "broke off 09:00: a technical drop, to be looked at by" in shown


def test_a_session_the_plan_no_longer_allows_says_so(app: Flask, house: House) -> None:
    file = a_file(house, with_plan=open_all_day())
    booked(house, file, days=2)
    before = filing.in_force(house, file)[0]
    nights = replace(before, session_hours=hours("Mon 00:00-01:00"))
    plans.save_plan(house, actor(house, "wanda"), file.code, nights, before.version)
    shown = clean(wanda(app).get(f"/people/{file.code}"))
    assert "The plan no longer allows it:" in shown


def test_a_suspension_after_a_reply_is_lifted_by_a_supervisor_only_for_thanks(
    app: Flask, house: House
) -> None:
    file = a_file(house)
    with house.store.begin() as tx:
        standing.suspend(tx, house, file.id, "reply", house.now())
    path = f"/people/{file.code}"
    assert "Lift without a talk" not in clean(wanda(app).get(path))
    sues = sue(app)
    assert "Lift without a talk" in clean(sues.get(path))
    refused = kit.post(sues, f"{path}/lift", {"reason": "her_usual_words"})
    assert "Only plain thanks within 72 hours" in clean(refused, 422)


def test_somebody_else_answering_suspends_the_plan(app: Flask, house: House) -> None:
    ring = voice(hours=hours("Mon-Sun 00:00-24:00"))
    file = a_file(house, with_plan=plan(ring))
    wandas = wanda(app)
    rung = kit.post(wandas, f"/people/{file.code}/call", {"purpose": "call_back"})
    asked = rung.text.split(f"/people/{file.code}/call/")[1].split('"')[0]
    path = f"/people/{file.code}/call/{asked}"
    kit.post(wandas, path, {"outcome": "someone_else"})
    shown = clean(wandas.get(f"/people/{file.code}"))
    assert "somebody else answered" in shown
    again = kit.post(wandas, path, {"outcome": "answered"})
    assert "It has moved on" in clean(again, 409)


def test_the_usual_counsellor_is_changed_but_not_to_one_who_is_shut_out(
    app: Flask, house: House
) -> None:
    file = a_file(house)
    dora = actor(house, "dora")
    wandas = wanda(app)
    path = f"/people/{file.code}"
    kit.post(wandas, f"{path}/counsellor", {"staff": str(dora.id)})
    assert "usually Dora" in clean(wandas.get(path))
    kit.post(sue(app), f"{path}/shut-out", {"staff": str(dora.id), "shut": "yes"})
    refused = kit.post(wandas, f"{path}/counsellor", {"staff": str(dora.id)})
    shown = clean(refused, 409)
    assert "is not available" in shown
    assert "shut out" not in shown
