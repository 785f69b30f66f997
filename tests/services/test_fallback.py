"""A call broke off: branches, steps in their turn, the log, the supervisor (F1–F9)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, update

from scheduler.domain.booking import SessionState
from scheduler.domain.decision import Decision, Reason, Verdict
from scheduler.domain.fallback import (
    Actor,
    Branch,
    FallbackPlan,
    Outcome,
    Step,
    StepKind,
)
from scheduler.domain.plan import ChannelKind, LineType, Purpose
from scheduler.services.counselling import fallback, session_view, sessions
from scheduler.services.counselling.fallback import Standing
from scheduler.services.house import House
from scheduler.services.safe_contact import standing
from scheduler.services.simulation.made_up import MadeUpClock
from scheduler.services.watching import alerts, attention_list
from scheduler.services.watching.board import Board
from scheduler.storage import accounts, interruptions, tables
from scheduler.storage.refusals import RuleBroken
from tests.domain.builders import at, hours, text, voice
from tests.services.sending import Desk, assisted, open_desk

WAIT = Step(Actor.COUNSELLOR, StepKind.WAIT, 0)
CALL = Step(Actor.COUNSELLOR, StepKind.CALL, 5)
TEXT = Step(Actor.COUNSELLOR, StepKind.TEXT, 0)
HAND = Step(Actor.SUPERVISOR, StepKind.HAND_OVER, 0)
END = Step(Actor.COUNSELLOR, StepKind.END, 0)
BEGINS = "2026-12-01 09:00"
DROPS = "2026-12-01 09:20"


def steps(*them: Step) -> FallbackPlan:
    return FallbackPlan(agreed=True, steps=them)


@pytest.fixture
def desk(house: House, clock: MadeUpClock) -> Desk:
    return open_desk(house, clock, text(), voice(), cutoff=steps(WAIT, CALL, END))


def in_session(desk: Desk) -> str:
    """A session that is under way when the line drops."""
    session = desk.office.booked(BEGINS)
    desk.go_to(BEGINS)
    assert sessions.start(desk.house, desk.office.cora, session).yes
    desk.go_to(DROPS)
    return session


def dropped(desk: Desk, branch: Branch = Branch.TECHNICAL) -> str:
    session = in_session(desk)
    found = fallback.interrupt(desk.house, desk.office.cora, session, branch)
    assert isinstance(found, Standing)
    return session


def now_on_offer(desk: Desk, session: str) -> int | None:
    found = fallback.steps(desk.house, session)
    assert found is not None
    return found.progress.offered


def skipped(desk: Desk, session: str) -> dict[StepKind, list[str]]:
    found = fallback.steps(desk.house, session)
    assert found is not None
    return {
        kind: [each.value for each in reasons]
        for kind, reasons in found.skipped().items()
    }


def take(desk: Desk, session: str, number: int, outcome: Outcome) -> Decision:
    return fallback.take(desk.house, desk.office.cora, session, number, outcome)


def lines(desk: Desk, session: str) -> list[tuple[str, int | None, str | None]]:
    with desk.house.store.reading() as tx:
        last = interruptions.latest(tx, session)
        assert last is not None
        return [
            (each.entry, each.step, each.outcome.value if each.outcome else None)
            for each in interruptions.log(tx, last.id)
        ]


@pytest.mark.parametrize(
    ("branch", "on_list", "suspended"),
    [
        (Branch.TECHNICAL, ["review_due"], False),
        (Branch.NOT_SAFE, ["review_due", "supervisor_needed"], True),
        (Branch.GET_HELP, ["review_due", "supervisor_needed"], True),
        (Branch.NO_ANSWER, ["review_due", "supervisor_needed"], False),
    ],
)
def test_each_branch_tells_whom_it_must(
    desk: Desk, branch: Branch, on_list: list[str], suspended: bool
) -> None:
    session = dropped(desk, branch)
    assert desk.kinds() == on_list
    assert (desk.file().suspended_at is not None) == suspended
    for item in desk.items("supervisor_needed"):
        assert item.due_at == at(DROPS) + timedelta(minutes=2)
    [review] = desk.items("review_due")
    assert review.due_at == at("2026-12-02 17:00")
    assert desk.office.session(session).state is SessionState.INTERRUPTED


def test_a_review_asked_for_on_friday_is_due_on_monday(
    house: House, clock: MadeUpClock
) -> None:
    desk = open_desk(house, clock, text(), session_hours=text().hours)
    desk.save(text(), voice(), session_hours=_fridays())
    session = desk.office.booked("2026-12-04 09:00")
    desk.go_to("2026-12-04 09:00")
    sessions.start(desk.house, desk.office.cora, session)
    fallback.interrupt(desk.house, desk.office.cora, session, Branch.TECHNICAL)
    [review] = desk.items("review_due")
    assert review.due_at == at("2026-12-07 17:00")


def _fridays() -> Any:
    return hours("Fri 09:00-12:00")


def test_a_step_without_a_wait_is_on_offer_with_the_drop_itself(desk: Desk) -> None:
    session = in_session(desk)
    stand = fallback.interrupt(desk.house, desk.office.cora, session, Branch.TECHNICAL)
    assert isinstance(stand, Standing)
    assert stand.offered == (WAIT,)
    assert now_on_offer(desk, session) == 1


def test_a_call_whose_turn_is_the_drop_is_skipped_with_the_drop(desk: Desk) -> None:
    desk.save(text(), cutoff=steps(Step(Actor.COUNSELLOR, StepKind.CALL, 0), HAND))
    session = in_session(desk)
    stand = fallback.interrupt(desk.house, desk.office.cora, session, Branch.TECHNICAL)
    assert isinstance(stand, Standing)
    assert stand.offered == (HAND,)
    assert stand.skipped() == {StepKind.CALL: (Reason.NO_CHANNEL,)}


def test_steps_come_in_turn_and_a_second_press_logs_nothing(desk: Desk) -> None:
    session = dropped(desk)
    assert now_on_offer(desk, session) == 1
    early = take(desk, session, 2, Outcome.NO_ANSWER)
    assert [each.value for each in early.reasons] == ["not_offered"]
    assert take(desk, session, 1, Outcome.DONE).yes
    written = lines(desk, session)
    assert not take(desk, session, 1, Outcome.DONE).yes
    assert lines(desk, session) == written
    assert now_on_offer(desk, session) is None
    desk.go_to(desk.clock.at + timedelta(minutes=5))
    assert now_on_offer(desk, session) == 2
    assert take(desk, session, 2, Outcome.NO_ANSWER).yes
    assert now_on_offer(desk, session) == 3
    assert take(desk, session, 3, Outcome.DONE).yes
    assert desk.office.session(session).state is SessionState.ENDED_EARLY
    assert [each for each in lines(desk, session) if each[0] == "step"] == [
        ("step", 1, "done"),
        ("step", 2, "no_answer"),
        ("step", 3, "done"),
    ]


def test_a_call_step_is_a_message_that_counts(desk: Desk) -> None:
    session = dropped(desk)
    take(desk, session, 1, Outcome.DONE)
    desk.go_to(desk.clock.at + timedelta(minutes=5))
    take(desk, session, 2, Outcome.NO_ANSWER)
    [called] = desk.office.messages(session)
    assert (called.kind.value, called.state.value) == ("call", "sent_by_hand")
    assert desk.decisions(called) == [("claim", "send", ["all_right"])]


@pytest.mark.parametrize(
    ("closes", "reasons"),
    [
        (lambda desk: desk.save(text(), cutoff=steps(CALL, END)), ["no_channel"]),
        (
            lambda desk: desk.save(
                voice(purposes=frozenset({Purpose.SESSION})), cutoff=steps(CALL, END)
            ),
            ["purpose_not_allowed"],
        ),
        (
            lambda desk: desk.save(voice(withdrawn=True), cutoff=steps(CALL, END)),
            ["no_channel", "channel_closed"],
        ),
        (
            lambda desk: desk.go_to("2026-12-01 11:20"),
            ["margin"],
        ),
        (
            lambda desk: desk.go_to("2026-12-01 11:40"),
            ["outside_window"],
        ),
    ],
)
def test_a_step_the_gate_forbids_is_skipped_for_good_with_the_reason(
    desk: Desk, closes: Callable[[Desk], None], reasons: list[str]
) -> None:
    session = dropped(desk)
    desk.save(text(), voice(), cutoff=steps(CALL, END))
    desk.go_to("2026-12-01 09:25")
    closes(desk)
    assert now_on_offer(desk, session) == 2
    assert skipped(desk, session) == {StepKind.CALL: reasons}
    desk.save(text(), voice(), cutoff=steps(CALL, END))
    desk.go_to("2026-12-01 09:40")
    refused = take(desk, session, 1, Outcome.NO_ANSWER)
    assert "not_offered" in [each.value for each in refused.reasons]
    assert lines(desk, session).count(("skipped", 1, None)) == 1
    assert desk.decisions()[-1] == ("step", "refuse", reasons)


@pytest.mark.parametrize("confirmed", [False, True])
def test_when_it_is_not_safe_no_call_is_offered_whatever_the_plan_says(
    desk: Desk, confirmed: bool
) -> None:
    desk.save(text(), voice(), cutoff=steps(CALL, TEXT, END))
    session = dropped(desk, Branch.NOT_SAFE)
    if confirmed:
        with desk.house.store.begin() as tx:
            standing.confirm(tx, desk.house, desk.alma.id, desk.clock.at, by=None)
    desk.go_to("2026-12-01 09:30")
    assert now_on_offer(desk, session) == 3
    assert set(skipped(desk, session)) == {StepKind.CALL, StepKind.TEXT}
    desk.tick()
    assert desk.phone.handed == []


def test_without_steps_nothing_is_offered_and_nobody_is_contacted(
    house: House, clock: MadeUpClock
) -> None:
    desk = open_desk(house, clock, text(), voice(), cutoff=FallbackPlan())
    session = dropped(desk)
    found = fallback.steps(desk.house, session)
    assert found is not None
    assert (found.offered, found.plan.steps) == ((), ())
    desk.tick("2026-12-01 09:40")
    assert (desk.phone.handed, desk.office.messages(session)) == ([], [])


def test_the_rejoin_phrase_leaves_once_beside_the_daily_cap(
    house: House, clock: MadeUpClock
) -> None:
    desk = open_desk(house, clock, text(), voice(), cutoff=steps(TEXT, TEXT, END))
    session = dropped(desk)
    assert take(desk, session, 1, Outcome.DONE).yes
    assert now_on_offer(desk, session) == 3
    assert skipped(desk, session) == {StepKind.TEXT: ["not_offered"]}
    desk.later(seconds=5)
    assert [each.body for each in desk.phone.texts] == ["The kettle is on again"]
    [sent] = desk.office.messages(session)
    assert (sent.kind.value, sent.counts_daily) == ("rejoin", False)


def test_the_rejoin_phrase_by_hand_is_logged_with_its_step(
    house: House, clock: MadeUpClock
) -> None:
    desk = open_desk(house, clock, assisted(), cutoff=steps(TEXT, END))
    session = dropped(desk)
    assert take(desk, session, 1, Outcome.DONE).yes
    assert desk.office.states(session) == [("rejoin", "sent_by_hand")]
    assert desk.phone.handed == []


def test_she_comes_back_and_it_may_break_off_again(desk: Desk) -> None:
    session = dropped(desk)
    assert fallback.rejoined(desk.house, desk.office.cora, session).yes
    assert desk.office.session(session).state is SessionState.RESUMED
    assert not take(desk, session, 1, Outcome.DONE).yes
    assert not fallback.rejoined(desk.house, desk.office.cora, session).yes
    again = fallback.interrupt(desk.house, desk.office.cora, session, Branch.NO_ANSWER)
    assert isinstance(again, Standing)
    assert again.interruption.number == 2
    assert again.settled == ()
    assert len(desk.items("review_due")) == 2
    ended = sessions.end(desk.house, desk.office.cora, session)
    assert ended.yes
    assert desk.office.session(session).state is SessionState.ENDED_EARLY
    assert lines(desk, session)[-1][0] == "closed"


@pytest.mark.parametrize("outcome", [Outcome.REJOINED, Outcome.ANSWERED])
def test_after_she_is_back_no_step_is_offered(desk: Desk, outcome: Outcome) -> None:
    session = dropped(desk)
    assert take(desk, session, 1, outcome).yes
    desk.go_to("2026-12-01 09:50")
    assert now_on_offer(desk, session) is None


def test_someone_else_answering_suspends_the_plan(desk: Desk) -> None:
    session = dropped(desk)
    take(desk, session, 1, Outcome.DONE)
    desk.go_to("2026-12-01 09:25")
    take(desk, session, 2, Outcome.SOMEONE_ELSE)
    assert desk.file().suspended_why == "someone_else"


def test_someone_else_coming_back_in_her_place_suspends_the_plan(desk: Desk) -> None:
    session = dropped(desk)
    take(desk, session, 1, Outcome.SOMEONE_ELSE)
    assert desk.file().suspended_why == "someone_else"


def test_only_a_session_under_way_breaks_off(desk: Desk) -> None:
    session = desk.office.booked(BEGINS)
    for branch in Branch:
        answer = fallback.interrupt(desk.house, desk.office.cora, session, branch)
        assert isinstance(answer, Decision)
        assert answer.verdict is Verdict.REFUSE


def test_another_branch_keeps_both_in_the_log_and_calls_the_supervisor_again(
    desk: Desk,
) -> None:
    session = dropped(desk, Branch.NO_ANSWER)
    assert desk.alerts() == 1
    fallback.change_branch(desk.house, desk.office.cora, session, Branch.GET_HELP)
    assert desk.alerts() == 1, "what nobody has seen still calls"
    board = Board(desk.house)
    head = board.head(_member(desk), desk.clock.at)
    board.seen_alerts(_member(desk), head.alerts, desk.clock.at)
    assert desk.alerts() == 0
    fallback.change_branch(desk.house, desk.office.cora, session, Branch.NOT_SAFE)
    assert desk.alerts() == 1
    assert [each[0] for each in lines(desk, session)].count("branch") == 3
    assert desk.file().suspended_at is not None


def _member(desk: Desk) -> Any:
    with desk.house.store.reading() as tx:
        found = accounts.member(tx, desk.office.sue.id)
    assert found is not None
    return found


def test_the_page_says_not_yet_seen_until_a_supervisor_has_looked(desk: Desk) -> None:
    session = dropped(desk, Branch.NO_ANSWER)
    seen = session_view.view(desk.house, desk.office.cora, session)
    assert seen.not_yet_seen
    assert seen.on_call == "Sue"
    desk.go_to(desk.clock.at + timedelta(minutes=2))
    assert alerts.pass_on(desk.house) == 1
    board = Board(desk.house)
    sue = _member(desk)
    board.seen_alerts(sue, board.head(sue, desk.clock.at).alerts, desk.clock.at)
    assert not session_view.view(desk.house, desk.office.cora, session).not_yet_seen


def test_the_log_cannot_be_changed_or_shortened_even_by_hand(desk: Desk) -> None:
    session = dropped(desk)
    take(desk, session, 1, Outcome.DONE)
    sheet = tables.interruption_log
    for tried in (update(sheet).values(outcome="not_done"), delete(sheet)):
        with pytest.raises(RuleBroken), desk.house.store.begin() as tx:
            tx.conn.execute(tried)
    assert ("step", 1, "done") in lines(desk, session)


def test_a_review_is_settled_by_whoever_held_it_or_backs_it_up(desk: Desk) -> None:
    dropped(desk)
    [item] = desk.items("review_due")
    session_view.reviewed(desk.house, desk.office.sue, item.interruption_id or "")
    assert desk.items("review_due") == []


def test_the_narrow_right_lasts_half_an_hour_past_the_booked_end(desk: Desk) -> None:
    session = dropped(desk)
    board = Board(desk.house)
    ends = at("2026-12-01 09:50") + timedelta(minutes=30)
    cora, dora = desk.office.cora.id, desk.office.dora.id
    assert board.may_go_on(cora, session, ends - timedelta(seconds=1))
    assert not board.may_go_on(cora, session, ends)
    assert not board.may_go_on(dora, session, desk.clock.at)
    sessions.end(desk.house, desk.office.cora, session)
    assert not board.may_go_on(cora, session, desk.clock.at)


def test_the_page_counts_down_to_the_end_of_her_window(desk: Desk) -> None:
    session = in_session(desk)
    seen = session_view.view(desk.house, desk.office.cora, session)
    assert seen.window_end == at("2026-12-01 12:00")
    assert seen.margin_at == at("2026-12-01 11:45")
    assert seen.amber_at == at("2026-12-01 11:40")


def test_watching_skips_what_may_no_longer_be_without_anybody_looking(
    desk: Desk,
) -> None:
    desk.save(text(), voice(line=LineType.LANDLINE), cutoff=steps(CALL, END))
    session = dropped(desk)
    desk.go_to("2026-12-01 11:20")
    fallback.watch(desk.house)
    assert ("skipped", 1, None) in lines(desk, session)
    assert not any(
        each.channel is ChannelKind.VOICE for each in desk.office.messages(session)
    )


def test_hand_over_tells_the_supervisor(desk: Desk) -> None:
    desk.save(text(), voice(), cutoff=steps(HAND, END))
    session = dropped(desk)
    assert take(desk, session, 1, Outcome.DONE).yes
    assert desk.kinds() == ["review_due", "supervisor_needed"]
    [item] = [
        each
        for each in attention_list.open_list(desk.house, desk.office.sue)
        if each.item.kind == "supervisor_needed"
    ]
    assert item.stops
