"""bar-D6: the database knows which states follow which, and refuses the others."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta
from enum import Enum
from itertools import count, product
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheduler.domain.booking import SESSION_MOVES, SessionState
from scheduler.domain.messages import MOVES, MessageState
from scheduler.storage.engine import Store, Tx
from scheduler.storage.guards import RULES
from scheduler.storage.refusals import RuleBroken
from scheduler.storage.types import instant_text
from tests.profiles import trials
from tests.storage.rows import (
    add_client,
    add_message,
    add_session,
    add_staff,
    raw,
)
from tests.storage.shell import Shell, shell
from tests.storage.test_overlaps import TEN

# The table of M11, copied by hand from the rules, not from the code.
M11: Final = {
    "planned": "due cancelled expired withheld",
    "due": "claimed prompted cancelled expired withheld",
    "prompted": "due sent_by_hand not_sent uncertain expired cancelled",
    "claimed": "sending due cancelled expired withheld",
    "sending": "accepted due failed uncertain",
    "accepted": "sent delivered undelivered failed",
    "sent": "delivered undelivered failed",
    "uncertain": "accepted sent delivered undelivered failed not_sent settled",
}
B5: Final = {
    "booked": "in_session cancelled not_joined",
    "in_session": "completed interrupted",
    "interrupted": "resumed ended_early",
    "resumed": "interrupted completed ended_early",
}


def by_hand(table: Mapping[str, str]) -> set[tuple[str, str]]:
    return {(a, b) for a, afters in table.items() for b in afters.split()}


def pairs(moves: Mapping[Any, Iterable[Enum]]) -> set[tuple[str, str]]:
    return {(a.value, b.value) for a, afters in moves.items() for b in afters}


def test_the_domain_says_what_the_rules_say() -> None:
    assert pairs(MOVES) == by_hand(M11)
    assert pairs(SESSION_MOVES) == by_hand(B5)


def test_the_guards_say_what_the_domain_says() -> None:
    found = {life.table: life for life in RULES.lives}
    assert {
        (a, b) for a, afters in found["message"].moves.items() for b in afters
    } == pairs(MOVES)
    assert {
        (a, b) for a, afters in found["session"].moves.items() for b in afters
    } == pairs(SESSION_MOVES)


def _new_message(tx: Tx, state: str) -> str:
    return add_message(tx, add_client(tx), state=state)


def _new_session(tx: Tx, state: str) -> str:
    return add_session(tx, add_staff(tx), TEN, state=state)


class Rows:
    """Fresh rows by plain SQL, as many as are asked for."""

    def __init__(self, on: Shell, staff: int, client: int) -> None:
        self.shell = on
        self._numbers = count(1)
        self._staff, self._client = staff, client

    def new(self, table: str) -> str:
        """A row where its life begins; its id."""
        number = next(self._numbers)
        row, at = f"{table}-{number}", instant_text(TEN + timedelta(hours=number))
        until = instant_text(TEN + timedelta(hours=number, minutes=50))
        statement = {
            "message": "INSERT INTO message (id, reference, state, kind, client_id, "
            "purpose, channel, channel_key, by_hand, counts_daily, planned_at, "
            "not_before, not_after, window_end, earliest, latest) VALUES "
            f"('{row}', '{row}', 'planned', 'reminder', {self._client}, 'reminder', "
            f"'sms', 'c1', FALSE, TRUE, '{at}', '{at}', '{at}', '{at}', '{at}', "
            f"'{at}')",
            "session": "INSERT INTO session (id, state, counsellor_id, starts_at, "
            "ends_at, format, booked_by, booked_at) VALUES "
            f"('{row}', 'booked', {self._staff}, '{at}', '{until}', 'phone', "
            f"{self._staff}, '{at}')",
        }[table]
        assert self.shell.attempt(statement) == ""
        return row

    def move(self, table: str, row: str, state: str) -> str:
        """Try a move; the rule that refused it, or nothing."""
        return self.shell.attempt(
            f"UPDATE {table} SET state = '{state}' WHERE id = '{row}'"
        )

    def state(self, table: str, row: str) -> str:
        """Where it stands."""
        ((found,),) = self.shell.ask(f"SELECT state FROM {table} WHERE id = '{row}'")
        return str(found)


@pytest.fixture
def rows(store: Store) -> Iterator[Rows]:
    """Such rows, in a shell on the store's database."""
    with store.begin() as tx:
        staff, client = add_staff(tx), add_client(tx)
    with shell(store) as opened:
        yield Rows(opened, staff, client)


Lived = tuple[type[Enum], Mapping[str, str], Callable[..., str], str]

LIVES: Final[dict[str, Lived]] = {
    "message": (MessageState, M11, _new_message, "planned"),
    "session": (SessionState, B5, _new_session, "booked"),
}


def path_to(table: Mapping[str, str], begin: str, end: str) -> list[str]:
    """The shortest way of legal moves, the beginning left out."""
    ways = {begin: list[str]()}
    queue = [begin]
    for at in queue:
        for after in table.get(at, "").split():
            if after not in ways:
                ways[after] = [*ways[at], after]
                queue.append(after)
    return ways[end]


def _move(tx: Tx, table: str, row: str, state: str) -> None:
    raw(tx, f"UPDATE {table} SET state = '{state}' WHERE id = '{row}'")


@pytest.mark.parametrize("table", LIVES)
def test_every_pair_of_states(rows: Rows, table: str) -> None:
    states, moves, _, begin = LIVES[table]
    names = [each.value for each in states]
    legal, tried, refused = by_hand(moves), 0, 0
    for before, after in product(names, names):
        row = rows.new(table)
        for step in path_to(moves, begin, before):
            assert rows.move(table, row, step) == ""
        allowed = before == after or (before, after) in legal
        rule = rows.move(table, row, after)
        assert rule == ("" if allowed else f"{table}_moves"), (before, after)
        assert rows.state(table, row) == (after if allowed else before)
        tried, refused = tried + 1, refused + (not allowed)
    assert tried == len(names) ** 2
    assert refused == tried - len(names) - len(legal)


@pytest.mark.parametrize("table", LIVES)
def test_every_row_begins_at_the_beginning(store: Store, table: str) -> None:
    states, _, new, begin = LIVES[table]
    for state in states:
        rule = ""
        try:
            with store.begin() as tx:
                new(tx, state.value)
        except RuleBroken as refusal:
            rule = refusal.rule
        assert rule == ("" if state.value == begin else f"{table}_begins")


@pytest.mark.parametrize("table", LIVES)
@pytest.mark.parametrize("state", ["", "PLANNED", "booked ", "sending2", "x"])
def test_there_are_no_other_states(store: Store, table: str, state: str) -> None:
    with store.begin() as tx:
        row = LIVES[table][2](tx, LIVES[table][3])
    with pytest.raises(RuleBroken), store.begin() as tx:
        _move(tx, table, row, state)
    with pytest.raises(RuleBroken), store.begin() as tx:
        raw(tx, f"UPDATE {table} SET state = NULL WHERE id = '{row}'")


def test_a_whole_table_at_once_is_refused_as_one_row_is(store: Store) -> None:
    with store.begin() as tx:
        fine, sent = _new_message(tx, "planned"), _new_message(tx, "planned")
        for step in ("due", "claimed", "sending", "accepted", "sent"):
            _move(tx, "message", sent, step)
    with pytest.raises(RuleBroken, match="message_moves"), store.begin() as tx:
        raw(tx, "UPDATE message SET state = 'due'")
    with store.reading() as tx:
        query = f"SELECT state FROM message WHERE id = '{fine}'"
        assert raw(tx, query).scalar_one() == "planned"


@pytest.mark.parametrize("column", RULES.fixed["message"])
def test_what_a_message_is_about_never_changes(store: Store, column: str) -> None:
    with store.begin() as tx:
        client, other = add_client(tx), add_client(tx)
        session = add_session(tx, add_staff(tx), TEN)
        message = add_message(tx, client)
    values = {"client_id": str(other), "session_id": f"'{session}'", "kind": "'call'"}
    numbers = ("session_version", "ordinal", "attempt")
    value = values.get(column, "99" if column in numbers else "'another'")
    with pytest.raises(RuleBroken, match="message_fixed"), store.begin() as tx:
        raw(tx, f"UPDATE message SET {column} = {value} WHERE id = '{message}'")


def test_a_second_intention_for_the_same_purpose_is_refused(store: Store) -> None:
    with store.begin() as tx:
        client = add_client(tx)
        session = add_session(tx, add_staff(tx), TEN, clients=(client,))
        first = add_message(tx, client, session_id=session)
    with pytest.raises(RuleBroken, match="uq_message_purpose"), store.begin() as tx:
        add_message(tx, client, session_id=session)
    with store.begin() as tx:
        _move(tx, "message", first, "cancelled")
        add_message(tx, client, session_id=session)


def test_a_message_cannot_be_replaced_behind_the_triggers(store: Store) -> None:
    if store.engine.dialect.name != "sqlite":
        # Only SQLite knows INSERT OR REPLACE.
        return
    with store.begin() as tx:
        client = add_client(tx)
        session = add_session(tx, add_staff(tx), TEN, clients=(client,))
        message = add_message(tx, client, session_id=session)
        columns = [row.name for row in raw(tx, "PRAGMA table_info(message)")]
        for step in ("due", "claimed", "sending"):
            _move(tx, "message", message, step)
    for changed, rule in (
        ({"state": "'planned'"}, "message_begins"),
        ({"state": "'planned'", "id": "'n'", "reference": "'n'"}, "message_stays"),
        ({"state": "'planned'", "id": "'n'", "ordinal": "7"}, "message_stays"),
    ):
        chosen = ", ".join(changed.get(each, each) for each in columns)
        with pytest.raises(RuleBroken) as refusal, store.begin() as tx:
            raw(tx, f"INSERT OR REPLACE INTO message SELECT {chosen} FROM message")
        assert refusal.value.rule == rule


@settings(
    max_examples=trials(40, 2500),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    table=st.sampled_from(sorted(LIVES)),
    steps=st.binary(min_size=50, max_size=50),
)
def test_a_life_in_any_order_follows_the_table(
    rows: Rows, table: str, steps: bytes
) -> None:
    states, moves, _, state = LIVES[table]
    names = [each.value for each in states]
    row = rows.new(table)
    for step in steps:
        # Half of the attempts are legal, or every life would end at once.
        open_ways = moves.get(state, "").split()
        choices = open_ways if step & 1 and open_ways else names
        after = choices[(step >> 1) % len(choices)]
        rule = rows.move(table, row, after)
        legal = state == after or (state, after) in by_hand(moves)
        assert rule == ("" if legal else f"{table}_moves")
        state = after if legal else state
    assert rows.state(table, row) == state
