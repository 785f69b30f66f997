"""Two people save from the same version (P10)."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from scheduler.domain.decision import Reason, Verdict
from scheduler.domain.errors import Outdated
from scheduler.domain.field_errors import FieldErrors
from scheduler.domain.phrases import Meaning, Phrase
from scheduler.domain.plan import ChannelKind, ContactPlan, Format, Purpose
from scheduler.services.files import identity
from scheduler.services.house import Actor, House
from scheduler.services.messages import gate
from scheduler.services.safe_contact import plan_talk, plans
from scheduler.services.safe_contact.plans import Conflict, Saved
from scheduler.services.simulation.made_up import MadeUpClock
from scheduler.storage import plans as kept
from scheduler.storage.people import ClientFile
from tests.domain.builders import at, hours, plan, text
from tests.services import filing
from tests.services.filing import Staff

BY_WANDA = replace(plan(), session_hours=hours("Thu 09:00-12:00"))
BY_INES = plan(text(hours=hours("Tue 10:00-12:00")), valid_until=date(2026, 12, 20))


@pytest.fixture
def staff(house: House) -> Staff:
    return filing.found(house)


@pytest.fixture
def alma(house: House, staff: Staff) -> ClientFile:
    return filing.a_file(house, staff.wanda, words=True)


def save(
    house: House, actor: Actor, file: ClientFile, draft: ContactPlan, based_on: int = 2
) -> Any:
    return plans.save_plan(house, actor, file.code, draft, based_on)


@pytest.fixture
def conflict(house: House, staff: Staff, alma: ClientFile) -> Conflict:
    assert isinstance(save(house, staff.wanda, alma, BY_WANDA), Saved)
    second = save(house, staff.ines, alma, BY_INES)
    assert isinstance(second, Conflict)
    return second


def test_the_second_is_told_what_differs_in_readable_words(
    staff: Staff, conflict: Conflict
) -> None:
    assert (conflict.number, conflict.other_number) == (4, 3)
    assert conflict.other_saved_by == staff.wanda.id
    assert [(each.label, each.was, each.now) for each in conflict.theirs] == [
        ("Session hours", "Tue,Wed 09:00-12:00", "Thu 09:00-12:00")
    ]
    assert [each.name for each in conflict.yours] == [
        "valid_until",
        "channels.text.hours",
    ]
    assert [each.name for each in conflict.between] == [
        "valid_until",
        "channels.text.hours",
        "session_hours",
    ]


def test_both_are_kept_and_the_stricter_of_their_days_stands_in_the_file(
    house: House, alma: ClientFile, conflict: Conflict
) -> None:
    assert filing.in_force(house, alma) == (
        replace(BY_WANDA, version=3),
        replace(BY_INES, version=4),
    )
    file = filing.again(house, alma)
    assert (file.plan_number, file.valid_until) == (3, date(2026, 12, 20))


def test_a_person_is_asked_to_settle_it(
    house: House, alma: ClientFile, conflict: Conflict
) -> None:
    assert ("plan_conflict", alma.id) in filing.open_matters(house)


@pytest.mark.parametrize(
    ("when", "verdict"),
    [
        ("2026-12-01 09:30", Verdict.HOLD),
        ("2026-12-01 10:30", Verdict.SEND),
        ("2026-12-01 11:30", Verdict.HOLD),
        ("2026-12-22 10:30", Verdict.REFUSE),
    ],
)
def test_until_then_both_are_decided_on_and_the_stricter_counts(
    house: House,
    staff: Staff,
    alma: ClientFile,
    conflict: Conflict,
    clock: MadeUpClock,
    when: str,
    verdict: Verdict,
) -> None:
    clock.at = at(when)
    with_sender = replace(house, sender=Silent())
    answer = gate.ask(with_sender, alma.code, ChannelKind.SMS, Purpose.REMINDER)
    assert answer.verdict is verdict, answer.reasons


class Silent:
    """A sender nothing is given to."""

    simulated = True

    def send(self, message: object) -> Any:
        raise AssertionError("Nothing is sent here.")

    def look_up(self, sought: object) -> None:
        return None


def test_what_one_of_them_forbids_is_forbidden(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    save(house, staff.wanda, alma, BY_WANDA)
    save(house, staff.ines, alma, plan(text(withdrawn=True)))
    answer = gate.ask(house, alma.code, ChannelKind.SMS, Purpose.REMINDER)
    assert Reason.CHANNEL_CLOSED in answer.reasons


def test_only_words_that_both_hold_may_leave(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    hers = tuple(each for each in plan().phrases if each.meaning is Meaning.REMINDER)
    new = Phrase(Meaning.REMINDER, "The blue wool is in the basket")
    save(house, staff.wanda, alma, replace(plan(), phrases=hers))
    save(house, staff.ines, alma, replace(plan(), phrases=(new,)))
    file = filing.again(house, alma)
    with house.store.reading() as tx:
        assert gate.facts(tx, house, file, house.now()).plan.phrases == ()
    answer = gate.ask(house, alma.code, ChannelKind.SMS, Purpose.REMINDER)
    assert Reason.NO_PHRASE in answer.reasons


def test_what_is_booked_is_looked_at_under_both(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    filing.book(
        house,
        staff.wanda,
        alma,
        at("2026-12-02 09:00"),
        counsellor=staff.cora,
        format=Format.PHONE,
    )
    save(house, staff.wanda, alma, replace(plan(), valid_until=date(2026, 12, 20)))
    second = save(house, staff.ines, alma, BY_WANDA)
    assert second.rechecked[0].reasons == (Reason.OUTSIDE_SESSION_WINDOW,)


def test_of_two_numbers_neither_is_used_even_after_a_check(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    save(house, staff.wanda, alma, BY_WANDA)
    handle = identity.start_check(house, staff.ines, alma.code)
    identity.try_word(house, staff.ines, handle, "marmalade")
    save(house, staff.ines, alma, plan(text(address="+14165550177")))
    assert filing.again(house, alma).suspended_why == "new_number"


def test_the_same_saved_twice_is_no_conflict(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    save(house, staff.wanda, alma, BY_WANDA)
    second = save(house, staff.ines, alma, BY_WANDA)
    assert isinstance(second, Saved)
    assert (second.number, len(filing.in_force(house, alma))) == (3, 1)


def test_a_third_is_kept_beside_both(
    house: House, staff: Staff, alma: ClientFile, conflict: Conflict
) -> None:
    third = save(house, staff.sue, alma, replace(plan(), away=()), 1)
    assert isinstance(third, Conflict)
    assert [each.version for each in filing.in_force(house, alma)] == [3, 4, 5]


def test_somebody_settles_it_and_one_plan_is_decided_on_again(
    house: House, staff: Staff, alma: ClientFile, conflict: Conflict
) -> None:
    both = replace(BY_INES, session_hours=hours("Thu 09:00-12:00"))
    settled = plans.settle(house, staff.wanda, alma.code, both, 3, [4])
    assert isinstance(settled, Saved)
    assert settled.number == 5
    assert filing.in_force(house, alma) == (replace(both, version=5),)
    assert ("plan_conflict", alma.id) not in filing.open_matters(house)
    assert filing.again(house, alma).valid_until == date(2026, 12, 20)


def test_settling_for_the_current_one_makes_no_version(
    house: House, staff: Staff, alma: ClientFile, conflict: Conflict
) -> None:
    settled = plans.settle(house, staff.wanda, alma.code, BY_WANDA, 3, [4])
    assert isinstance(settled, Saved)
    assert filing.in_force(house, alma) == (replace(BY_WANDA, version=3),)
    assert filing.again(house, alma).valid_until == date(2026, 12, 31)


@pytest.mark.parametrize(("based_on", "settles"), [(3, []), (3, [4, 5]), (2, [4])])
def test_whoever_has_not_seen_all_of_them_cannot_settle(
    house: House,
    staff: Staff,
    alma: ClientFile,
    conflict: Conflict,
    based_on: int,
    settles: list[int],
) -> None:
    with pytest.raises(Outdated):
        plans.settle(house, staff.wanda, alma.code, BY_WANDA, based_on, settles)
    assert len(filing.in_force(house, alma)) == 2


def test_settling_checks_the_fields_too(
    house: House, staff: Staff, alma: ClientFile, conflict: Conflict
) -> None:
    wrong = replace(BY_WANDA, valid_until=date(2026, 11, 1))
    refused = plans.settle(house, staff.wanda, alma.code, wrong, 3, [4])
    assert isinstance(refused, FieldErrors)
    assert len(filing.in_force(house, alma)) == 2


def test_nothing_is_confirmed_before_it_is_settled(
    house: House, staff: Staff, alma: ClientFile, conflict: Conflict
) -> None:
    handle = identity.start_check(house, staff.wanda, alma.code)
    identity.try_word(house, staff.wanda, handle, "marmalade")
    refused = plan_talk.confirm(house, staff.wanda, alma.code)
    assert isinstance(refused, FieldErrors)
    assert set(refused.wrongs) == {"plan"}


def test_the_page_shows_both_with_the_numbers_covered(
    house: House, staff: Staff, alma: ClientFile, conflict: Conflict
) -> None:
    page = plan_talk.look(house, staff.wanda, alma.code)
    assert page.plan.version == 3
    assert [each.plan.version for each in page.beside] == [4]
    assert [each.name for each in page.beside[0].differs] == [
        each.name for each in conflict.between
    ]
    shown = [
        each.address
        for one in (page.plan, page.beside[0].plan)
        for each in one.channels
    ]
    assert shown == ["+141655501••", "+141655501••"]


def test_a_machine_that_closes_a_channel_saves_for_nobody(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    with house.store.begin() as tx:
        kept.close_channel(tx, alma.id, "text", house.now())
        kept.close_channel(tx, alma.id, "text", house.now())
        kept.close_channel(tx, alma.id, "nothing", house.now())
        first = kept.versions(tx, alma.id)[0]
    assert (first.number, first.saved_by) == (3, None)
    assert first.changed_fields == ("channels.text.closed",)
    assert isinstance(save(house, staff.wanda, alma, BY_WANDA), Conflict)
