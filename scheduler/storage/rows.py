"""Rows as text that is the same on both engines, for backups and for comparing."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Integer,
    LargeBinary,
    Select,
    TableClause,
    Text,
    column,
    select,
    table,
)
from sqlalchemy.engine import Connection
from sqlalchemy.types import TypeEngine

from scheduler.storage.types import (
    BlindIndex,
    JSONText,
    Sealed,
    UTCDateTime,
    instant_from_text,
    instant_text,
)

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class _Kind:
    """How one kind of column is written as JSON and read back."""

    type: Callable[[], TypeEngine[Any]]
    said: Callable[[Any], Any]
    read: Callable[[Any], Any]


def _same(value: Any) -> Any:
    return value


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")


_KINDS = {
    "instant": _Kind(UTCDateTime, instant_text, instant_from_text),
    "date": _Kind(Date, date.isoformat, date.fromisoformat),
    "bytes": _Kind(LargeBinary, _base64, base64.b64decode),
    "json": _Kind(JSONText, _same, _same),
    "bool": _Kind(Boolean, _same, _same),
    "int": _Kind(Integer, _same, _same),
    "text": _Kind(Text, _same, _same),
}

_KIND_OF: list[tuple[tuple[type[Any], ...], str]] = [
    ((UTCDateTime,), "instant"),
    ((Sealed, BlindIndex, LargeBinary), "bytes"),
    ((JSONText,), "json"),
    ((Boolean,), "bool"),
    ((Integer,), "int"),
    ((Date,), "date"),
]


@dataclass(frozen=True, slots=True)
class Shape:
    """A table by name, with the kind of each column: enough to read and write it."""

    name: str
    columns: tuple[tuple[str, str], ...]

    def clause(self) -> TableClause:
        """For statements, whatever the tables of this version look like."""
        return table(
            self.name,
            *(column(name, _KINDS[kind].type()) for name, kind in self.columns),
        )

    def line(self, row: Any) -> bytes:
        """A row as one line of JSON."""
        values = [
            None if value is None else _KINDS[kind].said(value)
            for value, (_, kind) in zip(row, self.columns, strict=True)
        ]
        said = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
        return said.encode() + b"\n"

    def values(self, line: bytes) -> dict[str, Any]:
        """The row that `line` wrote."""
        return {
            name: None if value is None else _KINDS[kind].read(value)
            for value, (name, kind) in zip(json.loads(line), self.columns, strict=True)
        }

    def lines(self, conn: Connection) -> Iterator[bytes]:
        """Every row, in any order."""
        query: Select[Any] = select(*self.clause().c)
        options = {"yield_per": _AT_ONCE}
        for row in conn.execute(query, execution_options=options):
            yield self.line(row)


def shape_of(name: str, columns: list[Column[Any]]) -> Shape:
    """The shape of one of this version's tables."""
    return Shape(name, tuple((each.name, _kind(each.type)) for each in columns))


def _kind(of: TypeEngine[Any]) -> str:
    return next((kind for types, kind in _KIND_OF if isinstance(of, types)), "text")


class Tally:
    """How many rows, and a digest of them that does not depend on their order.

    The digest is the sum of the rows' own: two engines sort text differently.
    """

    def __init__(self) -> None:
        self.count = 0
        self._sum = 0

    def add(self, line: bytes) -> None:
        """Count one row's line."""
        self.count += 1
        digest = int.from_bytes(hashlib.sha256(line).digest(), "big")
        self._sum = (self._sum + digest) % (1 << 256)

    def said(self) -> list[Any]:
        """As a backup keeps it: count and digest."""
        return [self.count, f"{self._sum:064x}"]
