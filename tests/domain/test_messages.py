"""A message's life is the table of M11, written here a second time."""

from itertools import product

import pytest

from scheduler.domain.messages import (
    COUNTED,
    EXCLUSIVE,
    LEFT,
    MOVES,
    OPEN,
    MessageKind,
    MessageState,
    may_move,
)
from scheduler.domain.phrases import Meaning

TABLE = """
planned | due, cancelled, expired, withheld
due | claimed, prompted, cancelled, expired, withheld
prompted | due, sent_by_hand, not_sent, uncertain, expired, cancelled
claimed | sending, due, cancelled, expired, withheld
sending | accepted, due, failed, uncertain
accepted | sent, delivered, undelivered, failed
sent | delivered, undelivered, failed
uncertain | accepted, sent, delivered, undelivered, failed, not_sent, settled
"""
LEGAL = {
    (before.strip(), after.strip())
    for before, _, line in (row.partition("|") for row in TABLE.strip().splitlines())
    for after in line.split(",")
}
S = MessageState


@pytest.mark.parametrize(("before", "after"), list(product(S, S)))
def test_a_message_moves_only_as_the_table_says(
    before: MessageState, after: MessageState
) -> None:
    assert may_move(before, after) == ((before.value, after.value) in LEGAL)


def test_what_is_over_moves_no_more() -> None:
    over = {S.DELIVERED, S.UNDELIVERED, S.FAILED, S.SENT_BY_HAND, S.NOT_SENT}
    over |= {S.SETTLED, S.CANCELLED, S.EXPIRED, S.WITHHELD}
    assert over.isdisjoint(MOVES)
    assert over | set(MOVES) == set(S)


def test_an_uncertain_message_is_never_due_again() -> None:
    """No way leads from where it may have left back to where it would be sent."""
    reached, fringe = set[MessageState](), {S.UNCERTAIN, S.ACCEPTED}
    while fringe:
        reached |= fringe
        fringe = {each for one in fringe for each in MOVES.get(one, ())} - reached
    assert reached.isdisjoint({S.PLANNED, S.DUE, S.CLAIMED, S.PROMPTED, S.SENDING})


def test_what_is_voided_with_a_session_is_what_has_not_left() -> None:
    assert frozenset({S.PLANNED, S.DUE, S.CLAIMED, S.PROMPTED}) == OPEN
    assert all(may_move(each, S.CANCELLED) for each in OPEN)


def test_the_caps_count_what_left_or_may_have_left() -> None:
    assert {each.value for each in COUNTED} == {
        "sending",
        "accepted",
        "sent",
        "delivered",
        "uncertain",
        "sent_by_hand",
    }


def test_no_second_row_stands_beside_one_that_may_still_leave_or_has() -> None:
    assert set(S) - EXCLUSIVE == {
        S.CANCELLED,
        S.EXPIRED,
        S.WITHHELD,
        S.FAILED,
        S.NOT_SENT,
    }


def test_what_left_or_may_have_left_is_never_planned_again() -> None:
    assert COUNTED <= LEFT <= EXCLUSIVE
    assert LEFT.isdisjoint(OPEN)


def test_kinds_are_the_meanings_and_a_call() -> None:
    kinds = {each.value for each in MessageKind}
    assert kinds == {each.value for each in Meaning} | {"call"}
