"""Cut-off steps as policy states them: reading and writing are inverse (F1, F7)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.domain.errors import Misread
from scheduler.domain.fallback import LONGEST_WAIT, Actor, Step, StepKind
from scheduler.domain.policy import Policy, read_policy
from scheduler.domain.typed_steps import read_step, write_step

steps = st.builds(
    Step,
    st.sampled_from(Actor),
    st.sampled_from(StepKind),
    st.integers(0, LONGEST_WAIT),
)


@given(steps)
def test_a_step_reads_as_it_was_written(step: Step) -> None:
    assert read_step(write_step(step)) == step


def test_space_around_and_between_does_not_matter() -> None:
    found = read_step("  supervisor   hand_over 05 ")
    assert found == Step(Actor.SUPERVISOR, StepKind.HAND_OVER, 5)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "client",
        "client wait",
        "she wait 5",
        "client sleep 5",
        "client wait five",
        "client wait -1",
        "client wait 121",
        "client wait 5 6",
        "client wait \u0665",
    ],
)
def test_what_is_no_step_is_refused_with_the_words_there_are(text: str) -> None:
    with pytest.raises(Misread, match=r"hand_over.*client rejoin 5"):
        read_step(text)


def test_a_policy_offers_the_steps_it_was_given() -> None:
    policy = read_policy({"cutoff_steps": ["client wait 0", "counsellor end 10"]})
    assert policy.cutoff_steps == (
        Step(Actor.CLIENT, StepKind.WAIT),
        Step(Actor.COUNSELLOR, StepKind.END, 10),
    )
    assert read_policy({"plan_days": 20}, policy).cutoff_steps == policy.cutoff_steps


def test_a_policy_may_offer_none() -> None:
    assert read_policy({"cutoff_steps": []}).cutoff_steps == ()
    assert len(Policy().cutoff_steps) == 5


@pytest.mark.parametrize(
    "given", ["client wait 0", 5, [1], ["client wait 0"] * 6, ["she waits"]]
)
def test_anything_else_is_no_policy(given: object) -> None:
    with pytest.raises(Misread):
        read_policy({"cutoff_steps": given})
