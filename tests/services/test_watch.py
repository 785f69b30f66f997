"""What time alone brings: plans that end, nobody on call (P7, A4)."""

from datetime import date

import pytest

from scheduler.domain.plan import Format
from scheduler.services.house import House
from scheduler.services.simulation.made_up import MadeUpClock
from scheduler.services.watching import watch
from scheduler.storage import counsellors
from tests.domain.builders import at, text
from tests.services.sending import SESSION, Desk, open_desk


@pytest.fixture
def desk(house: House, clock: MadeUpClock) -> Desk:
    return open_desk(house, clock)


def look(desk: Desk, when: str) -> list[str]:
    desk.go_to(when)
    watch.look_round(desk.house)
    watch.look_round(desk.house)
    return desk.kinds()


def test_a_plan_that_lapses_is_a_persons_from_the_end_of_its_last_day(
    desk: Desk,
) -> None:
    desk.save(text(), valid_until=date(2026, 12, 10))
    assert look(desk, "2026-12-10 23:59") == []
    assert look(desk, "2026-12-11 00:00") == ["plan_lapsed"]


def test_with_a_session_to_come_it_is_asked_about_three_days_before(
    desk: Desk,
) -> None:
    desk.office.booked("2026-12-09 10:00")
    desk.save(text(), valid_until=date(2026, 12, 5))
    assert look(desk, "2026-12-02 23:59") == []
    assert look(desk, "2026-12-03 00:00") == ["plan_lapsing"]
    assert look(desk, "2026-12-06 00:00") == ["plan_lapsed"]


def test_a_lapsed_plan_sends_nothing_and_the_session_stays(desk: Desk) -> None:
    reminder = desk.reminded()
    desk.save(text(), valid_until=date(2026, 11, 30))
    desk.tick(reminder.not_before)
    assert (desk.phone.handed, desk.state(reminder)) == ([], "withheld")
    assert "plan_lapsed" in desk.decisions(reminder)[-1][2]
    assert desk.office.session(reminder.session_id or "").state.value == "booked"


def test_video_without_anybody_on_call_is_a_persons_48_hours_before(
    desk: Desk,
) -> None:
    desk.office.video_suits()
    session = desk.office.booked(SESSION, format=Format.VIDEO)
    with desk.house.store.begin() as tx:
        for duty in counsellors.duties(tx, at("2026-11-30"), at("2026-12-31")):
            counsellors.change_duty(tx, duty.id, ends_at=at("2026-12-01 00:00"))
    assert look(desk, "2026-11-30 09:59") == []
    assert look(desk, "2026-11-30 10:01") == ["on_call_missing"]
    [item] = desk.items()
    assert (item.session_id, item.due_at) == (session, at(SESSION))
