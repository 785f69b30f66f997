"""Saving a plan, and what comes of it (P1–P8, M12, I2, W2, W6, E5)."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from scheduler.domain.decision import Reason
from scheduler.domain.errors import NotThere
from scheduler.domain.field_errors import FieldErrors
from scheduler.domain.phrases import Meaning, Phrase
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
)
from scheduler.domain.plan_words import masked
from scheduler.services.files import identity
from scheduler.services.house import Actor, House
from scheduler.services.messages import gate
from scheduler.services.safe_contact import plan_talk, plans
from scheduler.services.safe_contact.plans import Saved
from scheduler.services.simulation.made_up import MadeUpClock
from scheduler.storage import people as kept_people
from scheduler.storage import plans as kept
from scheduler.storage import tables
from scheduler.storage.people import ClientFile
from tests.domain.builders import at, hours, plan, text, voice
from tests.services import filing
from tests.services.filing import Staff

SESSION = at("2026-12-02 10:00")


@pytest.fixture
def staff(house: House) -> Staff:
    return filing.found(house)


@pytest.fixture
def alma(house: House, staff: Staff) -> ClientFile:
    return filing.a_file(house, staff.wanda, words=True)


def save(
    house: House,
    actor: Actor,
    file: ClientFile,
    draft: ContactPlan,
    based_on: int = 2,
    **how: Any,
) -> Saved:
    saved = plans.save_plan(house, actor, file.code, draft, based_on, **how)
    assert isinstance(saved, Saved), saved
    return saved


def wrongs(
    house: House, actor: Actor, file: ClientFile, draft: ContactPlan, based_on: int = 2
) -> dict[str, str]:
    refused = plans.save_plan(house, actor, file.code, draft, based_on)
    assert isinstance(refused, FieldErrors), refused
    assert filing.again(house, file).plan_number == 2
    return dict(refused.wrongs)


def match(house: House, actor: Actor, file: ClientFile) -> None:
    handle = identity.start_check(house, actor, file.code)
    identity.try_word(house, actor, handle, "marmalade")


def booked(house: House, staff: Staff, file: ClientFile, **how: Any) -> str:
    how.setdefault("format", Format.PHONE)
    return filing.book(house, staff.wanda, file, SESSION, counsellor=staff.cora, **how)


# --- Saving ------------------------------------------------------------------


def test_a_saved_plan_is_the_plan_and_the_one_before_is_history(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    draft = replace(plan(), session_hours=hours("Thu 09:00-12:00"))
    saved = save(house, staff.wanda, alma, draft)
    assert saved.number == 3
    assert [each.name for each in saved.changes] == ["session_hours"]
    assert filing.in_force(house, alma) == (replace(draft, version=3),)
    with house.store.reading() as tx:
        found = kept.versions(tx, alma.id)
        assert kept.version(tx, alma.id, 2) == replace(plan(), version=2)
    assert [(each.number, each.state) for each in found] == [
        (3, "current"),
        (2, "old"),
        (1, "old"),
    ]
    assert found[0].changed_fields == ("session_hours",)
    assert (found[0].saved_by, found[0].based_on) == (staff.wanda.id, 2)


def test_the_file_knows_number_day_and_zone_of_its_plan(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    draft = replace(plan(), zone="America/Vancouver", valid_until=date(2026, 12, 9))
    save(house, staff.wanda, alma, draft)
    file = filing.again(house, alma)
    assert (file.plan_number, file.valid_until, file.zone) == (
        3,
        date(2026, 12, 9),
        "America/Vancouver",
    )


def test_what_is_the_same_makes_no_version(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    saved = save(house, staff.wanda, alma, plan())
    assert (saved.number, saved.changes) == (2, ())
    assert filing.again(house, alma).plan_number == 2


def test_the_trail_names_the_fields(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    save(house, staff.wanda, alma, replace(plan(), valid_until=date(2026, 12, 9)))
    assert filing.trail(house, "saved plan")[-1] == (
        staff.wanda.id,
        "plan",
        str(alma.id),
        ["valid_until"],
        "",
    )


def test_nothing_of_a_plan_lies_open_in_the_database(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    with house.store.reading() as tx:
        rows = tx.conn.execute(tables.plan_version.select()).all()
        blinds = tx.conn.execute(tables.blind_index.select()).all()
    stored = b"".join(each.document for each in rows) + b"".join(
        each.blind for each in blinds
    )
    assert b"4165550142" not in stored
    assert b"plants" not in stored
    assert "5550142" not in repr([each.changed_fields for each in rows])


@pytest.mark.parametrize("who", ["cora", "carl", "maia"])
def test_only_who_may_change_the_file_saves(
    house: House, staff: Staff, alma: ClientFile, who: str
) -> None:
    with pytest.raises(NotThere):
        plans.save_plan(house, getattr(staff, who), alma.code, plan(), 2)


# --- What cannot stay --------------------------------------------------------


@pytest.mark.parametrize("typed", ["(416) 555-0142", "416.555.0142", "+1 416 555 0142"])
def test_numbers_are_kept_in_one_form(
    house: House, staff: Staff, alma: ClientFile, typed: str
) -> None:
    saved = save(house, staff.wanda, alma, plan(text(address=typed)))
    assert saved.changes == ()
    assert saved.suspended is None


@pytest.mark.parametrize(
    ("channel", "says"),
    [
        (text(address="555-0142"), "area code"),
        (text(address="her sister's"), "area code"),
        (text(address="911"), "area code"),
        (text(address="416 555 0142 ext 5"), "no extension"),
        (text(address="+1416555••••"), "Write it whole"),
        (text(address="+141655501•• "), None),
        (
            text(key="mail", kind=ChannelKind.EMAIL, address="nobody", mode=Mode.NONE),
            "name@example.org",
        ),
    ],
)
def test_an_address_that_cannot_be_read_gets_a_sentence_without_it(
    house: House, staff: Staff, alma: ClientFile, channel: Any, says: str | None
) -> None:
    draft = plan(text(), channel) if channel.key == "mail" else plan(channel)
    if says is None:
        assert save(house, staff.wanda, alma, draft).changes == ()
        return
    found = wrongs(house, staff.wanda, alma, draft)
    assert set(found) == {f"channels.{channel.key}.address"}
    assert says in found[f"channels.{channel.key}.address"]


def test_ways_used_by_hand_are_kept_as_she_said_them(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    mail = text(
        key="mail", kind=ChannelKind.EMAIL, address=" Alma@Example.ORG ", mode=Mode.NONE
    )
    sister = text(
        key="sister",
        kind=ChannelKind.THROUGH_SOMEONE,
        address=" her sister ",
        mode=Mode.NONE,
    )
    save(house, staff.wanda, alma, plan(text(), mail, sister))
    kept_as = [each.address for each in filing.in_force(house, alma)[0].channels]
    assert kept_as == ["+14165550142", "Alma@example.org", "her sister"]


@pytest.mark.parametrize("name", ["address", "others", "may_say"])
def test_no_field_of_a_channel_is_a_place_for_a_story(
    house: House, staff: Staff, alma: ClientFile, name: str
) -> None:
    given = {"address": "", name: "a" * 201}
    told = text(
        key="told",
        kind=ChannelKind.THROUGH_SOMEONE,
        mode=Mode.NONE,
        purposes=frozenset(),
    )
    found = wrongs(house, staff.wanda, alma, plan(text(), replace(told, **given)))
    assert set(found) == {f"channels.told.{name}"}


def test_a_covered_address_means_the_one_that_is_there(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    draft = plan(text(address=masked("+14165550142"), hours=hours("Wed 09:00-10:00")))
    save(house, staff.wanda, alma, draft)
    assert filing.in_force(house, alma)[0].channels[0].address == "+14165550142"


@pytest.mark.parametrize(
    ("phrase", "says"),
    [
        ("See you on Tuesday", "weekday"),
        ("Your therapy is on", "word of this work"),
        ("Lakeside House says hello", "name of the agency"),
        ("Cora has the blue wool", "names nobody"),
        ("The marmalade is on the shelf", "kept for something else"),
        ("The pemmican is ready", "name"),
    ],
)
def test_a_phrase_goes_through_the_lint_with_all_her_names_and_words(
    house: House, staff: Staff, alma: ClientFile, phrase: str, says: str
) -> None:
    draft = replace(plan(), phrases=(*plan().phrases, Phrase(Meaning.REMINDER, phrase)))
    found = wrongs(house, staff.wanda, alma, draft)
    assert set(found) == {"phrases.reminder.1"}
    assert says in found["phrases.reminder.1"]
    assert "armalade" not in found["phrases.reminder.1"]


def test_one_sentence_stands_for_one_meaning(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    twice = Phrase(Meaning.CANCELLED, "i moved the LADDER")
    draft = replace(plan(), phrases=(*plan().phrases, twice))
    found = wrongs(house, staff.wanda, alma, draft)
    assert set(found) == {"phrases.cancelled.1"}
    assert "moved" in found["phrases.cancelled.1"]


class Sender:
    """A sender that is real as far as anybody can tell."""

    simulated = False

    def send(self, message: object) -> Any:
        raise AssertionError("Nothing is sent here.")

    def look_up(self, sought: object) -> None:
        return None


def test_with_a_real_sender_no_shipped_sentence_is_saved(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    public = replace(
        house,
        sender=Sender(),
        starters={
            "en": {Meaning.CHANGED: ("The plants could do with a little water",)}
        },
    )
    found = wrongs(public, staff.wanda, alma, plan())
    assert set(found) == {"phrases.reminder.0"}
    trial = replace(public, sender=None)
    assert save(trial, staff.wanda, alma, plan()).changes == ()


def test_a_sentence_somebody_else_uses_gives_a_warning_that_names_nobody(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    other = filing.a_file(house, staff.wanda, with_plan=replace(plan(), phrases=()))
    shared = Phrase(Meaning.REMINDER, "THE plants could do, with some water")
    saved = save(house, staff.wanda, other, replace(plan(), phrases=(shared,)))
    assert set(saved.warnings) == {"phrases.reminder.0"}
    assert alma.code not in saved.warnings["phrases.reminder.0"]


def test_fields_of_every_kind_are_refused_at_once(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    draft = replace(
        plan(text(address="x", consent=False)),
        valid_until=date(2027, 6, 1),
        zone="Mars/Base",
        phrases=(Phrase(Meaning.REMINDER, "Call the shelter"),),
        devices=(Device("phone", kind="a" * 61), Device("laptop")),
    )
    assert set(wrongs(house, staff.wanda, alma, draft)) == {
        "channels.text.address",
        "channels.text.consent",
        "valid_until",
        "zone",
        "phrases.reminder.0",
        "devices.phone",
    }


# --- How long it holds (P7) --------------------------------------------------


def test_a_plan_holds_longer_only_after_a_check_in_this_contact(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    longer = replace(plan(), valid_until=date(2027, 1, 15))
    assert set(wrongs(house, staff.wanda, alma, longer)) == {"valid_until"}
    match(house, staff.wanda, alma)
    assert save(house, staff.wanda, alma, longer).number == 3


def test_shorter_is_always_all_right(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    shorter = replace(plan(), valid_until=date(2026, 12, 1))
    assert save(house, staff.wanda, alma, shorter).number == 3


def test_all_the_same_renews_after_a_check(
    house: House, staff: Staff, alma: ClientFile, clock: MadeUpClock
) -> None:
    clock.at = at("2027-01-10 10:00")
    refused = plan_talk.confirm(house, staff.wanda, alma.code)
    assert isinstance(refused, FieldErrors)
    assert set(refused.wrongs) == {"identity"}
    match(house, staff.wanda, alma)
    assert plan_talk.confirm(house, staff.wanda, alma.code) is None
    file = filing.again(house, alma)
    assert file.valid_until == date(2027, 2, 9)
    assert file.plan_number == 3


# --- New numbers and devices (P8) --------------------------------------------


@pytest.mark.parametrize(
    ("draft", "why"),
    [
        (plan(text(address="+14165550177")), "new_number"),
        (plan(text(), voice()), "new_number"),
        (
            plan(devices=(Device("phone"), Device("laptop"), Device("tablet"))),
            "new_device",
        ),
    ],
)
def test_a_new_number_or_device_suspends_at_once(
    house: House, staff: Staff, alma: ClientFile, draft: ContactPlan, why: str
) -> None:
    booked(house, staff, alma)
    assert ("reminder", "planned") in filing.messages(house, alma)
    saved = save(house, staff.wanda, alma, draft)
    assert saved.suspended == why
    assert filing.again(house, alma).suspended_why == why
    assert ("reminder", "planned") not in filing.messages(house, alma)


def test_not_when_it_was_checked_in_this_contact_that_it_is_she(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    booked(house, staff, alma)
    match(house, staff.wanda, alma)
    saved = save(house, staff.wanda, alma, plan(text(address="+14165550177")))
    assert saved.suspended is None
    assert not filing.again(house, alma).suspended
    assert filing.messages(house, alma) == [
        ("reminder", "cancelled"),
        ("reminder", "planned"),
    ]


def test_the_first_talk_suspends_nothing(house: House, staff: Staff) -> None:
    file = filing.a_file(house, staff.wanda)
    assert not file.suspended
    assert file.plan_number == 2


@pytest.mark.parametrize(
    "draft",
    [
        plan(text(withdrawn=True)),
        plan(text(hours=hours("Wed 09:00-10:00"))),
        plan(devices=(Device("phone", "her phone", "hers"), Device("laptop"))),
        ContactPlan("America/Toronto", date(2026, 12, 30)),
    ],
)
def test_less_or_other_hours_or_a_name_for_a_device_is_nothing_new(
    house: House, staff: Staff, alma: ClientFile, draft: ContactPlan
) -> None:
    assert save(house, staff.wanda, alma, draft).suspended is None


def test_a_device_that_becomes_another_is_new(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    named = plan(devices=(Device("phone", "old phone", "hers"), Device("laptop")))
    save(house, staff.wanda, alma, named)
    other = plan(devices=(Device("phone", "new phone", "hers"), Device("laptop")))
    assert save(house, staff.wanda, alma, other, 3).suspended == "new_device"


def test_a_number_somebody_adds_to_a_plan_without_any_is_new(
    house: House, staff: Staff
) -> None:
    none_out = plan(channels=())
    file = filing.a_file(house, staff.wanda, with_plan=none_out, words=True)
    assert save(house, staff.wanda, file, plan()).suspended == "new_number"


def test_only_a_talk_with_a_check_lifts_a_suspension(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    booked(house, staff, alma)
    plan_talk.suspend(house, staff.wanda, alma.code)
    assert filing.messages(house, alma) == [("reminder", "cancelled")]
    save(house, staff.wanda, alma, plan(), talked=True)
    assert filing.again(house, alma).suspended_why == "staff"
    match(house, staff.wanda, alma)
    save(house, staff.wanda, alma, plan())
    assert filing.again(house, alma).suspended
    save(house, staff.wanda, alma, plan(), talked=True)
    assert not filing.again(house, alma).suspended
    assert filing.messages(house, alma)[-1] == ("reminder", "planned")


# --- What is planned and booked already --------------------------------------


def test_reminders_are_planned_anew_by_the_new_hours(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    booked(house, staff, alma)
    before = filing.messages(house, alma)
    save(house, staff.wanda, alma, plan(text(hours=hours("Mon-Sun 19:00-21:00"))))
    assert before == [("reminder", "planned")]
    assert filing.messages(house, alma) == [
        ("reminder", "cancelled"),
        ("reminder", "planned"),
    ]


def test_what_is_still_right_stays(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    booked(house, staff, alma)
    save(house, staff.wanda, alma, replace(plan(), valid_until=date(2026, 12, 20)))
    assert filing.messages(house, alma) == [("reminder", "planned")]


@pytest.mark.parametrize(
    "draft",
    [plan(text(withdrawn=True)), plan(channels=()), plan(text(mode=Mode.NONE))],
)
def test_a_channel_she_takes_back_voids_what_was_to_leave_by_it(
    house: House, staff: Staff, alma: ClientFile, draft: ContactPlan
) -> None:
    booked(house, staff, alma)
    save(house, staff.wanda, alma, draft)
    assert filing.messages(house, alma) == [("reminder", "cancelled")]


def test_monitoring_suspected_puts_what_is_booked_on_that_device_before_a_person(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    session = booked(house, staff, alma)
    watched = plan(devices=(Device("phone", monitored=Sure.NOT_SURE), Device("laptop")))
    saved = save(house, staff.wanda, alma, watched)
    assert [(each.session_id, each.start) for each in saved.rechecked] == [
        (session, SESSION)
    ]
    assert Reason.MONITORED_DEVICE in saved.rechecked[0].reasons
    assert filing.open_matters(house) == [("supervisor_needed", alma.id)]
    cleared = save(house, staff.wanda, alma, plan(), 3)
    assert cleared.rechecked == ()
    assert filing.open_matters(house) == []


def test_a_session_the_plan_no_longer_allows_stays_and_is_named(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    session = booked(house, staff, alma)
    narrower = replace(
        plan(),
        session_hours=hours("Thu 09:00-12:00"),
        formats=(AgreedFormat(Format.IN_PERSON),),
    )
    saved = save(house, staff.wanda, alma, narrower)
    assert saved.rechecked[0].session_id == session
    assert saved.rechecked[0].reasons == (
        Reason.FORMAT_NOT_ALLOWED,
        Reason.OUTSIDE_SESSION_WINDOW,
    )


def test_what_turned_out_not_to_take_texts_stays_closed(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    with house.store.begin() as tx:
        kept.close_channel(tx, alma.id, "text", house.now())
    assert filing.again(house, alma).plan_number == 3
    save(house, staff.wanda, alma, plan(text(hours=hours("Wed 09:00-10:00"))), 3)
    assert filing.in_force(house, alma)[0].channels[0].closed
    match(house, staff.wanda, alma)
    save(house, staff.wanda, alma, plan(text(address="+14165550177")), 4)
    assert not filing.in_force(house, alma)[0].channels[0].closed


# --- Numbers (I2, E5) --------------------------------------------------------


def test_a_number_she_had_stays_known(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    save(house, staff.wanda, alma, plan(text(address="+14165550177")))
    with house.store.reading() as tx:
        for number in ("+14165550142", "+14165550177"):
            blind = tx.vault.index(gate.NUMBER, number)
            assert kept_people.clients_with_number(tx, blind) == (alma.id,)


def test_one_number_on_two_files_is_saved_without_a_word(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    other = filing.a_file(
        house, staff.wanda, with_plan=plan(text(address="+14165550177"))
    )
    saved = save(house, staff.wanda, other, plan())
    assert saved == Saved(3, saved.changes, saved.warnings, (), "new_number")
    assert all("number" not in each for each in saved.warnings.values())
    assert filing.open_matters(house) == [
        ("same_number", alma.id),
        ("same_number", other.id),
    ]


def test_a_number_that_was_stopped_stays_blocked_in_a_new_plan(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    with house.store.begin() as tx:
        blind = tx.vault.index(gate.NUMBER, "+14165550177")
        kept_people.block(tx, blind, house.now(), "stop")
        kept_people.block(tx, blind, house.now() + timedelta(days=1), "again")
        assert kept_people.is_blocked(tx, blind)
    match(house, staff.wanda, alma)
    save(house, staff.wanda, alma, plan(text(address="+14165550177")))
    answer = gate.ask(house, alma.code, ChannelKind.SMS, Purpose.REMINDER)
    assert Reason.NUMBER_BLOCKED in answer.reasons


def test_a_landline_may_be_kept_without_texts(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    landline = text(line=LineType.LANDLINE, mode=Mode.NONE)
    assert save(house, staff.wanda, alma, plan(landline)).number == 3


# --- What is kept beside the versions ----------------------------------------


def test_the_phrase_that_left_last_is_kept_by_its_blind_index(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    with house.store.begin() as tx:
        one, other = (tx.vault.index(gate.PHRASE, each) for each in ("one", "other"))
        assert kept.last_phrase(tx, alma.id, Meaning.REMINDER) is None
        for blind in (one, other):
            kept.set_last_phrase(tx, alma.id, Meaning.REMINDER, blind, house.now())
        assert kept.last_phrase(tx, alma.id, Meaning.REMINDER) == other
        assert kept.last_phrase(tx, alma.id, Meaning.CHANGED) is None


def test_plans_of_many_files_are_read_in_as_many_queries_as_of_one(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    other = filing.a_file(house, staff.wanda, with_plan=plan(voice()))
    with house.store.begin() as tx:
        bare = kept_people.insert_client(
            tx, "K-1042", at=house.now(), zone="America/Toronto"
        )
    counts = []
    for ids in ([alma.id], [alma.id, other.id, bare]):
        asked: list[str] = []

        def note(conn: object, cursor: object, statement: str, *rest: object) -> None:
            asked.append(statement)  # noqa: B023 - taken away again below

        with house.store.reading() as tx:
            event.listen(tx.conn, "before_cursor_execute", note)
            found = kept.current_many(tx, ids)
            event.remove(tx.conn, "before_cursor_execute", note)
        counts.append(len(asked))
        assert set(found) == set(ids)
    assert counts == [1, 1]
    assert found[bare] == (ContactPlan("America/Toronto", date(2026, 11, 30), 0),)


def test_plans_that_end_are_found_earliest_first(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    soon = replace(plan(voice()), valid_until=date(2026, 12, 5))
    other = filing.a_file(house, staff.wanda, with_plan=soon)
    with house.store.reading() as tx:
        assert kept.lapsing(tx, date(2026, 12, 4)) == []
        assert kept.lapsing(tx, date(2026, 12, 5)) == [other.id]
        assert kept.lapsing(tx, date(2026, 12, 31)) == [other.id, alma.id]
