"""A closed file is refused whatever else is true, with what would make it a yes."""

import pytest

from scheduler.domain.closing import CLOSE_IN_WORDS, CloseReason, Obstacle, obstacles
from scheduler.domain.contact import Request, Standing, decide
from scheduler.domain.decision import Reason, Verdict
from scheduler.domain.explain import explain_all
from scheduler.domain.plan import ChannelKind, Purpose
from tests.domain.builders import POLICY, at, plan

TUESDAY = at("2026-12-01 10:00")


@pytest.mark.parametrize("by_hand", [False, True])
def test_nothing_leaves_for_a_closed_file(by_hand: bool) -> None:
    asked = Request(ChannelKind.SMS, Purpose.REMINDER, by_hand=by_hand)
    open_file = decide(plan(), asked, Standing(), POLICY, TUESDAY)
    closed = decide(plan(), asked, Standing(closed=True), POLICY, TUESDAY)
    assert Reason.FILE_CLOSED not in open_file.reasons
    assert closed.verdict is Verdict.REFUSE
    assert Reason.FILE_CLOSED in closed.reasons
    [said] = [
        each for each in explain_all(closed, who="K-1042") if "closed" in each.fact
    ]
    assert "reopen the file" in said.remedy


def test_everything_that_stands_in_the_way_is_said_at_once() -> None:
    found = obstacles(closed=False, running=True, in_a_group=True)
    assert found == (Obstacle.RUNNING, Obstacle.GROUP)
    assert obstacles(closed=False, running=False, in_a_group=False) == ()
    assert all(each.sentence.endswith(".") for each in Obstacle)


def test_every_reason_has_words() -> None:
    assert set(CLOSE_IN_WORDS) == set(CloseReason)
