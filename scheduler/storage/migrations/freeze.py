"""Write the first step's SQL anew: `python -m scheduler.storage.migrations.freeze`.

Only before the first release. Afterwards that step is history, and a change to tables
or guards is a new step in `versions`.
"""

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Dialect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from scheduler.storage import guards
from scheduler.storage.classes import secrecy
from scheduler.storage.tables import metadata

FIRST = Path(__file__).with_name("versions") / "0001_first"
DIALECTS = {"sqlite": sqlite.dialect, "postgresql": postgresql.dialect}


def script(name: str) -> str:
    """All SQL for one engine: statements with an empty line between them.

    Raises LookupError for a column of which nobody said how much it tells (bar-K5).
    """
    made = [_tidy(each) for each in (*_tables(DIALECTS[name]()), *_guards(name))]
    return "\n\n".join(made) + "\n"


def frozen(name: str) -> Path:
    """Where the text for one engine lies."""
    return FIRST.with_name(f"{FIRST.name}.{name}.sql")


def _tables(dialect: Dialect) -> Iterator[str]:
    for table in metadata.sorted_tables:
        for column in table.columns:
            secrecy(column)
        yield str(CreateTable(table).compile(dialect=dialect))
        for index in sorted(table.indexes, key=lambda each: str(each.name)):
            yield str(CreateIndex(index).compile(dialect=dialect))


def _guards(name: str) -> tuple[str, ...]:
    return guards.statements(name)


def _tidy(statement: str) -> str:
    lines = statement.replace("\t", "  ").splitlines()
    return "\n".join(line.rstrip() for line in lines if line.strip())


if __name__ == "__main__":
    for each in DIALECTS:
        frozen(each).write_text(script(each), encoding="utf-8")
