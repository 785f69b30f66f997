"""Many rows changed in one go, each to values of its own.

On PostgreSQL the values go over as one array a column, and one statement changes all
the rows: a statement a row costs a message more than all its rules do. SQLite lies in
the process itself; there the statement is prepared once and run for each row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Table, Update, bindparam, column, func, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.elements import ColumnElement

from scheduler.storage.engine import Tx

Given = Mapping[str, ColumnElement[Any]]
"""The values that come with a row, by name."""


@dataclass(frozen=True, slots=True)
class Changing:
    """One change in both its forms."""

    one: Update
    all_at_once: Update
    names: tuple[str, ...]

    def run(self, tx: Tx, rows: Sequence[Mapping[str, Any]], **alike: Any) -> None:
        """Change those rows; `alike` are the values that are the same for all."""
        if not rows:
            return
        if tx.conn.dialect.name == "postgresql":
            arrays = {name: [each[name] for each in rows] for name in self.names}
            tx.conn.execute(self.all_at_once, {**arrays, **alike})
        else:
            tx.conn.execute(self.one, [{**each, **alike} for each in rows])


class Many:
    """Names for the values that come with each row, each of the type of a column."""

    def __init__(self, **columns: Column[Any]) -> None:
        self._types = {name: each.type for name, each in columns.items()}

    def update(
        self,
        table: Table,
        which: Callable[[Given], Sequence[ColumnElement[bool]]],
        values: Callable[[Given], Mapping[str, Any]],
    ) -> Changing:
        """A change of the rows `which` says, to `values`."""
        types = self._types.items()
        alone = {name: bindparam(name, type_=kind) for name, kind in types}
        arrays = [
            bindparam(name, type_=ARRAY(kind, dimensions=1)) for name, kind in types
        ]
        columns = [column(name, kind) for name, kind in types]
        together = func.unnest(*arrays).table_valued(*columns).render_derived("given")
        given = dict(together.c.items())
        return Changing(
            one=update(table).where(*which(alone)).values(dict(values(alone))),
            all_at_once=update(table).where(*which(given)).values(dict(values(given))),
            names=tuple(self._types),
        )
