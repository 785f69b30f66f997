"""Reading a plan, revealing a number, lifting a suspension (P7, P8, P10, E2)."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from scheduler.domain.errors import NotThere
from scheduler.domain.field_errors import FieldErrors
from scheduler.domain.plan import Format
from scheduler.domain.reveals import LiftReason, RevealReason
from scheduler.services.files import identity
from scheduler.services.house import House
from scheduler.services.messages import inbound
from scheduler.services.safe_contact import plan_talk
from scheduler.services.simulation.made_up import MadeUpClock
from scheduler.storage.people import ClientFile
from tests.domain.builders import at
from tests.services import filing
from tests.services.filing import Staff

NUMBER = "+14165550142"


@pytest.fixture
def staff(house: House) -> Staff:
    return filing.found(house)


@pytest.fixture
def alma(house: House, staff: Staff) -> ClientFile:
    return filing.a_file(house, staff.wanda, words=True)


def test_reading_a_plan_is_written_down_and_covers_the_numbers(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    page = plan_talk.look(house, staff.wanda, alma.code)
    assert [each.address for each in page.plan.channels] == ["+141655501••"]
    assert page.beside == ()
    assert [each.number for each in page.versions] == [2, 1]
    assert not page.checked
    assert filing.trail(house, "read plan") == [
        (staff.wanda.id, "client", str(alma.id), [], "")
    ]


def test_a_number_is_revealed_to_a_supervisor_with_a_reason(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    shown = plan_talk.reveal_number(
        house, staff.sue, alma.code, "text", RevealReason.DANGER
    )
    assert shown == NUMBER
    assert filing.trail(house, "read number") == [
        (
            staff.sue.id,
            "client",
            str(alma.id),
            ["channels.text.address"],
            "danger",
        )
    ]


@pytest.mark.parametrize(("who", "key"), [("wanda", "text"), ("sue", "pigeon")])
def test_to_nobody_else_and_no_other_number(
    house: House, staff: Staff, alma: ClientFile, who: str, key: str
) -> None:
    with pytest.raises(NotThere):
        plan_talk.reveal_number(
            house, getattr(staff, who), alma.code, key, RevealReason.REVIEW
        )


def lift(house: House, staff: Staff, file: ClientFile) -> FieldErrors | None:
    return plan_talk.lift_for_thanks(
        house, staff.sue, file.code, LiftReason.HER_USUAL_WORDS
    )


def test_a_supervisor_lifts_for_plain_thanks_without_a_talk(
    house: House, staff: Staff, alma: ClientFile, clock: MadeUpClock
) -> None:
    filing.book(
        house,
        staff.wanda,
        alma,
        at("2026-12-02 09:00"),
        counsellor=staff.cora,
        format=Format.PHONE,
    )
    inbound.reply(house, NUMBER, "thanks")
    clock.at += timedelta(hours=2)
    assert filing.again(house, alma).suspended_why == "reply"
    assert lift(house, staff, alma) is None
    assert not filing.again(house, alma).suspended
    assert filing.messages(house, alma)[-1] == ("reminder", "planned")
    assert filing.open_matters(house) == []
    assert filing.trail(house, "lifted")[0][4] == "her_usual_words"


@pytest.mark.parametrize(
    "bodies",
    [("who is this",), ("thanks", "who is this"), ("STOP",), ("thanks", "STOP")],
)
def test_not_for_anything_else(
    house: House, staff: Staff, alma: ClientFile, bodies: Sequence[str]
) -> None:
    for body in bodies:
        inbound.reply(house, NUMBER, body)
    assert isinstance(lift(house, staff, alma), FieldErrors)
    assert filing.again(house, alma).suspended


def test_not_later_than_seventy_two_hours(
    house: House, staff: Staff, alma: ClientFile, clock: MadeUpClock
) -> None:
    inbound.reply(house, NUMBER, "thanks")
    clock.at += timedelta(hours=72, seconds=1)
    assert isinstance(lift(house, staff, alma), FieldErrors)
    clock.at -= timedelta(seconds=1)
    assert lift(house, staff, alma) is None


def test_not_when_something_else_suspended_it_too(
    house: House, staff: Staff, alma: ClientFile, clock: MadeUpClock
) -> None:
    inbound.reply(house, NUMBER, "thanks")
    clock.at += timedelta(minutes=1)
    plan_talk.suspend(house, staff.wanda, alma.code)
    assert isinstance(lift(house, staff, alma), FieldErrors)


def test_not_when_it_is_not_suspended_and_not_by_others(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    assert isinstance(lift(house, staff, alma), FieldErrors)
    inbound.reply(house, NUMBER, "thanks")
    with pytest.raises(NotThere):
        plan_talk.lift_for_thanks(
            house, staff.wanda, alma.code, LiftReason.SHE_HAD_SAID_SO
        )


def test_confirming_after_a_check_lifts_what_a_reply_suspended(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    inbound.reply(house, NUMBER, "who is this")
    handle = identity.start_check(house, staff.wanda, alma.code)
    identity.try_word(house, staff.wanda, handle, "marmalade")
    assert plan_talk.confirm(house, staff.wanda, alma.code) is None
    assert not filing.again(house, alma).suspended
