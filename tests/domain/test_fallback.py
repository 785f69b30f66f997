"""Steps of an interruption, in their turn or skipped with the reason (F1–F4)."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.domain.decision import Decision, Reason, Verdict, refuse
from scheduler.domain.errors import Misread
from scheduler.domain.fallback import (
    LONGEST_WAIT,
    MOST_STEPS,
    STAY_IN_THE_ROOM,
    Actor,
    Branch,
    FallbackPlan,
    Outcome,
    Progress,
    Settled,
    Step,
    StepKind,
    progress,
)
from tests.domain.builders import at

DROPPED = at("2026-12-01 10:20")
MINUTE = timedelta(minutes=1)
SEND = Decision(Verdict.SEND, (Reason.ALL_RIGHT,))
CLOSED = refuse((Reason.OUTSIDE_WINDOW, Reason.DENIED_TIME))
HELD = Decision(
    Verdict.HOLD, (Reason.OUTSIDE_WINDOW,), again_at=DROPPED + timedelta(hours=1)
)
K = StepKind


def allowed(_step: Step) -> Decision:
    """A gate that says yes."""
    return SEND


def closed(_step: Step) -> Decision:
    """A gate that says no."""
    return CLOSED


def never_asked(step: Step) -> Decision:
    """A gate that must not be asked."""
    raise AssertionError(step)


def steps(*kinds: StepKind | tuple[StepKind, int]) -> FallbackPlan:
    """A cut-off plan of steps, each with its wait in minutes."""
    pairs = [each if isinstance(each, tuple) else (each, 0) for each in kinds]
    made = tuple(Step(Actor.COUNSELLOR, kind, after) for kind, after in pairs)
    return FallbackPlan(agreed=True, steps=made)


def stand(
    plan: FallbackPlan,
    minutes: float = 0,
    settled: tuple[Settled, ...] = (),
    branch: Branch = Branch.TECHNICAL,
    ask: Callable[[Step], Decision] = allowed,
) -> Progress:
    """Where it stands so many minutes after the drop."""
    return progress(plan, branch, DROPPED, settled, after(minutes), ask)


def after(minutes: float) -> datetime:
    """So many minutes after the drop."""
    return DROPPED + MINUTE * minutes


def logged(
    number: int, minutes: float, outcome: Outcome = Outcome.NO_ANSWER
) -> Settled:
    """A step that was taken."""
    return Settled(number, after(minutes), outcome)


# --- F2 ----------------------------------------------------------------------


@pytest.mark.parametrize("branch", Branch)
def test_no_steps_mean_stay_in_the_room_and_contact_nobody(branch: Branch) -> None:
    assert stand(STAY_IN_THE_ROOM, 30, branch=branch, ask=never_asked) == Progress()
    assert STAY_IN_THE_ROOM.steps == ()
    assert not STAY_IN_THE_ROOM.agreed


# --- F1 ----------------------------------------------------------------------


def test_the_first_wait_counts_from_the_drop() -> None:
    plan = steps((K.CALL, 10))
    assert stand(plan, 9.9, ask=never_asked) == Progress(turn_at=after(10))
    assert stand(plan, 10) == Progress(offered=1, turn_at=after(10))
    assert stand(plan, 45) == Progress(offered=1, turn_at=after(10))


def test_the_next_wait_counts_from_when_the_step_before_was_logged() -> None:
    plan = steps((K.CALL, 5), (K.HAND_OVER, 10))
    settled = (logged(1, 17),)
    assert stand(plan, 26.9, settled) == Progress(turn_at=after(27))
    assert stand(plan, 27, settled) == Progress(offered=2, turn_at=after(27))


def test_after_a_skip_the_next_wait_counts_from_the_skip() -> None:
    plan = steps((K.CALL, 5), (K.HAND_OVER, 10))
    found = stand(plan, 8, ask=closed)
    assert found.offered is None
    assert found.skips == (Settled(1, after(8), skipped=CLOSED.reasons),)
    assert found.turn_at == after(18)
    later = stand(plan, 18, found.skips, ask=closed)
    assert later == Progress(offered=2, turn_at=after(18))


def test_steps_without_a_wait_follow_a_skip_at_once() -> None:
    plan = steps(K.TEXT, K.CALL, K.HAND_OVER)
    found = stand(plan, ask=closed)
    assert found.offered == 3
    assert [each.number for each in found.skips] == [1, 2]


def test_when_all_are_skipped_nothing_is_on_offer() -> None:
    found = stand(steps(K.TEXT, K.CALL), ask=closed)
    assert found.offered is None
    assert found.turn_at is None
    assert [each.number for each in found.skips] == [1, 2]


def test_a_plan_has_at_most_five_steps() -> None:
    assert len(steps(*[K.WAIT] * MOST_STEPS).steps) == 5
    with pytest.raises(Misread, match="at most 5 steps"):
        steps(*[K.WAIT] * (MOST_STEPS + 1))


@pytest.mark.parametrize("minutes", [-1, LONGEST_WAIT + 1])
def test_a_wait_is_from_nothing_to_two_hours(minutes: int) -> None:
    with pytest.raises(Misread, match="0 to 120 minutes"):
        steps((K.WAIT, minutes))
    assert steps((K.WAIT, 0), (K.WAIT, LONGEST_WAIT)).agreed


@pytest.mark.parametrize(
    "outcome", [each for each in Outcome if each is not Outcome.NOT_DONE]
)
def test_the_rejoin_phrase_leaves_once_an_interruption(outcome: Outcome) -> None:
    plan = FallbackPlan(
        agreed=True,
        steps=tuple(
            Step(Actor.COUNSELLOR, K.TEXT, stops=frozenset()) for _ in range(2)
        ),
    )
    found = stand(plan, 1, (logged(1, 0, outcome),))
    assert found.offered is None
    expected = () if outcome is Outcome.REJOINED else (Reason.NOT_OFFERED,)
    assert tuple(each for skip in found.skips for each in skip.skipped) == expected


def test_a_phrase_that_was_not_sent_or_was_skipped_may_still_leave() -> None:
    plan = steps(K.TEXT, K.TEXT)
    assert stand(plan, 1, (logged(1, 0, Outcome.NOT_DONE),)).offered == 2
    skipped = Settled(1, DROPPED, skipped=(Reason.OUTSIDE_WINDOW,))
    assert stand(plan, 1, (skipped,)).offered == 2


def test_why_a_second_phrase_is_closed_is_said_before_that_it_left_once() -> None:
    found = stand(steps(K.TEXT, K.TEXT), 1, (logged(1, 0, Outcome.DONE),), ask=closed)
    assert found.skips[0].skipped == CLOSED.reasons


# --- Stop conditions ---------------------------------------------------------


@pytest.mark.parametrize("outcome", [Outcome.REJOINED, Outcome.ANSWERED])
def test_when_she_is_back_nothing_more_is_offered(outcome: Outcome) -> None:
    plan = steps(K.CALL, K.HAND_OVER)
    assert stand(plan, 30, (logged(1, 1, outcome),), ask=never_asked) == Progress()


@pytest.mark.parametrize(
    "outcome", sorted(set(Outcome) - {Outcome.REJOINED, Outcome.ANSWERED}, key=str)
)
def test_any_other_outcome_leads_to_the_next_step(outcome: Outcome) -> None:
    plan = steps(K.CALL, K.HAND_OVER)
    assert stand(plan, 30, (logged(1, 1, outcome),)).offered == 2


def test_a_step_stops_at_the_outcomes_agreed_for_it() -> None:
    stops = frozenset({Outcome.SOMEONE_ELSE})
    plan = FallbackPlan(
        agreed=True,
        steps=(Step(Actor.COUNSELLOR, K.CALL, stops=stops), *steps(K.HAND_OVER).steps),
    )
    for outcome in Outcome:
        over = outcome in {Outcome.SOMEONE_ELSE, Outcome.REJOINED}
        assert (stand(plan, 5, (logged(1, 1, outcome),)).offered is None) == over


def test_an_end_that_was_logged_is_the_end() -> None:
    plan = steps(K.END, K.CALL)
    assert stand(plan, 5, (logged(1, 1, Outcome.DONE),), ask=never_asked) == Progress()


def test_an_end_that_was_skipped_is_not() -> None:
    plan = steps(K.END, K.HAND_OVER)
    skipped = Settled(1, after(1), skipped=(Reason.NOT_OFFERED,))
    assert stand(plan, 5, (skipped,)).offered == 2


# --- F3, F4 ------------------------------------------------------------------

REACHING = {K.TEXT, K.CALL}


@pytest.mark.parametrize("kind", K)
@pytest.mark.parametrize("branch", Branch)
@pytest.mark.parametrize("gate", [SEND, CLOSED, HELD])
def test_a_step_that_reaches_out_is_offered_when_the_gate_says_so_now(
    kind: StepKind, branch: Branch, gate: Decision
) -> None:
    found = stand(steps(kind), branch=branch, ask=lambda _: gate)
    if kind not in REACHING:
        assert found.offered == 1
    elif not gate.yes:
        assert found == Progress(skips=(Settled(1, DROPPED, skipped=gate.reasons),))
    elif branch is Branch.NOT_SAFE:
        reasons = (Reason.NOT_OFFERED,)
        assert found == Progress(skips=(Settled(1, DROPPED, skipped=reasons),))
    else:
        assert found.offered == 1


def test_the_gate_is_asked_only_about_steps_that_reach_out() -> None:
    asked: list[StepKind] = []

    def remember(step: Step) -> Decision:
        asked.append(step.kind)
        return CLOSED

    for kind in K:
        stand(steps(kind), ask=remember)
    assert set(asked) == REACHING
    assert {kind for kind in K if kind.reaches_out} == REACHING


def test_a_skipped_step_is_skipped_for_good() -> None:
    plan = steps(K.CALL, K.HAND_OVER)
    skipped = Settled(1, DROPPED, skipped=CLOSED.reasons)
    # The window has opened since, which changes nothing for the call.
    assert stand(plan, 30, (skipped,), ask=allowed).offered == 2


@pytest.mark.parametrize(
    ("branch", "suspends", "needs_supervisor"),
    [
        (Branch.TECHNICAL, False, False),
        (Branch.NOT_SAFE, True, True),
        (Branch.GET_HELP, True, True),
        (Branch.NO_ANSWER, False, True),
    ],
)
def test_each_branch_does_what_was_agreed(
    branch: Branch, suspends: bool, needs_supervisor: bool
) -> None:
    assert branch.suspends == suspends
    assert branch.needs_supervisor == needs_supervisor


# --- Properties --------------------------------------------------------------

plans = st.lists(
    st.tuples(st.sampled_from(K), st.integers(0, 20)), max_size=MOST_STEPS
).map(lambda pairs: steps(*pairs))


@given(
    plans, st.sampled_from(Branch), st.lists(st.booleans(), min_size=60, max_size=60)
)
def test_step_by_step_nothing_is_offered_before_its_turn_or_twice(
    plan: FallbackPlan, branch: Branch, gate_opens: list[bool]
) -> None:
    """Somebody takes whatever is offered, minute by minute, while the gate changes."""
    settled: list[Settled] = []
    since = DROPPED
    for minute, is_open in enumerate(gate_opens):
        now = after(minute)
        ask = allowed if is_open else closed
        found = progress(plan, branch, DROPPED, settled, now, ask)
        for skip in found.skips:
            assert skip.number == len(settled) + 1
            assert plan.steps[skip.number - 1].kind in REACHING
            assert now >= since + MINUTE * plan.steps[skip.number - 1].after
            settled.append(skip)
            since = now
        if found.offered is not None:
            assert found.offered == len(settled) + 1
            step = plan.steps[found.offered - 1]
            assert now >= since + MINUTE * step.after
            assert step.kind not in REACHING or (
                is_open and branch is not Branch.NOT_SAFE
            )
            settled.append(Settled(found.offered, now, Outcome.NO_ANSWER))
            since = now
    texts = [
        each
        for each in settled
        if each.outcome and plan.steps[each.number - 1].kind is K.TEXT
    ]
    assert len(texts) <= 1
    assert [each.number for each in settled] == list(range(1, len(settled) + 1))
