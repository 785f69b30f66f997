"""One PostgreSQL database for the tests that do not ask for an address of their own.

A new database, two new connections and their empty caches cost each test a tenth of a
second of processor time. Here rows go and connections stay. Whoever changes more than
rows (a trigger dropped, a table added), or leaves a connection in use, gives the next
test a new database.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, LiteralString, cast

import psycopg
from sqlalchemy import Engine

from scheduler.storage.engine import Store
from scheduler.storage.keys import Entropy
from scheduler.storage.shelf import Shelf
from scheduler.storage.vault import Vault
from tests.postgres import PostgresServer

# What is deleted still lies in its table; it is not to slow down later tests.
MOST_TESTS: Final = 200

_SHAPE: Final = " UNION ALL ".join(
    f"SELECT count(*), max(xmin::text::bigint) FROM {each}"
    for each in (
        *("pg_class", "pg_attribute", "pg_attrdef", "pg_index", "pg_constraint"),
        *("pg_trigger", "pg_rewrite", "pg_proc", "pg_type", "pg_namespace"),
        *("pg_sequence", "pg_extension", "pg_db_role_setting", "pg_policy"),
    )
)
# Every table of ours with its columns, those that are worked out left away.
TABLES: Final = """
    SELECT c.oid::regclass::text, string_agg(quote_ident(a.attname), ', ')
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
      AND a.attgenerated = '' AND c.relnamespace::regnamespace::text !~ '^pg_'
      AND c.relnamespace::regnamespace::text <> 'information_schema'
    GROUP BY c.oid
"""
_IN_USE: Final = """
    SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
      AND backend_type = 'client backend' AND state <> 'idle'
"""

Opener = Callable[[str], Store]


class KeptDatabase:
    """Gives a store at a time, each on a database as it was first made."""

    def __init__(self, server: PostgresServer, template: str, opener: Opener) -> None:
        self._server = server
        self._template = template
        self._opener = opener
        self._used = 0
        self._begin()

    def store(self, keys: Any, entropy: Entropy) -> Store:
        """A store that knows nothing of those before. Not to be closed."""
        self._used += 1
        # Each hears its own events only, and has the connections of all.
        engine, behind = (each.execution_options() for each in self._engines())
        shelf = Shelf(behind)
        return Store(engine, shelf, Vault(keys, shelf, entropy))

    def restore(self) -> None:
        """All rows as they were; a new database if more than rows has changed."""
        try:
            begin_anew = self._used >= MOST_TESTS or self._in_use() or self._reshaped()
        except psycopg.OperationalError:  # somebody cut every connection
            begin_anew = True
        if begin_anew:
            self.close()
            self._begin()
        else:
            self._keeper.execute("SELECT pg_temp.as_it_was()")

    def _in_use(self) -> bool:
        others = int(self._ask(_IN_USE)[0][0])
        return bool(others or sum(map(_taken_out, self._engines())))

    def _reshaped(self) -> bool:
        return self._ask(_SHAPE) != self._shape

    def close(self) -> None:
        """Drop the database."""
        self._keeper.close()
        self._store.close()
        self._server.drop(self._name)

    def _begin(self) -> None:
        self._used = 0
        self._name = self._server.create(self._template)
        address = self._server.url(self._name)
        self._store = self._opener(address)
        self._keeper: psycopg.Connection[Any] = psycopg.connect(
            address.replace("+psycopg", ""), autocommit=True
        )
        # Without triggers and foreign keys rows may go in any order.
        self._keeper.execute("SET session_replication_role = replica")
        self._keeper.execute(cast("LiteralString", self._as_it_was()))
        self._shape = self._ask(_SHAPE)

    def _as_it_was(self) -> str:
        lines: list[str] = []
        for number, (table, columns) in enumerate(self._ask(TABLES)):
            lines.append(f"DELETE FROM {table};")
            if self._ask(f"SELECT 1 FROM {table} LIMIT 1"):
                first = f"pg_temp.first_{number}"
                self._ask(f"CREATE TEMP TABLE first_{number} AS TABLE {table}")
                lines.append(
                    f"INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE "
                    f"SELECT {columns} FROM {first};"
                )
        for name, begun in self._ask(
            "SELECT quote_ident(schemaname) || '.' || quote_ident(sequencename), "
            "coalesce(last_value, 0) FROM pg_sequences"
        ):
            setting = f"{begun}, true" if begun else "1, false"
            lines.append(f"PERFORM setval('{name}', {setting});")
        return (
            "CREATE FUNCTION pg_temp.as_it_was() RETURNS void LANGUAGE plpgsql AS "
            f"$$BEGIN {' '.join(lines)} END$$"
        )

    def _ask(self, statement: str) -> list[tuple[Any, ...]]:
        found = self._keeper.execute(cast("LiteralString", statement))
        return found.fetchall() if found.description else []

    def _engines(self) -> tuple[Engine, Engine]:
        return self._store.engine, self._store.shelf.engine


def _taken_out(engine: Engine) -> int:
    pool: Any = engine.pool
    return int(pool.checkedout())
