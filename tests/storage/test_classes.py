"""Every column says how much it tells, and what tells much is never plain (bar-K5)."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Column, MetaData, String, Table

from scheduler.storage.classes import (
    COLUMNS,
    DIGESTS,
    GUARDED,
    Secrecy,
    secrecy,
    takes_plain_text,
)
from scheduler.storage.shelf import shelf_metadata
from scheduler.storage.tables import metadata
from scheduler.storage.types import BlindIndex, Sealed

CATALOGUES = (metadata, shelf_metadata)


def columns(*catalogues: MetaData) -> list[Column[Any]]:
    return [
        column
        for catalogue in catalogues
        for table in catalogue.tables.values()
        for column in table.columns
    ]


def wrongs(*catalogues: MetaData) -> list[str]:
    """What keeps the classes from being whole, a sentence for each column."""
    found = []
    for column in columns(*catalogues):
        name = f"{column.table.name}.{column.name}"
        try:
            guarded = secrecy(column) in GUARDED
        except LookupError as nobody:
            found.append(str(nobody))
            continue
        if guarded and takes_plain_text(column):
            found.append(f"{name} must be sealed, or a keyed digest.")
        if not guarded and isinstance(column.type, Sealed):
            found.append(f"{name} is sealed: say whether it is sensitive or secret.")
    return found


def test_every_column_has_a_class_and_nothing_guarded_is_plain() -> None:
    assert wrongs(*CATALOGUES) == []


def test_every_class_is_that_of_a_column_there_is_and_it_has_one_only() -> None:
    said = sorted(
        (table, name)
        for table, classes in COLUMNS.items()
        for names in classes.values()
        for name in names.split()
    )
    there = sorted((each.table.name, each.name) for each in columns(*CATALOGUES))
    assert said == there


def test_what_holds_a_digest_says_so_in_its_name() -> None:
    digests = {
        each.name
        for each in columns(*CATALOGUES)
        if secrecy(each) in GUARDED and isinstance(each.type, BlindIndex)
    } | {name for _, name in DIGESTS}
    assert all(each.endswith(("blind", "hash")) for each in digests), digests


@pytest.mark.parametrize(
    ("column", "asked"),
    [
        (Column("nickname", String(40)), "Nobody has said what client.nickname"),
        (Column("person", String(40)), "client.person must be sealed"),
        (Column("code", Sealed), "client.code is sealed: say whether"),
    ],
)
def test_a_column_that_nobody_thought_of_is_noticed(
    column: Column[Any], asked: str
) -> None:
    planted = MetaData()
    Table("client", planted, column)
    (wrong,) = wrongs(planted)
    assert asked in wrong


def test_a_whole_table_that_nobody_thought_of_is_noticed() -> None:
    planted = MetaData()
    Table("diary", planted, Column("entry", String(400)))
    assert len(wrongs(planted)) == 1


def test_all_four_classes_are_in_use() -> None:
    assert {secrecy(each) for each in columns(*CATALOGUES)} == set(Secrecy)
