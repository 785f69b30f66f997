"""Finding a time over the real storage: what is found can be booked, the rest not."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from scheduler.domain.decision import Reason
from scheduler.domain.errors import NotThere
from scheduler.domain.hours import DateSpan
from scheduler.domain.intervals import Interval
from scheduler.domain.people import Role
from scheduler.domain.plan import Format
from scheduler.services.calendar import availability
from scheduler.services.house import Actor, House
from scheduler.services.scheduling import booking, finding, holds
from scheduler.services.scheduling.finding import Found, Question
from scheduler.storage import counsellors, people
from scheduler.storage.engine import Store
from tests.domain.builders import TORONTO, at, hours, plan, text
from tests.services import filing
from tests.services.bookings_of import TUESDAY, WEDNESDAY, Office, open_office

MONDAY = date(2026, 11, 30)


@pytest.fixture
def office(house: House) -> Office:
    return open_office(house)


def found(office: Office, **changes: Any) -> list[str]:
    """Starts of Tuesday and Wednesday with Cora, in Toronto's clock."""
    given: dict[str, Any] = {
        "codes": (office.file.code,),
        "counsellor_ids": (office.cora.id,),
        "since": at(TUESDAY),
        "until": at("2026-12-03"),
        "minutes": 50,
        "format_": Format.IN_PERSON,
    }
    instants = finding.starts(office.house, **{**given, **changes})
    return [(each - timedelta(hours=5)).strftime("%d %H:%M") for each in instants]


def find(office: Office, by: Actor | None = None, **changes: Any) -> Found:
    """The page's question, on Monday morning."""
    given: dict[str, Any] = {
        "codes": (office.file.code,),
        "format": Format.IN_PERSON,
        "minutes": 50,
        "day": MONDAY,
        "zone": TORONTO,
    }
    question = Question(**{**given, **changes})
    return finding.find(office.house, by or office.wanda, question)


# --- Every start --------------------------------------------------------------


def test_every_start_on_the_grid_is_found_once_and_soonest_first(
    office: Office,
) -> None:
    every = found(office)
    assert every[:2] == ["01 09:00", "01 09:05"]
    assert every[-1] == "02 10:55"
    assert len(every) == 2 * 24
    assert every == sorted(set(every))
    assert found(office, counsellor_ids=None) == every


def test_what_is_found_can_be_booked_and_what_is_not_cannot(office: Office) -> None:
    with office.house.store.begin() as tx:
        counsellors.set_profile(tx, office.dora.id, hours("Wed 10:00-17:00"))
    other = office.another()
    office.booked(f"{TUESDAY} 11:00", codes=(other.code,), minutes=25)
    holds.hold(office.house, office.wanda, office.cora.id, at(f"{WEDNESDAY} 09:00"), 25)
    with office.house.store.begin() as tx:
        span = DateSpan(date(2026, 12, 3), date(2026, 12, 3))
        counsellors.add_leave(tx, office.cora.id, span)
    offered = set(
        finding.starts(
            office.house,
            codes=(office.file.code,),
            counsellor_ids=None,
            since=at(TUESDAY),
            until=at("2026-12-04"),
            minutes=50,
            format_=Format.IN_PERSON,
        )
    )
    step = timedelta(minutes=5)
    edges = {
        start
        for each in offered
        for start in (each - step, each, each + step)
        if not {each - step, each + step} <= offered
    }
    assert len(edges) > 9
    for start in edges:
        answers = [
            office.book(start=start, counsellor_id=each.id)
            for each in (office.cora, office.dora)
        ]
        assert any(each.decision.yes for each in answers) == (start in offered)
        for each in answers:
            if each.session_id:
                booking.undo(office.house, office.wanda, each.session_id)


def test_nothing_is_found_in_a_range_without_length(office: Office) -> None:
    assert found(office, since=at(TUESDAY), until=at(TUESDAY)) == []


@pytest.mark.parametrize(
    "changes", [{"codes": ("Z-9999",)}, {"counsellor_ids": (999,)}, {"codes": ()}]
)
def test_a_search_for_what_is_not_there_says_so(
    office: Office, changes: dict[str, Any]
) -> None:
    with pytest.raises(NotThere):
        found(office, **changes)


def test_a_group_is_found_where_everybody_can(office: Office) -> None:
    other = office.another(with_plan=plan(session_hours=hours("Wed 10:00-12:00")))
    both = (office.file.code, other.code)
    every = found(office, codes=both)
    assert (every[0], every[-1]) == ("02 10:00", "02 10:55")


def test_after_a_time_was_taken_the_next_three_are_offered(office: Office) -> None:
    other = office.another()
    office.booked(f"{TUESDAY} 09:00", codes=(other.code,))
    after = finding.next_starts(
        office.house,
        codes=(office.file.code,),
        counsellor_ids=(office.cora.id,),
        after=at(f"{TUESDAY} 09:00"),
        minutes=50,
        format_=Format.IN_PERSON,
    )
    assert after == [at(f"{TUESDAY} 10:{minute:02}") for minute in (5, 10, 15)]


@contextmanager
def counted(store: Store) -> Iterator[list[str]]:
    """The statements that reach the database."""
    seen: list[str] = []

    def note(conn: Any, cursor: Any, statement: str, *rest: Any) -> None:
        # SQLite is told whether it may write, if that is not as it was the last time.
        if not statement.startswith("PRAGMA query_only"):
            seen.append(statement)

    event.listen(store.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(store.engine, "before_cursor_execute", note)


def test_the_number_of_queries_does_not_grow_with_counsellors_or_sessions(
    office: Office,
) -> None:
    find(office)
    with counted(office.house.store) as few:
        find(office)
    with office.house.store.begin() as tx:
        for number in range(12):
            more = filing._hire(tx, office.house, f"more {number}", Role.COUNSELLOR)
            counsellors.set_profile(tx, more.id, hours("Mon-Fri 09:00-17:00"))
    for minutes in (0, 60):
        other = office.another()
        start = at(f"{TUESDAY} 09:00") + timedelta(minutes=minutes + 20)
        office.booked(start=start, codes=(other.code,), minutes=25)
    find(office)
    with counted(office.house.store) as many:
        find(office)
    assert len(many) == len(few)


# --- What the page asks --------------------------------------------------------


def test_the_page_is_told_the_best_six_and_the_week(office: Office) -> None:
    answer = find(office)
    assert len(answer.best) == 6
    first = answer.best[0].offer
    assert (first.start, first.counsellor_id) == (
        at(f"{TUESDAY} 09:00"),
        office.cora.id,
    )
    assert first.usual
    assert [each.day.day for each in answer.days] == [30, 1, 2, 3, 4, 5, 6]
    assert answer.names == {office.cora.id: "Cora", office.dora.id: "Dora"}
    tuesday = answer.days[1]
    assert tuesday.hers == (Interval(at(f"{TUESDAY} 09:00"), at(f"{TUESDAY} 12:00")),)
    assert [each.start for each in tuesday.slots] == [
        at(f"{TUESDAY} {time}") for time in ("09:00", "09:30", "10:00", "10:30")
    ]
    assert tuesday.slots[0].counsellor_ids == (office.cora.id, office.dora.id)
    assert {each.closed for each in answer.days[3:]} == {Reason.OUTSIDE_SESSION_WINDOW}


def test_a_reminder_counts_towards_the_best(office: Office) -> None:
    """Texts leave on Tuesday mornings, so only Wednesday can be reminded of."""
    answer = find(office)
    by_day = {each.offer.start.day: each.offer.reminder for each in answer.best}
    assert by_day == {1: False, 2: True, 8: False}
    (of_wednesday, *_) = (each.reminder for each in answer.best if each.reminder)
    assert of_wednesday.earliest == at(f"{TUESDAY} 09:00")
    assert [each.reminders for each in answer.days[:3]] == [False, False, True]


def test_the_week_shows_who_is_free_when_and_what_is_taken(office: Office) -> None:
    other = office.another()
    office.booked(f"{TUESDAY} 10:00", codes=(other.code,))
    tuesday = find(office).days[1]
    (free,) = tuesday.free
    assert free.time == Interval(at(f"{TUESDAY} 09:00"), at(f"{TUESDAY} 17:00"))
    cora = [part for who, part in free.who if who == office.cora.id]
    assert cora == [
        Interval(at(f"{TUESDAY} 09:00"), at(f"{TUESDAY} 10:00")),
        Interval(at(f"{TUESDAY} 10:50"), at(f"{TUESDAY} 17:00")),
    ]


def test_only_a_counsellor_with_the_speciality_is_offered(office: Office) -> None:
    week = hours("Mon-Fri 09:00-17:00")
    availability.set_hours(
        office.house,
        office.dora,
        office.dora.id,
        week,
        languages=(),
        formats=(),
        most_a_day=None,
        specialities=("court", "young people"),
    )
    answer = find(office, speciality="court")
    assert {each.offer.counsellor_id for each in answer.best} == {office.dora.id}
    assert answer.specialities == ("court", "young people")
    nobody = find(office, speciality="housing")
    assert not nobody.best
    assert set(nobody.closed.values()) >= {Reason.COUNSELLOR_UNAVAILABLE}


def test_only_a_counsellor_who_speaks_the_language_is_offered(office: Office) -> None:
    with office.house.store.begin() as tx:
        counsellors.set_profile(
            tx, office.cora.id, hours("Mon-Fri 09:00-17:00"), languages=("fr",)
        )
        counsellors.set_profile(
            tx, office.dora.id, hours("Mon-Fri 09:00-17:00"), languages=("en", "es")
        )
    answer = find(office, language="es")
    assert {each.offer.counsellor_id for each in answer.best} == {office.dora.id}
    assert answer.languages == ("en", "es", "fr")
    nobody = find(office, language="de")
    assert nobody.best == ()
    assert nobody.days[1].closed is Reason.COUNSELLOR_UNAVAILABLE


def test_one_counsellor_may_be_asked_for(office: Office) -> None:
    answer = find(office, counsellor_id=office.dora.id)
    assert {each.offer.counsellor_id for each in answer.best} == {office.dora.id}


def test_times_that_wait_for_something_are_shown_as_waiting(office: Office) -> None:
    answer = find(office, format=Format.VIDEO)
    assert answer.best_waits
    assert len(answer.best) == 6
    tuesday = answer.days[1]
    assert all(each.waits for each in tuesday.slots)
    assert tuesday.closed is Reason.NO_SUITABILITY
    office.video_suits()
    ready = find(office, format=Format.VIDEO)
    assert not ready.best_waits
    assert not any(each.waits for each in ready.days[1].slots)


def test_what_she_did_not_agree_to_is_not_shown_at_all(office: Office) -> None:
    file = office.another(with_plan=plan(formats=()))
    answer = find(office, codes=(file.code,))
    assert answer.best == ()
    assert answer.days[1].slots == ()
    assert answer.days[1].closed is Reason.FORMAT_NOT_ALLOWED


def test_her_own_hold_is_not_in_the_way(office: Office) -> None:
    kept = holds.hold(
        office.house, office.wanda, office.cora.id, at(f"{TUESDAY} 09:00"), 50
    )
    answer = find(office, counsellor_id=office.cora.id)
    starts = [each.offer.start for each in answer.best]
    assert at(f"{TUESDAY} 09:00") not in starts
    own = frozenset({str(kept.session_id)})
    mine = find(office, counsellor_id=office.cora.id, own=own)
    assert mine.best[0].offer.start == at(f"{TUESDAY} 09:00")


# --- Whose file it is ----------------------------------------------------------


def test_nobody_finds_times_for_a_file_that_is_not_hers(office: Office) -> None:
    assert find(office, by=office.cora).best
    with pytest.raises(NotThere):
        find(office, by=office.dora)
    with office.house.store.begin() as tx:
        people.set_shut_out(tx, office.wanda.id, office.file.id, office.house.now())
    with pytest.raises(NotThere):
        find(office)


def test_a_file_kept_apart_reads_like_a_counsellor_who_is_not_there(
    office: Office,
) -> None:
    """Word for word: the only difference is who else is kept apart (E5)."""
    other = office.another(counsellor=office.dora)
    with office.house.store.begin() as tx:
        people.set_apart(tx, office.file.id, other.id, office.house.now())
    apart = find(office, counsellor_id=office.dora.id)
    with office.house.store.begin() as tx:
        people.set_apart(tx, office.file.id, other.id, None)
        counsellors.set_profile(tx, office.dora.id, hours())
    absent = find(office, counsellor_id=office.dora.id)
    assert apart == absent
    assert apart.days[1].closed is Reason.COUNSELLOR_UNAVAILABLE


def test_a_supervisor_is_told_that_files_are_kept_apart(office: Office) -> None:
    other = office.another(counsellor=office.dora)
    with office.house.store.begin() as tx:
        people.set_apart(tx, office.file.id, other.id, office.house.now())
    told = find(office, by=office.sue, counsellor_id=office.dora.id)
    assert told.days[1].closed is Reason.KEPT_APART


# --- Clocks --------------------------------------------------------------------


def test_days_are_those_of_the_reader(office: Office) -> None:
    file = office.another(
        with_plan=plan(
            text(),
            zone="America/Vancouver",
            session_hours=hours("Tue 09:00-12:00"),
        )
    )
    answer = find(office, codes=(file.code,))
    assert answer.her_zone == "America/Vancouver"
    assert answer.days[1].hers == (
        # Vancouver keeps its summer time through this winter (T2).
        Interval(at(f"{TUESDAY} 11:00"), at(f"{TUESDAY} 14:00")),
    )
    assert answer.best[0].offer.start == at(f"{TUESDAY} 11:00")


def test_a_week_begins_on_its_monday_whatever_day_is_asked_for(
    office: Office,
) -> None:
    answer = find(office, day=date(2026, 12, 10))
    assert answer.days[0].day == date(2026, 12, 7)
    first = min(each.offer.start for each in answer.best)
    assert first >= at("2026-12-10")
    assert isinstance(first, datetime)


def test_a_search_begins_with_what_she_agreed_to(office: Office) -> None:
    begins = finding.beginning(office.house, office.wanda, [office.file.code])
    assert begins.formats == (Format.VIDEO, Format.PHONE, Format.IN_PERSON)
    assert begins.minutes == 50
    with pytest.raises(NotThere):
        finding.beginning(office.house, office.dora, [office.file.code])
