"""Every record opened, for leaving the product, and what each field is.

What a table holds is read from the models, so a new column is handed out and described
without anybody thinking of it; `record_words` says what is left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Integer,
    Table,
    select,
)

from scheduler.domain.errors import Unreadable
from scheduler.storage import people
from scheduler.storage.engine import Tx
from scheduler.storage.record_words import (
    DOCUMENTS,
    LEFT_OUT,
    LEFT_OUT_COLUMNS,
    SAYS,
    STOPPED,
)
from scheduler.storage.tables import (
    client,
    interruption,
    interruption_log,
    metadata,
    plan_version,
    session_client,
)
from scheduler.storage.types import (
    BlindIndex,
    JSONText,
    Sealed,
    UTCDateTime,
    instant_text,
)
from scheduler.storage.vault import AGENCY, client_owner

_AT_ONCE: Final = 500
STOPPED_NUMBERS: Final = "stopped_numbers"

Json = dict[str, Any]

_TYPES: Final[Sequence[tuple[type[Any], str]]] = (
    (UTCDateTime, "instant in UTC, ISO 8601"),
    (Date, "date, ISO 8601"),
    (JSONText, "JSON"),
    (Boolean, "true or false"),
    (Integer, "whole number"),
)


@dataclass
class Kind:
    """One kind of record. `unopened` counts sealed fields that would not open: their
    key is gone, since the file was erased."""

    table: Table
    columns: tuple[Column[Any], ...]
    unopened: int = 0

    @property
    def name(self) -> str:
        """As files and the schema call it."""
        return self.table.name

    def records(self, tx: Tx) -> Iterator[Json]:
        """Every record, in the order of its key, sealed fields opened."""
        owners = _Owners(tx) if self.table is interruption_log else None
        query = select(self.table).order_by(*self.table.primary_key.columns)
        rows = tx.conn.execute(query, execution_options={"yield_per": _AT_ONCE})
        for some in rows.partitions(_AT_ONCE):
            tx.vault.preload(
                {owner for row in some for owner in _owners(self.table, row, owners)}
            )
            for row in some:
                yield {
                    each.name: self._said(tx, each, row, owners)
                    for each in self.columns
                }

    def _said(
        self, tx: Tx, column: Column[Any], row: Any, owners: _Owners | None
    ) -> Any:
        value = getattr(row, column.name)
        if value is None:
            return None
        if not isinstance(column.type, Sealed):
            return _plain(value)
        for owner in _owners(self.table, row, owners):
            place = (self.name, column.name, _row_id(self.table, row))
            try:
                opened = tx.vault.open(owner, *place, value)
            except Unreadable:
                continue
            is_json = (self.name, column.name) in DOCUMENTS
            return json.loads(opened) if is_json else opened
        self.unopened += 1
        return None

    def described(self, rows: int) -> Json:
        """What the schema says of it."""
        said: Json = {
            "kind": self.name,
            "says": SAYS.get(self.name, ""),
            "records": rows,
            "key": [each.name for each in self.table.primary_key.columns],
            "fields": {each.name: _field(each) for each in self.columns},
            "always holds": [
                str(each.sqltext)
                for each in sorted(self.table.constraints, key=lambda c: str(c.name))
                if isinstance(each, CheckConstraint)
            ],
        }
        if self.unopened:
            said["could not be opened"] = self.unopened
        return said


class _Owners:
    """Whose a note of an interruption may be: of whoever had a seat."""

    def __init__(self, tx: Tx) -> None:
        query = select(interruption.c.id, session_client.c.client_id).join(
            session_client, session_client.c.session_id == interruption.c.session_id
        )
        self.of: dict[str, tuple[str, ...]] = {}
        for row in tx.conn.execute(query):
            mine = self.of.get(row.id, ())
            self.of[row.id] = (*mine, client_owner(row.client_id))


def kinds() -> tuple[Kind, ...]:
    """Every kind of record that is handed out, those others refer to first."""
    return tuple(
        Kind(each, tuple(column for column in each.columns if _goes_out(column)))
        for each in metadata.sorted_tables
        if each.name not in LEFT_OUT and each.info["kept"] != "short"
    )


def left_out() -> Json:
    """What is not handed out, and why."""
    short = {
        each.name: "is kept for hours or days only"
        for each in metadata.sorted_tables
        if each.info["kept"] == "short"
    }
    columns = {
        f"{table}.{column}": why for (table, column), why in LEFT_OUT_COLUMNS.items()
    }
    return {**short, **LEFT_OUT, **columns}


def stopped_numbers(tx: Tx) -> list[Json]:
    """Numbers in any plan that are blocked for good (I2)."""
    found = []
    [plans] = (each for each in kinds() if each.table is plan_version)
    seen = set()
    for plan in plans.records(tx):
        for channel in (plan["document"] or {}).get("channels", ()):
            whose = (plan["client_id"], channel["address"])
            if channel["address"] and whose not in seen:
                seen.add(whose)
                found.append(whose)
    blinds = {number: tx.vault.index(people.NUMBER, number) for _, number in found}
    blocked = people.blocked_among(tx, tuple(blinds.values()))
    return [
        {"client_id": client_id, "number": number}
        for client_id, number in found
        if blinds[number] in blocked
    ]


def stopped_described(rows: int) -> Json:
    """What the schema says of them."""
    return {
        "kind": STOPPED_NUMBERS,
        "says": STOPPED,
        "records": rows,
        "key": ["client_id", "number"],
        "fields": {
            "client_id": {"type": "whole number", "refers to": "client.id"},
            "number": {"type": "text"},
        },
        "always holds": [],
    }


def _goes_out(column: Column[Any]) -> bool:
    named = (column.table.name, column.name)
    return named not in LEFT_OUT_COLUMNS and not isinstance(column.type, BlindIndex)


def _field(column: Column[Any]) -> Json:
    said: Json = {"type": _type(column)}
    if column.nullable:
        said["may be empty"] = True
    for key in column.foreign_keys:
        said["refers to"] = key.target_fullname
    return said


def _type(column: Column[Any]) -> str:
    if isinstance(column.type, Sealed):
        is_json = (column.table.name, column.name) in DOCUMENTS
        return "JSON, kept sealed" if is_json else "text, kept sealed"
    found = (said for of, said in _TYPES if isinstance(column.type, of))
    return next(found, "text")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return instant_text(value)
    return value.isoformat() if isinstance(value, date) else value


def _owners(table: Table, row: Any, notes: _Owners | None) -> tuple[str, ...]:
    """In whose name a row's fields may be sealed."""
    if notes is not None:
        return notes.of.get(row.interruption_id, ())
    if table is client:
        return (client_owner(row.id),)
    whose = getattr(row, "client_id", None)
    return (AGENCY,) if whose is None else (client_owner(whose),)


def _row_id(table: Table, row: Any) -> str:
    """What a row's fields are sealed for."""
    if table is interruption_log:
        return str(row.note_key)
    key = (str(getattr(row, each.name)) for each in table.primary_key.columns)
    return ":".join(key)
