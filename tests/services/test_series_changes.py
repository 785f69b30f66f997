"""Moving and cancelling what follows in a series, over the real storage, on both
engines: each one's verdict beforehand, and one text for all (B4, M13, B6)."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from scheduler.domain.decision import Decision, Reason
from scheduler.domain.errors import JustTaken
from scheduler.domain.plan import Purpose
from scheduler.services.house import House
from scheduler.services.messages import delivery
from scheduler.services.scheduling import booking, series, series_changes
from scheduler.services.scheduling.series_changes_preview import (
    preview_cancel_following,
    preview_move_following,
)
from scheduler.services.scheduling.what_leaves import Leaving
from scheduler.services.simulation.made_up import MadeUpClock
from scheduler.storage import outbox
from tests.domain.builders import at, hours, plan, text
from tests.services import filing
from tests.services.bookings_of import Office, open_office

DAYS = ("02", "09", "16", "23")


@pytest.fixture
def office(house: House) -> Office:
    return open_office(house)


@pytest.fixture
def four(office: Office) -> tuple[str, ...]:
    """Four Wednesdays at ten, the first in two days."""
    return booked(office)


def booked(office: Office, **changes: Any) -> tuple[str, ...]:
    wish = office.wish(**changes)
    wishes = [replace(wish, start=at(f"2026-12-{day} 10:00")) for day in DAYS]
    answer = series.book(office.house, office.wanda, wishes)
    assert len(answer.booked) == len(DAYS)
    return answer.booked


def starts(office: Office, ids: tuple[str, ...]) -> list[datetime]:
    return [office.session(each).time.start for each in ids]


def told(office: Office, ids: tuple[str, ...], kind: str) -> list[int]:
    """How many texts of a kind are open for each."""
    return [
        sum(of == kind and state == "planned" for of, state in office.states(each))
        for each in ids
    ]


def rooms(office: Office) -> int:
    """In how many rooms somebody has to be."""
    kinds = [kind for kind, _ in filing.open_matters(office.house)]
    return kinds.count("stand_in_needed")


def moved(office: Office, ids: tuple[str, ...], to: str, **how: Any) -> Any:
    given = {"by_agency": False, "counsellor_id": office.cora.id, **how}
    return series_changes.move_following(
        office.house, office.wanda, ids[1], at(to), **given
    )


def test_what_follows_goes_along_and_what_is_before_stays(
    office: Office, four: tuple[str, ...]
) -> None:
    answer = moved(office, four, "2026-12-08 09:30")
    assert set(answer.done) == set(four[1:])
    assert starts(office, four) == [
        at("2026-12-02 10:00"),
        at("2026-12-08 09:30"),
        at("2026-12-15 09:30"),
        at("2026-12-22 09:30"),
    ]
    assert told(office, four, "changed") == [0, 0, 0, 0]


def test_a_week_on_nobody_is_in_the_way_of_whoever_comes_behind(
    office: Office, four: tuple[str, ...]
) -> None:
    assert len(moved(office, four, "2026-12-16 10:00").done) == 3
    assert starts(office, four)[1:] == [
        at(f"2026-12-{day} 10:00") for day in (16, 23, 30)
    ]


def test_the_verdict_of_each_is_shown_before_and_holds(
    office: Office, four: tuple[str, ...]
) -> None:
    other = office.another()
    office.booked("2026-12-15 10:00", codes=(other.code,))
    seen = preview_move_following(
        office.house, office.wanda, four[1], at("2026-12-08 10:00"), office.cora.id
    )
    assert [each.decision.yes for each in seen.steps] == [True, False, True]
    assert why(seen.steps[1].decision) == (Reason.COUNSELLOR_BUSY,)
    assert office.session(four[1]).version == 1
    answer = moved(office, four, "2026-12-08 10:00")
    assert set(answer.done) == {four[1], four[3]}
    assert why(answer.stayed[four[2]]) == (Reason.COUNSELLOR_BUSY,)
    assert office.session(four[2]).time.start == at("2026-12-16 10:00")


def why(decision: Decision) -> tuple[Reason, ...]:
    return decision.reasons


def test_onto_one_that_stays_nobody_is_moved(
    office: Office, four: tuple[str, ...]
) -> None:
    other = office.another()
    office.booked("2026-12-30 10:00", codes=(other.code,))
    seen = preview_move_following(
        office.house, office.wanda, four[1], at("2026-12-16 10:00"), office.cora.id
    )
    assert [each.decision.yes for each in seen.steps] == [False, False, False]
    answer = moved(office, four, "2026-12-16 10:00")
    assert answer.done == ()
    assert set(answer.stayed) == set(four[1:])


def test_by_the_agency_one_text_tells_of_all(
    office: Office, four: tuple[str, ...]
) -> None:
    moved(office, four, "2026-12-08 10:00", by_agency=True)
    assert told(office, four, "changed") == [0, 1, 0, 0]
    assert rooms(office) == 0


def test_if_that_text_does_not_leave_somebody_is_there_each_time(
    office: Office, four: tuple[str, ...], clock: MadeUpClock
) -> None:
    moved(office, four, "2026-12-08 10:00", by_agency=True)
    clock.at = at("2026-12-08 13:00")
    delivery.tick(office.house)
    assert told(office, four, "changed") == [0, 0, 0, 0]
    assert rooms(office) == 3


def test_before_it_can_be_told_somebody_is_there(
    office: Office, clock: MadeUpClock
) -> None:
    late = office.another(
        with_plan=plan(
            text(
                hours=hours("Thu 09:00-12:00"),
                purposes=frozenset({Purpose.CHANGE}),
            )
        )
    )
    ids = booked(office, codes=(late.code,))
    seen = preview_cancel_following(office.house, office.wanda, ids[0])
    leaves = [isinstance(each.clients[0].cancelled, Leaving) for each in seen.steps]
    assert leaves == [False, True, True, True]
    series_changes.cancel_following(office.house, office.wanda, ids[0], by_agency=True)
    assert told(office, ids, "cancelled") == [0, 1, 0, 0]
    assert rooms(office) == 1


def test_cancelled_with_her_nothing_is_sent_and_all_that_was_planned_is_void(
    office: Office, four: tuple[str, ...]
) -> None:
    seen = preview_cancel_following(office.house, office.wanda, four[1])
    assert [len(each.going) for each in seen.steps] == [1, 1, 1]
    answer = series_changes.cancel_following(
        office.house, office.wanda, four[1], by_agency=False
    )
    assert set(answer.done) == set(four[1:])
    assert [office.session(each).state.value for each in four] == [
        "booked",
        "cancelled",
        "cancelled",
        "cancelled",
    ]
    assert told(office, four, "reminder") == [1, 0, 0, 0]
    assert rooms(office) == 0


def test_what_changes_again_is_no_longer_told_by_the_first_text(
    office: Office, four: tuple[str, ...]
) -> None:
    moved(office, four, "2026-12-08 10:00", by_agency=True)
    booking.cancel(office.house, office.wanda, four[2], by_agency=False)
    booking.move(office.house, office.wanda, four[1], at("2026-12-08 09:30"))
    # She knows of the second; of the fourth nothing tells her any more.
    assert rooms(office) == 1
    with office.house.store.reading() as tx:
        texts = outbox.of_sessions(tx, four)
    assert [each.state.value for each in texts if each.kind.value == "changed"] == [
        "cancelled"
    ]


def test_the_same_form_moves_once_and_a_lost_race_leaves_the_rest(
    office: Office, four: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    real, raced = booking.move_in, []

    def raced_once(*args: Any) -> Any:
        if not raced:
            raced.append(True)
            raise JustTaken
        return real(*args)

    monkeypatch.setattr(booking, "move_in", raced_once)
    for _ in range(2):
        answer = moved(office, four, "2026-12-08 10:00", form="once")
        assert answer.decision.yes
    assert [office.session(each).version for each in four] == [1, 2, 2, 2]


def test_what_is_no_longer_booked_neither_moves_nor_goes(
    office: Office, four: tuple[str, ...]
) -> None:
    booking.cancel(office.house, office.wanda, four[1], by_agency=False)
    assert why(moved(office, four, "2026-12-08 10:00").decision) == (
        Reason.WRONG_STATE,
    )
    gone = series_changes.cancel_following(
        office.house, office.wanda, four[1], by_agency=False
    )
    assert why(gone.decision) == (Reason.WRONG_STATE,)
    seen = preview_cancel_following(office.house, office.wanda, four[1])
    assert seen.steps == ()
