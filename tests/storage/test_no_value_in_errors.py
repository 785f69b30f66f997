"""bar-L3: every unique rule, check, key and not-null is broken on purpose on both
engines, and no text of any error says a value."""

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import product
from typing import Any, Final

import pytest
from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    insert,
    text,
)
from sqlalchemy.types import TypeEngine

from scheduler.domain.errors import JustTaken
from scheduler.storage.engine import Store, open_store
from scheduler.storage.refusals import RuleBroken, StatementFailed
from scheduler.storage.tables import metadata
from scheduler.storage.types import BlindIndex, JSONText, Sealed, UTCDateTime
from tests.storage.rows import add_session, add_staff, raw
from tests.storage.test_types import ENVELOPE
from tests.stores import BEGINNING, CountedEntropy, key_file

CANARY: Final = "ZEBRACANARY"
NUMBER: Final = 41655501
DAY: Final = date(2031, 7, 19)
MOMENT: Final = BEGINNING.replace(year=2031, month=7, day=19)
TRACES: Final = (
    CANARY,
    CANARY.lower(),
    str(NUMBER),
    "2031-07-19",
    CANARY.encode().hex(),
    ENVELOPE.hex(),
)


def _candidates(column: Column[Any]) -> list[Any]:
    kinds: list[tuple[Any, list[Any]]] = [
        (UTCDateTime, [MOMENT, MOMENT + timedelta(days=1), None]),
        (Sealed, [ENVELOPE]),
        (BlindIndex, [CANARY.encode().ljust(32, b"\0")]),
        (JSONText, [[CANARY]]),
        (Boolean, [True]),
        (Integer, [NUMBER, -NUMBER]),
        (Date, [DAY, DAY - timedelta(days=1)]),
        (LargeBinary, [CANARY.encode()]),
        ((String, Text), [CANARY, None]),
    ]
    return next(values for kind, values in kinds if isinstance(column.type, kind))


@pytest.fixture
def bare(database_url: str) -> Iterator[Store]:
    """A store on a database without tables, in which one table at a time is made."""
    store = open_store(database_url, key_file(), CountedEntropy())
    yield store
    store.close()


def _alone(table: Table, needed: str = "") -> Table:
    """The table without its rules; only the named column may not be empty."""
    copies = [
        Column(each.name, _roomy(each.type), nullable=each.name != needed)
        for each in table.columns
    ]
    return Table(table.name, MetaData(), *copies)


def _roomy(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    return Text() if type(kind) is String else kind


def _texts(error: BaseException) -> str:
    told = ["".join(traceback.format_exception(error))]
    seen: BaseException | None = error
    while seen is not None:
        told += [
            str(seen),
            repr(seen),
            repr(seen.args),
            *getattr(seen, "__notes__", ()),
        ]
        seen = seen.__cause__ or seen.__context__
    return "\n".join(told)


def _break(store: Store, table: Table, *rows: dict[str, Any]) -> RuleBroken | None:
    try:
        with store.begin() as tx:
            for row in rows:
                tx.conn.execute(insert(table).values(**row))
    except RuleBroken as error:
        return error
    return None


@contextmanager
def _made(store: Store, table: Table) -> Iterator[dict[str, Any]]:
    """The table, made and gone again; gives a row for it full of canaries."""
    with store.begin() as tx:
        table.create(tx.conn)
    yield {each.name: _candidates(each)[0] for each in table.columns}
    with store.begin() as tx:
        table.drop(tx.conn)


def _says_nothing(error: RuleBroken | None, rule: str) -> None:
    assert error is not None, f"{rule} was not broken"
    assert error.rule == rule
    told = _texts(error)
    assert [each for each in TRACES if each in told] == []


def _checks() -> Iterator[tuple[Table, CheckConstraint]]:
    for table in metadata.sorted_tables:
        for each in sorted(table.constraints, key=lambda rule: str(rule.name)):
            if isinstance(each, CheckConstraint):
                yield table, each


def _unique() -> Iterator[tuple[Table, str, list[str]]]:
    for table in metadata.sorted_tables:
        rules = [(table.primary_key.name, table.primary_key.columns.keys())]
        rules += [
            (each.name, each.columns.keys())
            for each in table.constraints
            if isinstance(each, UniqueConstraint)
        ]
        rules += [
            (each.name, each.columns.keys()) for each in table.indexes if each.unique
        ]
        for name, columns in rules:
            yield table, str(name), list(columns)


def test_no_broken_check_says_a_value(bare: Store) -> None:
    checks = list(_checks())
    assert len(checks) > 20
    for table, check in checks:
        scratch = _alone(table)
        scratch.append_constraint(CheckConstraint(check.sqltext, name=str(check.name)))
        named = [each for each in scratch.columns if each.name in str(check.sqltext)]
        with _made(bare, scratch) as row:
            found = None
            for values in product(*(_candidates(each) for each in named)):
                named_values = zip((each.name for each in named), values, strict=True)
                found = found or _break(bare, scratch, row | dict(named_values))
            _says_nothing(found, str(check.name))


def test_no_broken_unique_rule_says_a_value(bare: Store) -> None:
    rules = list(_unique())
    assert len(rules) > len(metadata.tables)
    for table, name, columns in rules:
        scratch = _alone(table)
        Index(name, *(scratch.c[each] for each in columns), unique=True)
        with _made(bare, scratch) as row:
            _says_nothing(_break(bare, scratch, row, row), name)


def test_no_missing_value_says_the_others(bare: Store) -> None:
    for table in metadata.sorted_tables:
        for each in table.columns:
            if each.nullable:
                continue
            scratch = _alone(table, needed=each.name)
            with _made(bare, scratch) as row:
                found = _break(bare, scratch, row | {each.name: None})
                _says_nothing(found, f"not_null:{table.name}.{each.name}")


def test_no_dangling_reference_says_a_value(store: Store) -> None:
    with store.begin() as tx:
        counsellor = add_staff(tx)
    statement = (
        "INSERT INTO policy_version (changed, changed_by, changed_at, reason) "
        f"VALUES ('{CANARY}', {NUMBER}, '2031-07-19T13:00:00.000000Z', '{CANARY}')"
    )
    with pytest.raises(RuleBroken) as refusal, store.begin() as tx:
        raw(tx, statement)
    assert refusal.value.rule == "foreign_key"
    assert str(NUMBER) not in "".join(_own_words(refusal.value))
    assert counsellor


def _own_words(error: BaseException) -> Iterator[str]:
    seen: BaseException | None = error
    while seen is not None:
        yield from (str(seen), repr(seen))
        seen = seen.__cause__ or seen.__context__


def test_no_overlap_says_whose_it_is(store: Store) -> None:
    with store.begin() as tx:
        counsellor = add_staff(tx)
        add_session(tx, counsellor, MOMENT)
    with pytest.raises(JustTaken) as refusal, store.begin() as tx:
        add_session(tx, counsellor, MOMENT)
    told = _texts(refusal.value)
    assert [each for each in TRACES if each in told] == []


def _fails(store: Store, expression: str) -> StatementFailed:
    with pytest.raises(StatementFailed) as failure, store.begin() as tx:
        tx.conn.execute(text(f"SELECT {expression}"), {"value": CANARY}).all()
    return failure.value


def test_no_statement_that_fails_says_what_it_was_given(store: Store) -> None:
    wrong = ["nothing_of_that_name(:value)"]
    if store.engine.dialect.name == "postgresql":
        wrong += ["CAST(:value AS INTEGER)", "CAST(:value AS DATE)"]
    for expression in wrong:
        assert CANARY not in _texts(_fails(store, expression))


def test_the_engines_hide_parameters(store: Store) -> None:
    assert store.engine.hide_parameters
    assert store.shelf.engine.hide_parameters
