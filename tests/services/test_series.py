"""A series before it is booked and after, over the real storage, on both engines."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from scheduler.domain.decision import Decision, Reason
from scheduler.domain.errors import JustTaken
from scheduler.domain.hours import DateSpan
from scheduler.domain.plan import AgreedFormat, Format
from scheduler.domain.series import Every
from scheduler.services.files import apartness
from scheduler.services.house import House
from scheduler.services.scheduling import booking, holds, series
from scheduler.services.scheduling.series_preview import (
    Place,
    SeriesPreview,
    Wanted,
    preview,
)
from scheduler.services.scheduling.what_leaves import Leaving
from scheduler.services.simulation.made_up import MadeUpClock
from scheduler.storage import counsellors
from tests.domain.builders import at, hours, plan, text
from tests.services.bookings_of import Office, open_office

FIRST = "2026-12-02 10:00"


@pytest.fixture
def office(house: House) -> Office:
    return open_office(house)


def wanted(office: Office, **changes: Any) -> Wanted:
    given: dict[str, Any] = {
        "codes": (office.file.code,),
        "first": Place(at(FIRST), office.cora.id, Format.IN_PERSON),
        "minutes": 50,
        "every": Every.WEEK,
        "count": 3,
    }
    return Wanted(**{**given, **changes})


def seen(office: Office, **changes: Any) -> SeriesPreview:
    return preview(office.house, office.wanda, wanted(office, **changes))


def leave(office: Office, *days: int) -> None:
    with office.house.store.begin() as tx:
        for day in days:
            span = DateSpan(date(2026, 12, day), date(2026, 12, day))
            counsellors.add_leave(tx, office.cora.id, span)


def why(decision: Decision | None) -> tuple[Reason, ...]:
    assert decision is not None
    return decision.reasons


def test_each_occurrence_has_its_verdict_and_what_it_brings(office: Office) -> None:
    leave(office, 9)
    found = seen(office)
    assert [each.books for each in found.occurrences] == [True, False, True]
    assert why(found.occurrences[1].decision) == (Reason.COUNSELLOR_UNAVAILABLE,)
    assert [len(each.clients) for each in found.occurrences] == [1, 0, 1]
    assert office.sessions() == []


def test_its_reminder_is_drawn_within_the_range_that_was_shown(office: Office) -> None:
    week = office.another(with_plan=plan(text(hours=hours("Mon-Sun 00:00-24:00"))))
    asked = wanted(office, codes=(week.code,), count=4)
    found = preview(office.house, office.wanda, asked)
    wishes = [asked.wish(each.planned) for each in found.occurrences]
    booked = series.book(office.house, office.wanda, wishes)
    offs = set()
    for occurrence, session_id in zip(found.occurrences, booked.booked, strict=True):
        answer = occurrence.clients[0].reminders[0].answer
        assert isinstance(answer, Leaving)
        start = occurrence.planned.start
        assert answer.latest - answer.earliest == timedelta(hours=13)
        (message,) = office.messages(session_id)
        assert answer.earliest <= message.not_before <= answer.latest
        offs.add(start - message.earliest)
    assert len(offs) > 1, "each target is drawn anew"


def test_what_could_be_done_instead_stands_beside_what_cannot_be(
    office: Office,
) -> None:
    file = office.another(
        with_plan=plan(
            formats=(AgreedFormat(Format.IN_PERSON), AgreedFormat(Format.PHONE)),
            session_hours=hours("Tue,Wed 09:00-12:00"),
        )
    )
    with office.house.store.begin() as tx:
        counsellors.set_profile(
            tx, office.cora.id, hours("Mon-Fri 09:00-17:00"), formats=[Format.PHONE]
        )
    first = seen(office, codes=(file.code,), count=1).occurrences[0]
    assert first.otherwise is not None
    assert first.otherwise.formats == (Format.PHONE,)
    assert [each.name for each in first.otherwise.stand_ins] == ["Dora"]
    assert first.otherwise.starts == ()


def test_other_starts_lie_on_that_day_and_in_that_week(office: Office) -> None:
    other = office.another()
    office.booked("2026-12-02 09:30", codes=(other.code,))
    first = seen(office, count=1).occurrences[0]
    assert first.otherwise is not None
    starts = first.otherwise.starts
    assert {each.date() for each in starts} == {date(2026, 12, 1), date(2026, 12, 2)}
    for each in starts:
        choice = Place(each, office.cora.id, Format.IN_PERSON)
        moved = seen(office, count=1, choices={1: choice}).occurrences[0]
        assert moved.books, each


def test_stand_ins_are_only_those_who_may_see_her(office: Office) -> None:
    leave(office, 2)
    first = seen(office, count=1).occurrences[0]
    assert first.otherwise is not None
    assert [each.id for each in first.otherwise.stand_ins] == [office.dora.id]
    apartness.shut_out(office.house, office.sue, office.file.code, office.dora.id)
    first = seen(office, count=1).occurrences[0]
    assert first.otherwise is not None
    assert first.otherwise.stand_ins == ()


def test_a_choice_is_judged_beside_those_before_it(office: Office) -> None:
    onto_the_first = Place(at("2026-12-02 10:30"), office.dora.id, Format.IN_PERSON)
    found = seen(office, choices={2: onto_the_first, 3: None})
    assert why(found.occurrences[1].decision) == (Reason.CLIENT_BUSY,)
    assert found.occurrences[2].place is None
    assert found.occurrences[2].decision is None


def test_a_held_start_is_not_in_its_own_way(office: Office) -> None:
    kept = holds.hold(office.house, office.wanda, office.cora.id, at(FIRST), 50)
    assert not seen(office, count=1).occurrences[0].books
    assert seen(office, count=1, hold_id=kept.session_id).occurrences[0].books
    booked = series.book(
        office.house, office.wanda, [office.wish(FIRST)], hold_id=kept.session_id
    )
    assert len(booked.booked) == 1


def test_somebody_elses_hold_is_not_let_go_for_a_series(office: Office) -> None:
    kept = holds.hold(office.house, office.sue, office.cora.id, at(FIRST), 50)
    booked = series.book(
        office.house, office.wanda, [office.wish(FIRST)], hold_id=kept.session_id
    )
    assert why(booked.refused[at(FIRST)]) == (Reason.COUNSELLOR_BUSY,)


def test_the_same_form_sent_twice_books_one_series(office: Office) -> None:
    wishes = [
        replace(office.wish(FIRST), start=at(FIRST) + timedelta(days=7 * number))
        for number in range(2)
    ]
    first, second = (
        series.book(office.house, office.wanda, wishes, form="once") for _ in range(2)
    )
    assert first.series_id == second.series_id
    assert set(first.booked) == set(second.booked)
    assert len(office.sessions()) == 2


def test_whoever_is_quicker_takes_one_occurrence_and_not_the_series(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, raced = booking.book_in, []

    def raced_once(*args: Any) -> booking.Booked:
        if not raced:
            raced.append(True)
            raise JustTaken
        return real(*args)

    monkeypatch.setattr(booking, "book_in", raced_once)
    booked = series.book(office.house, office.wanda, [office.wish(FIRST)])
    assert len(booked.booked) == 1


def test_a_series_is_taken_back_as_a_whole_within_ten_seconds(
    office: Office, clock: MadeUpClock
) -> None:
    starts: list[datetime] = [at(FIRST), at(FIRST) + timedelta(days=7)]
    wishes = [replace(office.wish(), start=each) for each in starts]
    booked = series.book(office.house, office.wanda, wishes)
    assert series.undo(office.house, office.wanda, booked.booked[1])
    assert {each.state.value for each in office.sessions()} == {"cancelled"}
    again = series.book(office.house, office.wanda, wishes)
    clock.at += timedelta(seconds=13)
    assert not series.undo(office.house, office.wanda, again.booked[0])
    alone = office.booked("2026-12-01 09:00")
    assert not series.undo(office.house, office.wanda, alone)


def test_files_kept_apart_read_like_a_counsellor_who_is_not_available(
    office: Office,
) -> None:
    other = office.another(counsellor=office.cora)
    hers = (office.file.code, office.dora.id)
    apartness.set_usual_counsellor(office.house, office.wanda, *hers)
    apartness.keep_apart(office.house, office.sue, office.file.code, other.code)
    for who, reason in (
        (office.wanda, Reason.COUNSELLOR_UNAVAILABLE),
        (office.sue, Reason.KEPT_APART),
    ):
        found = preview(office.house, who, wanted(office, count=1))
        assert why(found.occurrences[0].decision) == (reason,)
