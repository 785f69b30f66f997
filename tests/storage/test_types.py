"""Columns refuse naive instants, text nobody sealed, and digests of another length."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, Integer, MetaData, Table, insert, select
from sqlalchemy.exc import StatementError

from scheduler.storage.engine import Store
from scheduler.storage.types import (
    ENVELOPE_MIN,
    ENVELOPE_VERSION,
    INSTANT_WIDTH,
    BlindIndex,
    JSONText,
    Sealed,
    UTCDateTime,
    instant_from_text,
    instant_text,
    looks_sealed,
)
from tests.storage.rows import raw

NOON = datetime(2026, 12, 8, 12, 0, tzinfo=UTC)
ENVELOPE = bytes([ENVELOPE_VERSION]) + bytes(ENVELOPE_MIN - 1)

sheet = Table(
    "sheet",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("at", UTCDateTime),
    Column("sealed", Sealed),
    Column("blind", BlindIndex),
    Column("said", JSONText),
)


@pytest.fixture
def written(store: Store) -> Any:
    """Writes a row with one column filled and reads that column back."""
    with store.begin() as tx:
        sheet.create(tx.conn)

    def write_and_read(**values: Any) -> Any:
        (name,) = values
        with store.begin() as tx:
            tx.conn.execute(insert(sheet).values(**values))
            newest = select(sheet.c[name]).order_by(sheet.c.id.desc()).limit(1)
            return tx.conn.execute(newest).scalar_one()

    return write_and_read


def test_an_instant_comes_back_in_utc_to_the_microsecond(written: Any) -> None:
    newfoundland = timezone(timedelta(hours=-3, minutes=-30))
    given_there = datetime(2026, 12, 8, 9, 15, 0, 123456, tzinfo=newfoundland)
    found = written(at=given_there)
    assert found == datetime(2026, 12, 8, 12, 45, 0, 123456, tzinfo=UTC)
    assert found.tzinfo is UTC


def test_a_naive_instant_is_refused_before_the_database_sees_it(written: Any) -> None:
    with pytest.raises(StatementError, match="needs a zone"):
        written(at=NOON.replace(tzinfo=None))


@pytest.mark.parametrize(
    "column", ["at", "sealed", "blind", "said"], ids=lambda name: name
)
def test_nothing_is_stored_as_nothing(written: Any, column: str) -> None:
    assert written(**{column: None}) is None


@pytest.mark.parametrize(
    "plain",
    [
        b"",
        b"the plants want water",
        b"\x01" * 60,
        "the plants want water",
        "\u0081" * 60,
        ENVELOPE[:-1],
        bytes(ENVELOPE_MIN),
    ],
)
def test_a_sealed_column_takes_only_envelopes(written: Any, plain: Any) -> None:
    with pytest.raises(StatementError, match="only what the vault has sealed"):
        written(sealed=plain)


def test_a_sealed_column_gives_back_the_envelope(written: Any) -> None:
    assert written(sealed=ENVELOPE) == ENVELOPE


@given(st.text(min_size=ENVELOPE_MIN))
def test_no_text_passes_for_an_envelope(words: str) -> None:
    assert not looks_sealed(words)
    assert not looks_sealed(words.encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize("wrong", [b"", b"\0" * 31, b"\0" * 33, "\0" * 32, 7])
def test_a_blind_index_has_32_bytes(written: Any, wrong: Any) -> None:
    with pytest.raises(StatementError, match="a digest of 32 bytes"):
        written(blind=wrong)


def test_a_blind_index_comes_back(written: Any) -> None:
    assert written(blind=b"\xff" * 32) == b"\xff" * 32


def test_plain_values_come_back_from_text(written: Any) -> None:
    said = {"zone": "America/St_Johns", "été": [1, 2, None], "on": True}
    assert written(said=said) == said


def test_equal_values_are_the_same_text_whatever_their_order(store: Store) -> None:
    with store.begin() as tx:
        sheet.create(tx.conn)
        for each in ({"b": 1, "a": "é"}, {"a": "é", "b": 1}):
            tx.conn.execute(insert(sheet).values(said=each))
        texts = raw(tx, "SELECT DISTINCT said FROM sheet").scalars().all()
    assert texts == ['{"a":"é","b":1}']


@given(st.datetimes(timezones=st.just(UTC)), st.datetimes(timezones=st.just(UTC)))
def test_comparing_the_text_compares_the_time(one: datetime, other: datetime) -> None:
    assert (instant_text(one) < instant_text(other)) == (one < other)
    assert instant_from_text(instant_text(one)) == one
    assert len(instant_text(one)) == INSTANT_WIDTH


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-12-08T12:00:00Z",
        "2026-12-08 12:00:00.000000",
        "2026-12-08T12:00:00.000000+",
        "2026-12-08T12:00:00.00000Z0",
        "yyyy-12-08T12:00:00.000000Z",
    ],
)
def test_text_in_another_form_is_no_instant(text: str) -> None:
    with pytest.raises(ValueError, match=r"form|Invalid"):
        instant_from_text(text)


def test_the_database_orders_instants_as_time_does(store: Store) -> None:
    with store.begin() as tx:
        sheet.create(tx.conn)
        moments = [NOON + timedelta(microseconds=each) for each in (5, -1, 0, 10**6)]
        tx.conn.execute(insert(sheet), [{"at": each} for each in moments])
        found = tx.conn.execute(select(sheet.c.at).order_by(sheet.c.at)).scalars().all()
        later = select(sheet.c.at).where(sheet.c.at > NOON).order_by(sheet.c.at)
        assert list(tx.conn.execute(later).scalars()) == found[2:]
    assert found == sorted(moments)
