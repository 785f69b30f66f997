"""What a booking, a move and a cancellation would bring, before anything is written."""

from datetime import date, timedelta
from typing import Any

import pytest

from scheduler.domain.decision import Decision, Reason
from scheduler.domain.errors import NotThere
from scheduler.domain.phrases import Meaning
from scheduler.domain.plan import Format, Mode, Purpose
from scheduler.services.house import House
from scheduler.services.scheduling import booking, booking_preview, holds
from scheduler.services.scheduling.booking_preview import Preview
from scheduler.services.scheduling.what_leaves import Leaving
from scheduler.services.simulation.made_up import MadeUpClock
from scheduler.storage import people, tables
from tests.domain.builders import at, hours, plan, text, voice
from tests.services.bookings_of import TUESDAY, WEDNESDAY, Office, open_office


@pytest.fixture
def office(house: House) -> Office:
    return open_office(house)


def preview(
    office: Office, time: str = f"{WEDNESDAY} 10:00", **changes: Any
) -> Preview:
    given: dict[str, Any] = {
        "codes": (office.file.code,),
        "counsellor_id": office.cora.id,
        "start": at(time),
        "minutes": 50,
        "format_": Format.IN_PERSON,
    }
    actor = changes.pop("by", office.wanda)
    return booking_preview.preview_wish(office.house, actor, **{**given, **changes})


def leaving(answer: Leaving | Decision) -> Leaving:
    assert isinstance(answer, Leaving), answer
    return answer


def why(answer: Leaving | Decision) -> set[Reason]:
    assert isinstance(answer, Decision), answer
    return set(answer.reasons)


def everything(office: Office) -> list[tuple[str, int]]:
    with office.house.store.reading() as tx:
        return [
            (
                table.name,
                len(tx.conn.execute(table.select()).all()),
            )
            for table in tables.metadata.sorted_tables
        ]


def test_nothing_is_written(office: Office) -> None:
    session_id = office.booked(f"{TUESDAY} 10:00")
    before = everything(office)
    preview(office)
    booking_preview.preview_move(
        office.house, office.wanda, session_id, at(f"{WEDNESDAY} 10:00")
    )
    booking_preview.preview_cancel(office.house, office.wanda, session_id)
    assert everything(office) == before


def test_the_range_shown_is_the_range_that_is_planned(office: Office) -> None:
    (of_her,) = preview(office).clients
    (reminder,) = of_her.reminders
    shown = leaving(reminder.answer)
    session_id = office.booked(f"{WEDNESDAY} 10:00")
    (planned,) = office.messages(session_id)
    assert (shown.earliest, shown.latest) == (planned.earliest, planned.latest)
    assert shown.earliest <= planned.not_before <= shown.latest
    assert reminder.hours == 24
    assert shown.phrases == ("The plants could do with some water",)
    assert not shown.by_hand


def test_a_reminder_by_hand_says_so(office: Office) -> None:
    file = office.another(with_plan=plan(text(mode=Mode.ASSISTED)))
    (of_her,) = preview(office, codes=(file.code,)).clients
    assert leaving(of_her.reminders[0].answer).by_hand


def test_what_cannot_leave_says_why(office: Office) -> None:
    file = office.another(
        with_plan=plan(text(purposes=frozenset({Purpose.CHANGE}), mode=Mode.NONE))
    )
    (of_her,) = preview(office, codes=(file.code,)).clients
    assert why(of_her.reminders[0].answer) == {
        Reason.PURPOSE_NOT_ALLOWED,
        Reason.MODE_NONE,
    }
    assert why(of_her.changed) == {Reason.MODE_NONE}


def test_every_reason_against_it_is_listed(office: Office) -> None:
    found = preview(office, f"{WEDNESDAY} 18:02", format_=Format.VIDEO)
    assert set(found.decision.reasons) == {
        Reason.OFF_GRID,
        Reason.OUTSIDE_SESSION_WINDOW,
        Reason.COUNSELLOR_UNAVAILABLE,
        Reason.NO_SUITABILITY,
    }
    assert found.counsellor == "Cora"


def test_a_plan_that_ends_before_reminder_or_session_is_pointed_out(
    office: Office,
) -> None:
    def pointed_out(valid_until: date) -> tuple[bool, bool]:
        file = office.another(with_plan=plan(valid_until=valid_until))
        (of_her,) = preview(office, "2026-12-09 10:00", codes=(file.code,)).clients
        return of_her.ends_before_session, of_her.ends_before_reminder

    assert pointed_out(date(2026, 12, 9)) == (False, False)
    assert pointed_out(date(2026, 12, 8)) == (True, False)
    assert pointed_out(date(2026, 12, 7)) == (True, True)


def test_whether_she_may_be_rung_when_it_breaks_off(office: Office) -> None:
    (silent,) = preview(office).clients
    assert silent.call_back.reasons == (Reason.NO_CHANNEL,)
    mornings = hours("Tue-Wed 09:00-12:00")
    asked = office.another(with_plan=plan(text(), voice(hours=mornings)))
    (of_her,) = preview(office, codes=(asked.code,)).clients
    assert of_her.call_back.yes


def test_what_would_tell_her_of_a_move_leaves_as_soon_as_allowed(
    office: Office,
) -> None:
    (of_her,) = preview(office, "2026-12-09 10:00").clients
    changed = leaving(of_her.changed)
    assert changed.earliest == at(f"{TUESDAY} 09:00")
    assert changed.phrases == ("I moved the ladder",)
    assert leaving(of_her.cancelled).meaning is Meaning.CANCELLED


def test_a_hold_is_shown_with_it_and_does_not_stand_in_its_own_way(
    office: Office, clock: MadeUpClock
) -> None:
    kept = holds.hold(
        office.house, office.wanda, office.cora.id, at(f"{WEDNESDAY} 10:00"), 50
    )
    found = preview(office, hold_id=kept.session_id)
    assert found.decision.yes
    assert found.hold is not None
    assert found.hold.lapses_at == clock.at + timedelta(minutes=5)
    clock.at += timedelta(minutes=5)
    lapsed = preview(office, hold_id=kept.session_id)
    assert lapsed.decision.reasons == (Reason.HOLD_LAPSED,)


def test_a_file_kept_apart_is_shown_as_a_counsellor_who_is_not_available(
    office: Office,
) -> None:
    other = office.another(counsellor=office.dora)
    with office.house.store.begin() as tx:
        people.set_apart(tx, office.file.id, other.id, office.house.now())
    shown = preview(office, counsellor_id=office.dora.id)
    assert shown.decision.reasons == (Reason.COUNSELLOR_UNAVAILABLE,)
    told = preview(office, counsellor_id=office.dora.id, by=office.sue)
    assert told.decision.reasons == (Reason.KEPT_APART,)


def test_a_file_that_is_not_hers_has_no_preview(office: Office) -> None:
    with pytest.raises(NotThere):
        preview(office, by=office.dora)
    session_id = office.booked()
    for look in (booking_preview.preview_cancel,):
        with pytest.raises(NotThere):
            look(office.house, office.dora, session_id)
        with pytest.raises(NotThere):
            look(office.house, office.wanda, "no such id")


# --- Moving and cancelling -----------------------------------------------------


def test_a_move_shows_what_goes_what_comes_and_what_tells_her(office: Office) -> None:
    session_id = office.booked("2026-12-09 10:00")
    found = booking_preview.preview_move(
        office.house, office.wanda, session_id, at("2026-12-16 10:00")
    )
    assert found.possible.yes
    (going,) = found.going
    assert (going.meaning, going.code) == (Meaning.REMINDER, office.file.code)
    assert found.after is not None
    (after,) = found.after.clients
    coming = leaving(after.reminders[0].answer)
    assert coming.earliest.date() == date(2026, 12, 15)
    (now_,) = found.clients
    assert leaving(now_.changed).earliest == at(f"{TUESDAY} 09:00")


def test_a_move_that_cannot_be_says_why_and_shows_it_all_the_same(
    office: Office,
) -> None:
    session_id = office.booked("2026-12-09 10:00")
    found = booking_preview.preview_move(
        office.house, office.wanda, session_id, at("2026-12-10 10:00")
    )
    assert found.possible.reasons == (Reason.OUTSIDE_SESSION_WINDOW,)


def test_a_cancellation_shows_whether_she_can_be_told(office: Office) -> None:
    told = office.booked(f"{WEDNESDAY} 10:00")
    (of_her,) = booking_preview.preview_cancel(office.house, office.wanda, told).clients
    assert leaving(of_her.cancelled).phrases == ("I put the ladder back",)
    file = office.another(with_plan=plan(text(purposes=frozenset({Purpose.REMINDER}))))
    silent = office.booked(f"{WEDNESDAY} 11:05", codes=(file.code,), minutes=25)
    (of_other,) = booking_preview.preview_cancel(
        office.house, office.wanda, silent
    ).clients
    assert why(of_other.cancelled) == {Reason.PURPOSE_NOT_ALLOWED}


def test_what_is_cancelled_can_be_neither_moved_nor_cancelled(office: Office) -> None:
    session_id = office.booked(f"{WEDNESDAY} 10:00")
    booking.cancel(office.house, office.wanda, session_id, by_agency=False)
    found = booking_preview.preview_cancel(office.house, office.wanda, session_id)
    assert found.possible.reasons == (Reason.WRONG_STATE,)
    moved = booking_preview.preview_move(
        office.house, office.wanda, session_id, at("2026-12-09 10:00")
    )
    assert moved.possible.reasons == (Reason.WRONG_STATE,)
