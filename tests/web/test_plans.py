"""The plan's page: the talk as one form, looked at beforehand, saved, settled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest

from scheduler.domain.closing import CloseReason
from scheduler.domain.fallback import Actor as Acts
from scheduler.domain.fallback import FallbackPlan, Outcome, Step, StepKind
from scheduler.domain.plan import (
    AgreedFormat,
    ChannelKind,
    ContactPlan,
    Device,
    Format,
    LineType,
    Mode,
    Purpose,
    Sure,
    Voicemail,
)
from scheduler.domain.plan_changes import changes
from scheduler.services import settings
from scheduler.services.files import closing, people
from scheduler.services.house import House
from scheduler.services.safe_contact import plans as saving
from scheduler.storage.people import ClientFile
from scheduler.web import plan_form, plan_read
from tests.domain.builders import away, hours, plan, rotation, text, voice
from tests.services import filing
from tests.web import kit, site
from tests.web.test_people import actor, clean, wanda

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.test import TestResponse

TODAY = date(2026, 11, 30)


@pytest.fixture
def app() -> Iterator[Flask]:
    with site.built() as made:
        made.config["PROPAGATE_EXCEPTIONS"] = True
        yield made


@pytest.fixture
def house(app: Flask) -> House:
    found: House = app.extensions["quietline.services"].house
    return found


def a_file(house: House, **given: Any) -> ClientFile:
    return filing.a_file(house, actor(house, "wanda"), **given)


class _Form(HTMLParser):
    """What a browser would send from the plan's form as it stands on the page."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, list[str]] = {}
        self._inside = False
        self._area: str | None = None
        self._choice: str | None = None

    def handle_starttag(self, tag: str, given: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in given}
        if tag == "form":
            self._inside = "data-plan" in has
        if self._inside:
            self._field(tag, has.get("name", ""), has)

    def _field(self, tag: str, name: str, has: dict[str, str]) -> None:
        if tag == "textarea":
            self._area = name
            self.fields[name] = [""]
        elif tag == "select":
            self._choice = name
        elif tag == "option" and self._choice:
            if "selected" in has or self._choice not in self.fields:
                self.fields[self._choice] = [has.get("value", "")]
        elif tag == "input" and name:
            ticked = has.get("type") in ("checkbox", "radio")
            if not ticked or "checked" in has:
                self.fields.setdefault(name, []).append(has.get("value", ""))

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self.fields[self._area][0] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._area is not None:
            # As browsers do with the line break after the opening tag.
            self.fields[self._area] = [self.fields[self._area][0].removeprefix("\n")]
            self._area = None
        elif tag == "select":
            self._choice = None
        elif tag == "form":
            self._inside = False


def form_of(page: TestResponse) -> dict[str, Any]:
    reader = _Form()
    reader.feed(page.text)
    fields: dict[str, Any] = dict(reader.fields)
    fields.pop("csrf_token", None)
    fields.pop("word_heard", None)
    return fields


def talk(app: Flask, file: ClientFile, **changed: Any) -> dict[str, Any]:
    """The form as it stands, with some answers."""
    fields = form_of(wanda(app).get(f"/people/{file.code}/plan"))
    return {**fields, **{name.replace("__", "."): one for name, one in changed.items()}}


EVERYTHING = plan(
    text(
        mode=Mode.ASSISTED,
        line=LineType.SHARED_MOBILE,
        shared_ok=True,
        purposes=frozenset({Purpose.REMINDER, Purpose.CHANGE}),
        hours=hours(
            "Tue,Thu 09:00-11:30",
            "Fri 22:00-01:00",
            once=("2026-12-05 10:00-12:00",),
            rotations=(rotation("2026-11-30", 2, (1,), "Wed 13:00-15:00"),),
            deny=("2026-12-24..2026-12-26", "Tue 10:00-10:30"),
        ),
    ),
    text(
        key="text2",
        address="+14165550144",
        purposes=frozenset({Purpose.REMINDER}),
        mode=Mode.NONE,
        consent=False,
    ),
    voice(voicemail=Voicemail.NO_CONTENT, others="her sister", may_say="the garden"),
    devices=(
        Device("phone", "phone", "hers", Sure.NO, Sure.NOT_SURE, Sure.NO),
        Device("laptop", "laptop", "her sister's", Sure.YES, Sure.NO, Sure.NO),
    ),
    formats=(
        AgreedFormat(Format.VIDEO, "laptop"),
        AgreedFormat(Format.PHONE, "", True),
    ),
    away=(
        away("2026-12-07..2026-12-09", "America/Vancouver", "Mon 09:00-10:00"),
        away("2026-12-20", "America/Regina", sessions=("Sun 09:00-12:00",)),
    ),
    cutoff=FallbackPlan(
        True,
        (
            Step(Acts.CLIENT, StepKind.WAIT, 5),
            Step(
                Acts.COUNSELLOR,
                StepKind.CALL,
                0,
                frozenset({Outcome.REJOINED, Outcome.ANSWERED, Outcome.NO_ANSWER}),
            ),
            Step(Acts.COUNSELLOR, StepKind.END, 10),
        ),
    ),
)


# --- Fields and plan ---------------------------------------------------------


def test_a_plan_as_fields_is_read_as_the_same_plan() -> None:
    typed = plan_form.filled(EVERYTHING, 3)
    posted = {name: typed.values(name) for name in typed.names()}
    again = plan_form.tidied(posted)
    assert changes(EVERYTHING, plan_read.read(again, TODAY)) == ()
    assert again.wrongs == {}


def test_no_takes_every_purpose_out_and_keeps_what_was_typed() -> None:
    typed = plan_form.filled(EVERYTHING, 3)
    posted = {name: typed.values(name) for name in typed.names()} | {"any": ["no"]}
    read = plan_read.read(plan_form.tidied(posted), TODAY)
    assert {each.purposes for each in read.channels} == {frozenset()}
    assert {each.mode for each in read.channels} == {Mode.NONE}
    assert read.channels[0].address


def test_blank_lines_among_phrases_are_closed_up_so_that_numbers_agree() -> None:
    typed = plan_form.tidied(
        {
            "phrases.reminder.0": [""],
            "phrases.reminder.1": ["The plants want water"],
            "phrases.reminder.2": [" "],
            "phrases.reminder.3": ["The soup is on"],
            "word_heard": ["Marmalade"],
        }
    )
    assert typed.value("phrases.reminder.0") == "The plants want water"
    assert typed.value("phrases.reminder.1") == "The soup is on"
    assert not typed.has("word_heard")


# --- The page ----------------------------------------------------------------


def test_the_page_as_it_is_shown_changes_nothing_when_it_is_sent(
    app: Flask, house: House
) -> None:
    file = a_file(house, with_plan=EVERYTHING)
    before = filing.in_force(house, file)
    wandas = wanda(app)
    path = f"/people/{file.code}/plan"
    clean(wandas.get(path))
    saved = kit.post(wandas, path, talk(app, file))
    assert saved.status_code == 303, saved.text[-2000:]
    assert filing.in_force(house, file) == before


def first_talk(**changed: Any) -> dict[str, Any]:
    answers: dict[str, Any] = {
        "any": "yes",
        "channel": ["sms:text"],
        "channels.text.address": "(416) 555-0123",
        "channels.text.line": "own_mobile",
        "channels.text.device": "device",
        "channels.text.purposes": ["reminder", "change"],
        "channels.text.mode": "automatic",
        "channels.text.consent": "yes",
        "channels.text.hours": "Tue,Thu 09:00-11:30\nFri 22:00-01:00",
        "device": ["device"],
        "devices.device": "phone",
        "devices.device.whose": "hers",
        "devices.device.monitored": "no",
        "formats.in_person": "yes",
        "session_hours": "Mon-Fri 09:00-12:00",
        "phrases.reminder.0": "The marmalade is nearly gone",
        "cutoff.agreed": "yes",
    }
    return {**answers, **changed}


def opened(house: House) -> ClientFile:
    made = people.open_file(house, actor(house, "wanda"))
    assert isinstance(made, ClientFile)
    return made


def test_the_first_talk_is_typed_and_saved(app: Flask, house: House) -> None:
    file = opened(house)
    wandas = wanda(app)
    path = f"/people/{file.code}/plan"
    fields = {**form_of(wandas.get(path)), **first_talk()}
    saved = kit.post(wandas, path, fields)
    assert saved.status_code == 303, saved.text[-3000:]
    (plan_now,) = filing.in_force(house, file)
    channel = plan_now.channels[0]
    assert (channel.kind, channel.address) == (ChannelKind.SMS, "+14165550123")
    assert plan_now.phrases[0].text == "The marmalade is nearly gone"
    assert "The plan is saved." in clean(wandas.get(saved.location))


def test_nothing_is_chosen_for_her_on_a_blank_page(app: Flask, house: House) -> None:
    fields = form_of(wanda(app).get(f"/people/{opened(house).code}/plan"))
    assert "any" not in fields
    assert fields["channels.text.line"] == ["unknown"]
    assert not any(name.endswith((".purposes", ".mode", ".consent")) for name in fields)
    assert fields["steps.0.kind"] == [""]
    assert "cutoff.agreed" not in fields


@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        ("channels.text.hours", "Tuesdays at nine", "cannot be read"),
        ("channels.text.hours.deny", "2026-12-40", "is no date"),
        (
            "channels.text.hours.rotations",
            "2026-12-01 2 weeks, 1: Wed 13:00-15:00",
            "no Monday",
        ),
        ("session_hours", "Mon 09:00-25:00", "goes past 24:00"),
        ("channels.text.address", "12", "number"),
        ("channels.text.line", "landline", "Texts go only"),
        ("channels.text.consent", "", "recorded consent"),
        ("channels.text.device", "device2", "not in the list"),
        ("phrases.reminder.0", "See you Tuesday", "is a weekday"),
        ("phrases.reminder.0", "Your counselling is near", "word of this work"),
        ("valid_until", "2027-12-01", "at most 90 days"),
        ("valid_until", "soon", "is no date"),
        ("zone", "Mars/Base", "There is no time zone"),
        ("devices.device.monitored", "", "“Not sure” counts as yes"),
        ("steps.0.after", "500", "from 0 to 120"),
        ("away.0", "2026-12-09..2026-12-07", "ends before it starts"),
    ],
)
def test_what_cannot_stay_has_its_sentence_at_its_field_and_nothing_is_lost(
    app: Flask, house: House, name: str, typed: str, sentence: str
) -> None:
    file = opened(house)
    wandas = wanda(app)
    path = f"/people/{file.code}/plan"
    fields = {**form_of(wandas.get(path)), **first_talk()}
    fields |= {"steps.0.kind": "wait", "steps.0.who": "client"}
    fields |= {name: typed, "away.0.zone": "America/Regina" if "away" in name else ""}
    if name != "away.0":
        del fields["away.0.zone"]
    answer = kit.post(wandas, path, fields)
    shown = clean(answer, 422)
    assert sentence in shown
    assert f'href="#{name}"' in shown
    again = form_of(answer)
    kept = {
        each: value
        for each, value in first_talk().items()
        if each not in (name, "channel", "device")
    }
    for each, value in kept.items():
        assert again[each] == (value if isinstance(value, list) else [value]), each
    assert again.get(name, [""]) == [typed]
    assert filing.in_force(house, file)[0].version == 1


def test_checking_tells_what_would_leave_and_writes_nothing(
    app: Flask, house: House
) -> None:
    file = opened(house)
    wandas = wanda(app)
    path = f"/people/{file.code}/plan"
    by_hand = first_talk(**{"channels.text.mode": "assisted"})
    fields = {**form_of(wandas.get(path)), **by_hand}
    lines = len(filing.trail(house, "read plan"))
    shown = clean(kit.post(wandas, f"{path}/check", fields))
    assert "could: " in shown
    assert "28 of 136 signs, plain alphabet" in shown
    assert "At most one text a day" in shown
    assert filing.in_force(house, file)[0].version == 1
    assert len(filing.trail(house, "read plan")) == lines


def test_a_curly_quote_is_said_to_need_the_wide_alphabet(
    app: Flask, house: House
) -> None:
    file = opened(house)
    path = f"/people/{file.code}/plan/check"
    fields = first_talk(**{"phrases.reminder.0": "It’s raining on the beans"})
    assert "of 70 signs: ’ needs the wide alphabet" in clean(
        kit.post(wanda(app), path, fields)
    )


def test_the_usual_steps_are_offered_and_agreed_to_by_nobody(
    app: Flask, house: House
) -> None:
    file = opened(house)
    path = f"/people/{file.code}/plan/check"
    page = kit.post(wanda(app), path, {"any": "no", "act": "usual"})
    fields = form_of(page)
    assert fields["steps.0.kind"] == ["wait"]
    assert fields["steps.4.kind"] == ["end"]
    assert "cutoff.agreed" not in fields
    assert filing.in_force(house, file)[0].cutoff.steps == ()


def test_the_steps_offered_are_those_of_the_agencys_policy(
    app: Flask, house: House
) -> None:
    file = opened(house)
    path = f"/people/{file.code}/plan/check"
    maia = actor(house, "maia")
    settings.change_policy(
        house, maia, "cutoff_steps", "counsellor call 3, supervisor end 20", "agreed"
    )
    fields = form_of(kit.post(wanda(app), path, {"any": "no", "act": "usual"}))
    assert [fields[f"steps.{n}.kind"] for n in range(3)] == [["call"], ["end"], [""]]
    assert fields["steps.1.after"] == ["20"]
    settings.change_policy(house, maia, "cutoff_steps", "", "none is usual")
    page = clean(kit.post(wanda(app), path, {"any": "no"}))
    assert "the steps this agency offers" not in page


def test_another_number_gets_a_place_of_its_own(app: Flask, house: House) -> None:
    file = a_file(house)
    fields = {**talk(app, file), "more": "sms"}
    page = kit.post(wanda(app), f"/people/{file.code}/plan/check", fields)
    assert "sms:text2" in form_of(page)["channel"]
    assert "Text (2)" in clean(page)


def test_a_new_number_says_beforehand_that_it_suspends_the_plan(
    app: Flask, house: House
) -> None:
    file = a_file(house, words=True)
    fields = talk(app, file, channels__text__address="(416) 555-0188")
    wandas = wanda(app)
    path = f"/people/{file.code}/plan"
    assert "Saving this suspends the plan." in clean(
        kit.post(wandas, f"{path}/check", fields)
    )
    assert kit.post(wandas, path, fields).status_code == 303
    assert filing.again(house, file).suspended_why == "new_number"


def test_her_word_is_typed_on_the_page_and_what_was_typed_stays(
    app: Flask, house: House
) -> None:
    file = a_file(house, words=True)
    longer = (TODAY + timedelta(days=60)).isoformat()
    fields = talk(app, file, valid_until=longer)
    wandas = wanda(app)
    path = f"/people/{file.code}/plan"
    refused = kit.post(wandas, path, fields)
    assert "holds longer only after it was checked" in clean(refused, 422)
    wrong = kit.post(wandas, f"{path}/word", {**fields, "word_heard": "Cabbage"})
    assert "It does not match." in clean(wrong, 422)
    heard = {**form_of(wrong), "word_heard": "marmalade"}
    right = kit.post(wandas, f"{path}/word", heard)
    assert "armalade" not in clean(right)
    assert form_of(right)["valid_until"] == [longer]
    assert kit.post(wandas, path, form_of(right)).status_code == 303
    assert filing.in_force(house, file)[0].valid_until.isoformat() == longer


def test_what_changes_in_what_is_planned_is_shown_before_it_is_saved(
    app: Flask, house: House
) -> None:
    file = a_file(house, with_plan=plan(text(mode=Mode.ASSISTED)))
    cora = actor(house, "cora")
    start = house.now() + timedelta(days=2, hours=2)
    filing.book(
        house,
        actor(house, "wanda"),
        file,
        start.replace(hour=15, minute=0),
        counsellor=cora,
        format=Format.IN_PERSON,
    )
    page = wanda(app).get(f"/people/{file.code}/plan")
    assert "stays as it is" in clean(page)
    fields = {**form_of(page), "channels.text.mode": "none"}
    changed = kit.post(wanda(app), f"/people/{file.code}/plan/check", fields)
    assert "goes:" in clean(changed)


# --- Two saved at once (P10) -------------------------------------------------


def two_saved(app: Flask, house: House) -> ClientFile:
    """Wanda opens the page; Ines saves meanwhile; Wanda saves from what she had."""
    file = a_file(house)
    fields = talk(app, file, session_hours="Tue 09:00-12:00")
    before = filing.in_force(house, file)[0]
    hers: ContactPlan = replace(before, session_hours=hours("Wed 09:00-12:00"))
    done = saving.save_plan(
        house, actor(house, "ines"), file.code, hers, before.version
    )
    assert isinstance(done, saving.Saved)
    beside = kit.post(wanda(app), f"/people/{file.code}/plan", fields)
    assert beside.location == f"/people/{file.code}/plan/conflict"
    return file


def test_the_second_of_two_is_kept_beside_and_both_can_be_read(
    app: Flask, house: House
) -> None:
    file = two_saved(app, house)
    assert len(filing.in_force(house, file)) == 2
    wandas = wanda(app)
    led = wandas.get(f"/people/{file.code}/plan")
    assert led.location == f"/people/{file.code}/plan/conflict"
    shown = clean(wandas.get(led.location))
    assert "Tue 09:00-12:00" in shown
    assert "Wed 09:00-12:00" in shown
    assert "Ines" in shown
    assert "Wanda" in shown
    assert "Settle which one holds" in clean(wandas.get(f"/people/{file.code}"))


def test_going_on_from_one_of_them_and_saving_settles_it(
    app: Flask, house: House
) -> None:
    file = two_saved(app, house)
    mine = filing.in_force(house, file)[1]
    wandas = wanda(app)
    page = wandas.get(f"/people/{file.code}/plan?start={mine.version}")
    assert form_of(page)["session_hours"] == ["Tue 09:00-12:00"]
    saved = kit.post(wandas, f"/people/{file.code}/plan", form_of(page))
    assert saved.status_code == 303
    (settled,) = filing.in_force(house, file)
    assert settled.session_hours == hours("Tue 09:00-12:00")


def test_saving_in_a_live_talk_after_a_check_lifts_a_suspension(
    app: Flask, house: House
) -> None:
    file = a_file(house, words=True)
    wandas = wanda(app)
    path = f"/people/{file.code}/plan"
    kit.post(wandas, f"/people/{file.code}/suspend")
    fields = {**talk(app, file), "word_heard": "Marmalade"}
    page = kit.post(wandas, f"{path}/word", fields)
    assert "saving lifts a suspension" in clean(page)
    assert kit.post(wandas, path, form_of(page)).status_code == 303
    assert filing.again(house, file).suspended
    lifting = {**form_of(page), "talked": "yes"}
    assert kit.post(wandas, path, lifting).status_code == 303
    assert not filing.again(house, file).suspended


def test_a_closed_file_keeps_its_plan_and_what_was_typed_is_still_there(
    house: House, app: Flask
) -> None:
    file = a_file(house)
    longer = (TODAY + timedelta(days=20)).isoformat()
    fields = talk(app, file, valid_until=longer)
    who, done = actor(house, "wanda"), CloseReason.DONE
    assert closing.close(house, who, file.code, done, knows=True) is None
    refused = kit.post(wanda(app), f"/people/{file.code}/plan", fields)
    assert "This file is closed, so its plan stays as it is." in clean(refused, 422)
    assert form_of(refused)["valid_until"] == [longer]
    assert filing.in_force(house, file)[0].version == 2
