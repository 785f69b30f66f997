"""Booking, holding, moving and cancelling, over the real storage on both engines."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from scheduler.domain.booking import SessionState
from scheduler.domain.decision import Reason, Verdict
from scheduler.domain.errors import NotThere
from scheduler.domain.fallback import FallbackPlan
from scheduler.domain.hours import DateSpan
from scheduler.domain.intervals import Interval
from scheduler.domain.plan import AgreedFormat, Device, Format, Purpose, Sure
from scheduler.domain.zones import KNOWN_ANSWERS, KnownAnswer
from scheduler.services.files import apartness
from scheduler.services.house import House
from scheduler.services.scheduling import booking, finding, holds, series
from scheduler.services.simulation.made_up import MadeUpClock
from scheduler.services.stops import brakes
from scheduler.storage import counsellors, outbox, people, tables
from tests.domain.builders import at, away, hours, plan, text, voice
from tests.services import filing
from tests.services.bookings_of import TUESDAY, WEDNESDAY, Office, open_office

NINE, TEN, ELEVEN = f"{TUESDAY} 09:00", f"{TUESDAY} 10:00", f"{TUESDAY} 11:00"


@pytest.fixture
def office(house: House) -> Office:
    return open_office(house)


def reasons(answer: booking.Booked) -> set[Reason]:
    assert answer.decision.verdict is Verdict.REFUSE
    return set(answer.decision.reasons)


# --- A booking and what comes with it -----------------------------------------


def test_a_session_is_booked_with_its_reminder(office: Office) -> None:
    session_id = office.booked(f"{WEDNESDAY} 10:00")
    session = office.session(session_id)
    assert session.state is SessionState.BOOKED
    assert session.time == Interval.lasting(at(f"{WEDNESDAY} 10:00"), 50)
    assert session.client_ids == (office.file.id,)
    (reminder,) = office.messages(session_id)
    assert (reminder.kind.value, reminder.state.value) == ("reminder", "planned")
    assert at(NINE) <= reminder.not_before <= at(f"{TUESDAY} 10:30")
    assert filing.trail(office.house, "booked")[0][:3] == (
        office.wanda.id,
        "session",
        session_id,
    )


def test_a_reminder_that_cannot_leave_is_a_decision_and_no_row(office: Office) -> None:
    file = office.another(with_plan=plan(text(hours=hours("Sun 09:00-12:00"))))
    session_id = office.booked(f"{WEDNESDAY} 10:00", codes=(file.code,))
    assert office.messages(session_id) == []
    with office.house.store.reading() as tx:
        (planned,) = [
            each for each in outbox.all_decisions(tx) if each["asked"] == "plan"
        ]
    assert "outside_window" in planned["reasons"]


def test_a_plan_that_ends_before_the_session_is_put_before_a_person(
    office: Office,
) -> None:
    file = office.another(with_plan=plan(valid_until=date(2026, 12, 1)))
    office.booked(f"{WEDNESDAY} 10:00", codes=(file.code,))
    assert ("plan_lapsing", file.id) in filing.open_matters(office.house)


# --- Every refusal (B1) --------------------------------------------------------


def test_each_refusal_of_her_plan_is_named(office: Office) -> None:
    plans: dict[Reason, dict[str, Any]] = {
        Reason.FORMAT_NOT_ALLOWED: {"formats": (AgreedFormat(Format.PHONE),)},
        Reason.OUTSIDE_SESSION_WINDOW: {"session_hours": hours("Thu 09:00-12:00")},
        Reason.DENIED_TIME: {
            "session_hours": hours("Tue 09:00-12:00", deny=(TUESDAY,))
        },
        Reason.AWAY: {"away": (away("2026-11-30..2026-12-03", "America/Vancouver"),)},
    }
    for reason, changes in plans.items():
        file = office.another(with_plan=plan(**changes))
        assert reason in reasons(office.book(codes=(file.code,)))


def test_each_refusal_of_a_video_session_is_named(office: Office) -> None:
    wish: dict[str, Any] = {"format": Format.VIDEO}
    assert reasons(office.book(**wish)) == {Reason.NO_SUITABILITY}
    office.video_suits()
    assert office.book(**wish).decision.yes
    watched = (Device("phone"), Device("laptop", monitored=Sure.NOT_SURE))
    plans: dict[Reason, dict[str, Any]] = {
        Reason.NO_CUTOFF_PLAN: {"cutoff": FallbackPlan(agreed=False)},
        Reason.MONITORED_DEVICE: {"devices": watched},
    }
    for reason, changes in plans.items():
        file = office.another(with_plan=plan(**changes))
        office.video_suits(file)
        answer = office.book(f"{WEDNESDAY} 10:00", codes=(file.code,), **wish)
        assert reasons(answer) == {reason}


def test_video_needs_somebody_on_call_in_the_next_seven_days(office: Office) -> None:
    office.video_suits()
    with office.house.store.begin() as tx:
        tx.conn.execute(update(tables.on_call).values(ends_at=at("2026-11-30 12:00")))
    soon = office.book(format=Format.VIDEO)
    assert reasons(soon) == {Reason.NO_ON_CALL}
    later = office.book("2026-12-08 10:00", format=Format.VIDEO)
    assert later.decision.yes


def test_a_phone_session_that_we_dial_needs_the_purpose_then(office: Office) -> None:
    we_dial: dict[str, Any] = {"formats": (AgreedFormat(Format.PHONE, we_dial=True),)}
    silent = office.another(
        with_plan=plan(
            text(), voice(purposes=frozenset({Purpose.CALL_BACK})), **we_dial
        )
    )
    answer = office.book(codes=(silent.code,), format=Format.PHONE)
    assert reasons(answer) == {Reason.PURPOSE_NOT_ALLOWED}
    asked = office.another(with_plan=plan(text(), voice(), **we_dial))
    assert office.book(codes=(asked.code,), format=Format.PHONE).decision.yes


def test_each_refusal_of_time_and_agency_is_named(
    office: Office, clock: MadeUpClock
) -> None:
    assert Reason.OFF_GRID in reasons(office.book(f"{TUESDAY} 10:03"))
    assert Reason.OFF_GRID in reasons(office.book(minutes=52))
    assert reasons(office.book(minutes=0)) == {Reason.OFF_GRID}
    clock.at = at(TEN) - timedelta(minutes=29)
    assert reasons(office.book()) == {Reason.TOO_SOON}
    wrong = KnownAnswer("UTC", KNOWN_ANSWERS[0].wall, KNOWN_ANSWERS[1].utc)
    brakes.check_clock(office.house, (wrong,))
    assert reasons(office.book(f"{WEDNESDAY} 10:00")) == {Reason.CLOCK_UNVERIFIED}


def test_each_refusal_of_the_counsellor_is_named(office: Office) -> None:
    other = office.another()
    office.booked(TEN)
    hers: dict[str, Any] = {"codes": (other.code,)}
    assert reasons(office.book(TEN, **hers)) == {Reason.COUNSELLOR_BUSY}
    assert reasons(office.book(f"{TUESDAY} 10:55", **hers)) == {Reason.GAP}
    assert reasons(office.book(f"{TUESDAY} 10:00", counsellor_id=office.dora.id)) == {
        Reason.CLIENT_BUSY
    }
    with office.house.store.begin() as tx:
        span = DateSpan(date(2026, 12, 2), date(2026, 12, 2))
        counsellors.add_leave(tx, office.cora.id, span)
    away_then = office.book(f"{WEDNESDAY} 10:00", **hers)
    assert reasons(away_then) == {Reason.COUNSELLOR_UNAVAILABLE}
    office.policy(sessions_per_day=1)
    full = office.book(f"{TUESDAY} 09:00", minutes=45, **hers)
    assert reasons(full) == {Reason.DAILY_MAXIMUM}


def test_every_reason_is_said_at_once(office: Office) -> None:
    file = office.another(with_plan=plan(cutoff=FallbackPlan(agreed=False)))
    answer = office.book(f"{TUESDAY} 07:03", codes=(file.code,), format=Format.VIDEO)
    assert reasons(answer) == {
        Reason.OFF_GRID,
        Reason.OUTSIDE_SESSION_WINDOW,
        Reason.COUNSELLOR_UNAVAILABLE,
        Reason.NO_SUITABILITY,
        Reason.NO_CUTOFF_PLAN,
    }
    assert office.sessions() == []


def test_a_refusal_is_written_down_with_its_reasons(office: Office) -> None:
    office.book(f"{TUESDAY} 13:00")
    with office.house.store.reading() as tx:
        (written,) = [
            each for each in outbox.all_decisions(tx) if each["asked"] == "booking"
        ]
    assert written["verdict"] == "refuse"
    assert list(written["reasons"]) == ["outside_session_window"]


# --- Who must not meet, and who may book ---------------------------------------


def test_a_counsellor_who_is_shut_out_cannot_be_booked(office: Office) -> None:
    with office.house.store.begin() as tx:
        people.set_shut_out(tx, office.dora.id, office.file.id, office.house.now())
    answer = office.book(counsellor_id=office.dora.id)
    assert reasons(answer) == {Reason.NOT_YOUR_FILE}


def test_files_kept_apart_share_no_counsellor_no_group_and_no_adjacent_time(
    office: Office,
) -> None:
    other = office.another(counsellor=office.dora)
    with office.house.store.begin() as tx:
        people.set_apart(tx, office.file.id, other.id, office.house.now())
    shared = office.book(counsellor_id=office.dora.id)
    assert reasons(shared) == {Reason.KEPT_APART}
    together = office.book(codes=(office.file.code, other.code))
    assert Reason.KEPT_APART in reasons(together)
    office.booked(TEN, codes=(other.code,), counsellor_id=office.dora.id)
    beside = office.book(f"{TUESDAY} 11:05", minutes=25)
    assert reasons(beside) == {Reason.KEPT_APART}
    farther = office.book(f"{TUESDAY} 11:10", minutes=25)
    assert farther.decision.yes


def test_a_file_is_not_there_for_whoever_may_not_change_it(office: Office) -> None:
    office.booked(TEN)
    other = office.another(counsellor=office.dora)
    with pytest.raises(NotThere):
        office.book(by=office.cora, codes=(other.code,))
    with pytest.raises(NotThere):
        office.book(by=office.staff.carl)
    with office.house.store.begin() as tx:
        people.set_shut_out(tx, office.wanda.id, office.file.id, office.house.now())
    with pytest.raises(NotThere):
        office.book(f"{WEDNESDAY} 10:00")


def test_a_session_is_not_there_for_whoever_may_not_change_its_file(
    office: Office,
) -> None:
    session_id = office.booked(TEN)
    with pytest.raises(NotThere):
        booking.move(office.house, office.dora, session_id, at(NINE))
    with pytest.raises(NotThere):
        booking.cancel(office.house, office.dora, session_id, by_agency=False)
    with pytest.raises(NotThere):
        booking.cancel(office.house, office.wanda, "no such id", by_agency=False)
    assert office.session(session_id).time.start == at(TEN)


@pytest.mark.parametrize("what", ["file", "counsellor"])
def test_what_is_not_there_cannot_be_booked(office: Office, what: str) -> None:
    changes: dict[str, Any] = (
        {"codes": ("Z-9999",)} if what == "file" else {"counsellor_id": 999}
    )
    with pytest.raises(NotThere):
        office.book(**changes)


# --- Overrides (A2) ------------------------------------------------------------


def test_a_supervisor_sets_the_gap_aside_with_a_reason_and_nobody_else(
    office: Office,
) -> None:
    other = office.another()
    office.booked(TEN)
    aside: dict[str, Any] = {
        "time": f"{TUESDAY} 10:50",
        "codes": (other.code,),
        "overrides": frozenset({Reason.GAP}),
    }
    assert reasons(office.book(by=office.wanda, reason="urgent", **aside)) == {
        Reason.GAP
    }
    assert reasons(office.book(by=office.sue, **aside)) == {Reason.GAP}
    assert reasons(office.book(by=office.sue, reason=" ", **aside)) == {Reason.GAP}
    assert office.book(by=office.sue, reason="urgent", **aside).decision.yes
    assert filing.trail(office.house, "booked")[-1][4] == "urgent"


def test_an_overlap_is_never_set_aside(office: Office) -> None:
    other = office.another()
    office.booked(TEN)
    answer = office.book(
        TEN,
        by=office.sue,
        codes=(other.code,),
        overrides=frozenset({Reason.COUNSELLOR_BUSY, Reason.GAP}),
        reason="urgent",
    )
    assert reasons(answer) == {Reason.COUNSELLOR_BUSY}


# --- The same form twice (B8) --------------------------------------------------


def test_the_same_form_sent_twice_books_once(office: Office) -> None:
    first = office.book(TEN, form="form-1")
    again = office.book(TEN, form="form-1")
    assert first.decision.yes
    assert again.decision.yes
    assert first.session_id == again.session_id
    assert len(office.sessions()) == 1
    assert len(office.messages(str(first.session_id))) <= 1


def test_a_form_that_was_refused_may_be_sent_again(office: Office) -> None:
    refused = office.book(f"{TUESDAY} 13:00", form="form-1")
    assert not refused.decision.yes
    assert office.book(TEN, form="form-1").session_id is not None


# --- Undo (B10) ----------------------------------------------------------------


def test_undo_takes_all_of_it_back(office: Office, clock: MadeUpClock) -> None:
    file = office.another(with_plan=plan(valid_until=date(2026, 12, 1)))
    matters = filing.open_matters(office.house)
    session_id = office.booked(f"{WEDNESDAY} 10:00", codes=(file.code,))
    assert filing.open_matters(office.house) != matters
    clock.at += timedelta(seconds=9)
    assert booking.undo(office.house, office.wanda, session_id)
    assert office.session(session_id).state is SessionState.CANCELLED
    assert office.states(session_id) == [("reminder", "cancelled")]
    assert filing.open_matters(office.house) == matters
    assert office.taken(office.cora) == []
    assert office.book(f"{WEDNESDAY} 10:00", codes=(file.code,)).decision.yes


def test_nothing_leaves_before_undo_is_over(office: Office, clock: MadeUpClock) -> None:
    clock.at = at(f"{TUESDAY} 09:00:00")
    session_id = office.booked(f"{WEDNESDAY} 09:05")
    (reminder,) = office.messages(session_id)
    assert reminder.not_before >= clock.at + timedelta(seconds=10)


def test_undo_is_over_after_its_seconds_and_for_others_than_who_booked(
    office: Office, clock: MadeUpClock
) -> None:
    session_id = office.booked(TEN)
    assert not booking.undo(office.house, office.staff.ines, session_id)
    clock.at += timedelta(seconds=13)
    assert not booking.undo(office.house, office.wanda, session_id)
    assert office.session(session_id).state is SessionState.BOOKED


def test_undo_works_once(office: Office) -> None:
    session_id = office.booked(TEN)
    assert booking.undo(office.house, office.wanda, session_id)
    assert not booking.undo(office.house, office.wanda, session_id)


# --- Holds (B3) ----------------------------------------------------------------


def hold(office: Office, time: str = TEN, **changes: Any) -> booking.Booked:
    return holds.hold(
        office.house, office.wanda, office.cora.id, at(time), 50, **changes
    )


def test_a_hold_keeps_others_out_and_lets_its_own_booking_in(office: Office) -> None:
    kept = hold(office)
    assert kept.decision.yes
    other = office.another()
    others = office.book(TEN, by=office.staff.ines, codes=(other.code,))
    assert reasons(others) == {Reason.COUNSELLOR_BUSY}
    assert office.book(TEN, hold_id=kept.session_id).decision.yes
    assert office.taken(office.cora) == [Interval.lasting(at(TEN), 50)]


def test_a_hold_lapses_by_itself(office: Office, clock: MadeUpClock) -> None:
    kept = hold(office)
    clock.at += timedelta(minutes=5)
    assert reasons(office.book(TEN, hold_id=kept.session_id)) == {Reason.HOLD_LAPSED}
    other = office.another()
    assert office.book(TEN, codes=(other.code,)).decision.yes


def test_a_hold_that_is_let_go_is_free_at_once(office: Office) -> None:
    kept = hold(office)
    holds.let_go(office.house, office.staff.ines, str(kept.session_id))
    assert office.taken(office.cora)
    holds.let_go(office.house, office.wanda, str(kept.session_id))
    assert office.taken(office.cora) == []
    holds.let_go(office.house, office.wanda, str(kept.session_id))


def test_a_hold_for_another_time_lets_the_first_one_go(office: Office) -> None:
    first = hold(office)
    second = hold(office, f"{TUESDAY} 10:30", instead_of=first.session_id)
    assert second.decision.yes
    assert office.taken(office.cora) == [Interval.lasting(at(f"{TUESDAY} 10:30"), 50)]


def test_a_hold_that_cannot_be_leaves_the_first_one_standing(office: Office) -> None:
    first = hold(office)
    refused = hold(office, f"{TUESDAY} 20:00", instead_of=first.session_id)
    assert reasons(refused) == {Reason.COUNSELLOR_UNAVAILABLE}
    assert office.taken(office.cora) == [Interval.lasting(at(TEN), 50)]


def test_nobody_lets_go_of_somebody_elses_hold_by_holding(office: Office) -> None:
    first = hold(office)
    other = holds.hold(
        office.house,
        office.staff.ines,
        office.cora.id,
        at(f"{TUESDAY} 10:30"),
        50,
        instead_of=first.session_id,
    )
    assert Reason.COUNSELLOR_BUSY in reasons(other)


def test_holds_are_refused_for_what_is_true_without_a_client(office: Office) -> None:
    assert reasons(hold(office, f"{TUESDAY} 10:03")) == {Reason.OFF_GRID}
    assert reasons(hold(office, f"{TUESDAY} 08:00")) == {Reason.COUNSELLOR_UNAVAILABLE}
    assert reasons(hold(office, "2026-11-30 08:10")) >= {Reason.TOO_SOON}
    with pytest.raises(NotThere):
        holds.hold(office.house, office.wanda, 999, at(TEN), 50)
    nothing = holds.hold(office.house, office.wanda, office.cora.id, at(TEN), 0)
    assert reasons(nothing) == {Reason.OFF_GRID}
    brakes.check_clock(
        office.house, (KnownAnswer("UTC", KNOWN_ANSWERS[0].wall, KNOWN_ANSWERS[1].utc),)
    )
    assert reasons(hold(office)) == {Reason.CLOCK_UNVERIFIED}


def test_a_booking_elsewhere_than_the_hold_does_not_rest_on_it(office: Office) -> None:
    kept = hold(office)
    elsewhere = office.book(f"{TUESDAY} 10:30", hold_id=kept.session_id)
    assert reasons(elsewhere) == {Reason.HOLD_LAPSED}
    shorter = office.book(TEN, minutes=25, hold_id=kept.session_id)
    assert shorter.decision.yes


# --- Moving (B5, M12, M13) -----------------------------------------------------


def test_a_move_keeps_the_session_and_plans_its_reminder_anew(office: Office) -> None:
    session_id = office.booked(f"{WEDNESDAY} 10:00")
    moved = booking.move(office.house, office.wanda, session_id, at("2026-12-09 10:00"))
    assert moved.decision.yes
    session = office.session(session_id)
    assert (session.version, session.state) == (2, SessionState.BOOKED)
    assert session.time.start == at("2026-12-09 10:00")
    assert office.states(session_id) == [
        ("reminder", "cancelled"),
        ("reminder", "planned"),
    ]


def test_a_move_by_the_agency_tells_her_once_before_the_earlier_start(
    office: Office,
) -> None:
    session_id = office.booked("2026-12-09 10:00")
    booking.move(
        office.house, office.wanda, session_id, at("2026-12-16 10:00"), by_agency=True
    )
    states = sorted(office.states(session_id))
    assert states == [
        ("changed", "planned"),
        ("reminder", "cancelled"),
        ("reminder", "planned"),
    ]
    (told,) = [
        each for each in office.messages(session_id) if each.kind.value == "changed"
    ]
    assert told.not_after < at("2026-12-09 10:00")


def test_a_move_that_cannot_be_changes_nothing(office: Office) -> None:
    session_id = office.booked(f"{WEDNESDAY} 10:00")
    before = office.session(session_id), office.states(session_id)
    refused = booking.move(
        office.house, office.wanda, session_id, at(f"{WEDNESDAY} 18:00"), by_agency=True
    )
    assert Reason.OUTSIDE_SESSION_WINDOW in refused.decision.reasons
    assert (office.session(session_id), office.states(session_id)) == before


def test_a_session_may_move_into_its_own_time_and_to_another_counsellor(
    office: Office,
) -> None:
    session_id = office.booked(f"{WEDNESDAY} 10:00")
    nudged = booking.move(
        office.house, office.wanda, session_id, at(f"{WEDNESDAY} 10:30")
    )
    assert nudged.decision.yes
    handed = booking.move(
        office.house,
        office.wanda,
        session_id,
        at(f"{WEDNESDAY} 10:30"),
        counsellor_id=office.dora.id,
    )
    assert handed.decision.yes
    assert office.taken(office.cora) == []
    assert len(office.taken(office.dora)) == 1


def test_a_session_that_is_over_moves_and_is_cancelled_no_more(office: Office) -> None:
    session_id = office.booked(TEN)
    booking.cancel(office.house, office.wanda, session_id, by_agency=False)
    moved = booking.move(office.house, office.wanda, session_id, at(NINE))
    assert reasons(moved) == {Reason.WRONG_STATE}
    again = booking.cancel(office.house, office.wanda, session_id, by_agency=False)
    assert again.reasons == (Reason.WRONG_STATE,)


# --- Cancelling (M13, B6) ------------------------------------------------------


def test_cancelled_with_her_on_the_line_nothing_leaves(office: Office) -> None:
    session_id = office.booked(f"{WEDNESDAY} 10:00")
    done = booking.cancel(office.house, office.wanda, session_id, by_agency=False)
    assert done.yes
    assert office.states(session_id) == [("reminder", "cancelled")]
    assert office.taken(office.cora) == []


def test_cancelled_by_the_agency_she_is_told_once(office: Office) -> None:
    session_id = office.booked(f"{WEDNESDAY} 10:00")
    booking.cancel(office.house, office.wanda, session_id, by_agency=True)
    assert sorted(office.states(session_id)) == [
        ("cancelled", "planned"),
        ("reminder", "cancelled"),
    ]


def test_cancelled_by_the_agency_with_no_open_window_somebody_must_be_there(
    office: Office,
) -> None:
    file = office.another(with_plan=plan(text(purposes=frozenset({Purpose.REMINDER}))))
    session_id = office.booked(f"{WEDNESDAY} 10:00", codes=(file.code,))
    booking.cancel(office.house, office.wanda, session_id, by_agency=True)
    assert ("stand_in_needed", file.id) in filing.open_matters(office.house)


# --- Series (B4) and groups (B7) -----------------------------------------------


def test_a_series_books_what_can_be_and_says_why_the_rest_cannot(
    office: Office,
) -> None:
    with office.house.store.begin() as tx:
        span = DateSpan(date(2026, 12, 9), date(2026, 12, 9))
        counsellors.add_leave(tx, office.cora.id, span)
    starts = [at(f"2026-12-{day:02} 10:00") for day in (2, 9, 16)]
    wishes = [replace(office.wish(), start=each) for each in starts]
    answer = series.book(office.house, office.wanda, wishes)
    assert len(answer.booked) == 2
    assert {start: d.reasons for start, d in answer.refused.items()} == {
        at("2026-12-09 10:00"): (Reason.COUNSELLOR_UNAVAILABLE,)
    }
    assert {office.session(each).series_id for each in answer.booked} == {
        answer.series_id
    }


def test_a_series_is_no_longer_than_policy_allows(office: Office) -> None:
    office.policy(series_occurrences=2)
    starts = [at(f"2026-12-{day:02} 10:00") for day in (2, 9, 16)]
    wishes = [replace(office.wish(), start=each) for each in starts]
    answer = series.book(office.house, office.wanda, wishes)
    assert len(answer.booked) == 2
    assert {start: d.reasons for start, d in answer.refused.items()} == {
        starts[2]: (Reason.SERIES_FULL,)
    }


def test_every_clients_rules_hold_for_herself_in_a_group(office: Office) -> None:
    other = office.another(with_plan=plan(session_hours=hours("Wed 09:00-12:00")))
    both = (office.file.code, other.code)
    assert reasons(office.book(TEN, codes=both)) == {Reason.OUTSIDE_SESSION_WINDOW}
    session_id = office.booked(f"{WEDNESDAY} 10:00", codes=both)
    assert office.session(session_id).client_ids == (office.file.id, other.id)
    assert office.states(session_id) == [("reminder", "planned")] * 2
    third = office.book(
        f"{WEDNESDAY} 10:30", codes=(other.code,), counsellor_id=office.dora.id
    )
    assert reasons(third) == {Reason.CLIENT_BUSY}


def test_the_search_knows_at_once_that_two_files_are_kept_apart(
    office: Office,
) -> None:
    other = office.another(counsellor=office.dora)
    apartness.keep_apart(office.house, office.sue, office.file.code, other.code)
    found = finding.starts(
        office.house,
        codes=(office.file.code,),
        counsellor_ids=(office.dora.id,),
        since=at("2026-12-01"),
        until=at("2026-12-08"),
        minutes=50,
        format_=Format.IN_PERSON,
    )
    assert found == []
