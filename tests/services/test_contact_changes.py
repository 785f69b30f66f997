"""She takes a channel back, or has a new number: at once, in one step (P8, M12)."""

from dataclasses import replace

import pytest

from scheduler.domain.errors import NotThere
from scheduler.domain.plan import (
    AgreedFormat,
    ChannelKind,
    ContactPlan,
    Format,
    LineType,
)
from scheduler.services.house import House
from scheduler.services.messages import inbound
from scheduler.services.safe_contact import contact_changes
from scheduler.services.safe_contact import plans as saving
from scheduler.services.simulation.made_up import MadeUpClock
from scheduler.storage import plans
from scheduler.storage.plans import Version
from tests.domain.builders import hours, voice
from tests.services import filing
from tests.services.sending import NUMBER, SESSION, Desk, open_desk

OTHER = "+14165550144"


@pytest.fixture
def desk(house: House, clock: MadeUpClock) -> Desk:
    return open_desk(house, clock)


def change(desk: Desk, code: str) -> None:
    contact_changes.change_number(
        desk.house, desk.wanda, code, ChannelKind.SMS, OTHER, LineType.OWN_MOBILE
    )


def test_withdrawing_voids_and_closes_and_the_plan_stays(desk: Desk) -> None:
    reminder = desk.reminded()
    contact_changes.withdraw(desk.house, desk.wanda, desk.alma.code, ChannelKind.SMS)
    assert desk.state(reminder) == "cancelled"
    assert (desk.channel().withdrawn, desk.file().suspended_at) == (True, None)
    desk.tick(reminder.not_before)
    assert desk.phone.handed == []


def test_withdrawing_calls_leaves_texts_as_they_are(desk: Desk) -> None:
    reminder = desk.reminded()
    contact_changes.withdraw(desk.house, desk.wanda, desk.alma.code, ChannelKind.VOICE)
    assert desk.state(reminder) == "planned"


def test_a_new_number_suspends_voids_and_both_numbers_are_known(desk: Desk) -> None:
    reminder = desk.reminded()
    change(desk, desk.alma.code)
    assert desk.channel().address == OTHER
    assert desk.file().suspended_why == "new_number"
    assert desk.state(reminder) == "cancelled"
    for number in (NUMBER, OTHER):
        inbound.reply(desk.house, number, "hm")
    assert len(desk.items("reply_other")) == 2


def test_a_new_number_does_not_free_the_old_one(desk: Desk) -> None:
    inbound.reply(desk.house, NUMBER, "STOP")
    change(desk, desk.alma.code)
    assert (desk.blocked(NUMBER), desk.blocked(OTHER)) == (True, False)


def test_what_is_not_there_is_not_there(desk: Desk) -> None:
    with pytest.raises(NotThere):
        change(desk, "X-0000")
    with pytest.raises(NotThere):
        contact_changes.withdraw(desk.house, desk.wanda, "X-0000", ChannelKind.SMS)


# --- The names of what changed, and two plans in conflict (P10) ---------------


def versions(desk: Desk) -> list[Version]:
    with desk.house.store.reading() as tx:
        return plans.versions(tx, desk.alma.id)


def in_force(desk: Desk) -> tuple[ContactPlan, ...]:
    with desk.house.store.reading() as tx:
        return plans.current(tx, desk.alma.id)


def test_a_version_names_the_fields_that_changed_and_no_other(desk: Desk) -> None:
    contact_changes.withdraw(desk.house, desk.wanda, desk.alma.code, ChannelKind.SMS)
    newest = versions(desk)[0]
    assert newest.changed_fields == ("channels.text.withdrawn",)
    assert newest.based_on == newest.number - 1
    change(desk, desk.alma.code)
    assert versions(desk)[0].changed_fields == ("channels.text.address",)
    assert [each[3] for each in filing.trail(desk.house, "withdrew")] == [
        ["channels.text.withdrawn"]
    ]


def test_taking_back_twice_writes_one_version(desk: Desk) -> None:
    for _ in range(2):
        contact_changes.withdraw(
            desk.house, desk.wanda, desk.alma.code, ChannelKind.SMS
        )
    first = versions(desk)[0].number
    contact_changes.withdraw(desk.house, desk.wanda, desk.alma.code, ChannelKind.SMS)
    assert versions(desk)[0].number == first


@pytest.fixture
def conflict(desk: Desk) -> Desk:
    """Two people saved from one version."""
    begun = in_force(desk)[0]
    for hour in ("10:00-11:00", "11:00-12:00"):
        draft = replace(begun, session_hours=hours(f"Mon {hour}"))
        saving.save_plan(desk.house, desk.wanda, desk.alma.code, draft, begun.version)
    assert len(in_force(desk)) == 2
    return desk


def test_a_channel_is_taken_back_in_both_plans_that_conflict(conflict: Desk) -> None:
    desk = conflict
    before = in_force(desk)
    contact_changes.withdraw(desk.house, desk.wanda, desk.alma.code, ChannelKind.SMS)
    after = in_force(desk)
    assert [each.channels[0].withdrawn for each in after] == [True, True]
    assert [each.session_hours for each in after] == [
        each.session_hours for each in before
    ]
    assert {each.version for each in after}.isdisjoint(e.version for e in before)


def test_a_new_number_stands_in_both_plans_that_conflict(conflict: Desk) -> None:
    change(conflict, conflict.alma.code)
    assert {each.channels[0].address for each in in_force(conflict)} == {OTHER}
    assert len(in_force(conflict)) == 2


def test_a_line_that_takes_no_texts_is_closed_in_both(conflict: Desk) -> None:
    with conflict.house.store.begin() as tx:
        plans.close_channel(tx, conflict.alma.id, "text", conflict.house.now())
    assert [each.channels[0].closed for each in in_force(conflict)] == [True, True]


def test_what_a_way_taken_back_no_longer_allows_is_put_before_a_person(
    desk: Desk,
) -> None:
    """A phone session that we dial needs a call for it at that hour (B1, P5)."""
    begun = in_force(desk)[0]
    dialled = replace(
        begun,
        channels=(*begun.channels, voice(hours=hours("Mon-Sun 00:00-24:00"))),
        formats=(AgreedFormat(Format.PHONE, "phone", we_dial=True),),
        session_hours=hours("Mon-Sun 00:00-24:00"),
    )
    with desk.house.store.begin() as tx:
        plans.write_version(
            tx,
            desk.alma.id,
            dialled,
            changed_fields=("channels",),
            saved_by=None,
            saved_at=desk.house.now(),
        )
    desk.office.booked(SESSION, format=Format.PHONE)
    assert desk.items("supervisor_needed") == []
    contact_changes.withdraw(desk.house, desk.wanda, desk.alma.code, ChannelKind.VOICE)
    assert len(desk.items("supervisor_needed")) == 1
