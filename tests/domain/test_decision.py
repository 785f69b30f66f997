"""A decision is a value with reasons, for a yes as well (P10, E5)."""

from datetime import timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.domain.decision import (
    Audience,
    Decision,
    Reason,
    Verdict,
    allow,
    in_order,
    refuse,
    stricter,
)
from scheduler.domain.intervals import Interval
from tests.domain.builders import utc

NINE = utc("2026-12-01 09:00")
HOUR = timedelta(hours=1)
STRICTNESS = [Verdict.SEND, Verdict.HOLD, Verdict.REFUSE]

noes = st.sets(
    st.sampled_from([each for each in Reason if each is not Reason.ALL_RIGHT]),
    min_size=1,
    max_size=4,
)


@st.composite
def windows(draw: st.DrawFn) -> Interval:
    start = NINE + HOUR * draw(st.integers(-3, 3))
    return Interval(start, start + HOUR * draw(st.integers(1, 8)))


@st.composite
def decisions(draw: st.DrawFn) -> Decision:
    """What the gate may answer: the window holds what the answer speaks of."""
    verdict = draw(st.sampled_from(STRICTNESS))
    if verdict is Verdict.SEND:
        # Both are asked at one instant, so both windows hold it.
        around = Interval(
            NINE - HOUR * draw(st.integers(0, 3)), NINE + HOUR * draw(st.integers(1, 3))
        )
        return Decision(verdict, (Reason.ALL_RIGHT,), window=around)
    reasons = in_order(draw(noes))
    if verdict is Verdict.REFUSE:
        return Decision(verdict, reasons)
    window = draw(windows())
    # A cap may let it leave only in the middle of a window.
    again_at = window.start + (window.end - window.start) * draw(st.integers(0, 3)) / 4
    return Decision(verdict, reasons, window=window, again_at=again_at)


def test_a_decision_has_at_least_one_reason() -> None:
    with pytest.raises(ValueError, match="at least one reason"):
        Decision(Verdict.SEND, ())


@pytest.mark.parametrize("verdict", Verdict)
def test_only_send_and_allow_are_a_yes(verdict: Verdict) -> None:
    expected = verdict in {Verdict.SEND, Verdict.ALLOW}
    assert Decision(verdict, (Reason.ALL_RIGHT,)).yes == expected


def test_a_booking_that_may_be_has_a_reason_too() -> None:
    assert allow() == Decision(Verdict.ALLOW, (Reason.ALL_RIGHT,))


@given(st.lists(st.sampled_from(Reason), max_size=8))
def test_reasons_are_listed_once_in_the_order_of_the_enum(given_: list[Reason]) -> None:
    found = in_order(given_)
    assert set(found) == set(given_)
    assert [list(Reason).index(each) for each in found] == sorted(
        {list(Reason).index(each) for each in given_}
    )


def test_every_order_of_reasons_gives_the_same_refusal() -> None:
    reasons = (Reason.GAP, Reason.AWAY, Reason.NO_CHANNEL)
    assert len({refuse(each) for each in permutations(reasons)}) == 1


# --- P10: stricter -----------------------------------------------------------


@given(decisions(), decisions())
def test_of_two_plans_the_one_that_sends_less_decides(
    one: Decision, other: Decision
) -> None:
    both = stricter(one, other)
    most = max(one, other, key=lambda each: STRICTNESS.index(each.verdict))
    assert both.verdict is most.verdict
    assert both.yes == (one.yes and other.yes)


@given(decisions(), decisions())
def test_it_does_not_matter_which_plan_is_asked_first(
    one: Decision, other: Decision
) -> None:
    first, second = stricter(one, other), stricter(other, one)
    assert (first.verdict, first.reasons, first.again_at) == (
        second.verdict,
        second.reasons,
        second.again_at,
    )
    if first.yes:
        assert first.window == second.window


@given(decisions(), decisions(), decisions())
def test_nor_which_two_of_three_are_compared_first(
    one: Decision, two: Decision, three: Decision
) -> None:
    left, right = (
        stricter(stricter(one, two), three),
        stricter(one, stricter(two, three)),
    )
    assert (left.verdict, left.reasons, left.again_at) == (
        right.verdict,
        right.reasons,
        right.again_at,
    )


@given(decisions())
def test_a_plan_compared_with_itself_changes_nothing(one: Decision) -> None:
    assert stricter(one, one) == one


@given(decisions(), decisions())
def test_the_reasons_of_both_noes_are_kept_and_none_of_a_yes(
    one: Decision, other: Decision
) -> None:
    both = stricter(one, other)
    noes_of_both = {
        reason for each in (one, other) if not each.yes for reason in each.reasons
    }
    assert set(both.reasons) == (noes_of_both or {Reason.ALL_RIGHT})


@given(decisions(), decisions())
def test_a_yes_of_both_leaves_the_window_they_share(
    one: Decision, other: Decision
) -> None:
    both = stricter(one, other)
    if both.yes:
        assert one.window is not None
        assert other.window is not None
        assert both.window == Interval(
            max(one.window.start, other.window.start),
            min(one.window.end, other.window.end),
        )


@given(decisions(), decisions())
def test_two_holds_wait_for_the_later_within_its_window(
    one: Decision, other: Decision
) -> None:
    both = stricter(one, other)
    if both.verdict is not Verdict.HOLD or both.again_at is None:
        return
    waits = [each.again_at for each in (one, other) if each.again_at is not None]
    assert both.again_at == max(waits)
    assert both.window is not None
    assert both.window.holds(both.again_at)


def test_windows_are_not_needed_to_compare() -> None:
    bare = Decision(Verdict.SEND, (Reason.ALL_RIGHT,))
    window = Interval(NINE, NINE + HOUR)
    assert stricter(bare, Decision(Verdict.SEND, (Reason.ALL_RIGHT,), window)).yes
    assert stricter(allow(), refuse((Reason.GAP,))) == refuse((Reason.GAP,))


# --- E5: audience ------------------------------------------------------------


@pytest.mark.parametrize("hidden", [Reason.KEPT_APART, Reason.NOT_YOUR_FILE])
def test_what_is_kept_from_others_reads_as_a_counsellor_not_available(
    hidden: Reason,
) -> None:
    unavailable = refuse((Reason.COUNSELLOR_UNAVAILABLE,))
    assert refuse((hidden,)).shown_to(Audience.ANYBODY) == unavailable
    both = refuse((Reason.KEPT_APART, Reason.NOT_YOUR_FILE))
    assert both.shown_to(Audience.ANYBODY) == unavailable
    with_it = refuse((hidden, Reason.COUNSELLOR_UNAVAILABLE))
    assert with_it.shown_to(Audience.ANYBODY) == unavailable


@pytest.mark.parametrize("hidden", [Reason.KEPT_APART, Reason.NOT_YOUR_FILE])
@pytest.mark.parametrize(
    "beside", [each for each in Reason if each.value != "all_right"]
)
def test_no_place_in_the_list_gives_it_away(hidden: Reason, beside: Reason) -> None:
    shown = refuse((hidden, beside)).shown_to(Audience.ANYBODY)
    plain = refuse((Reason.COUNSELLOR_UNAVAILABLE, beside)).shown_to(Audience.ANYBODY)
    assert shown == plain
    assert hidden not in shown.reasons


def test_a_supervisor_sees_what_it_is() -> None:
    decision = refuse((Reason.KEPT_APART, Reason.GAP))
    assert decision.shown_to(Audience.SUPERVISOR) == decision
