"""Sessions by the million, written as the database's own triggers would have written
them, each with a client of its counsellor's.

The past lies on every day back from yesterday, five a day and counsellor; what is ahead
on the weekdays of the next ninety days, round the counsellors, so that days are filled
alike. The guards are off while they are written and on again before anybody looks.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from sqlalchemy import inspect, text
from sqlalchemy.engine import Connection

from scheduler.storage import guards
from scheduler.storage.backup import _guards_off  # as a backup is loaded
from scheduler.storage.engine import Store
from scheduler.storage.refusals import NO_OVERLAP

TABLES: Final = ("session", "session_client", "occupied")
# From so many on, indexes are made after the rows.
MANY: Final = 200_000

# Days and minutes from this morning, by `k` (which of hers) and `c` (whose).
PAST: Final = ("-(k / 5 + 1)", "60 + 90 * (k % 5)", "completed")
_WORKDAY: Final = "((k + 11 * c) % 64 + 1)"
AHEAD: Final = (
    f"(7 * ({_WORKDAY} / 5) + {_WORKDAY} % 5)",
    "90 + 60 * ((c + 3 * (k / 64)) % 6)",
    "booked",
)

_SESSIONS: Final = """
INSERT INTO session (id, version, state, counsellor_id, starts_at, ends_at, format,
  booked_by, booked_at)
SELECT :kind || '-' || i, 1, '{state}', :first + c, {start}, {end}, 'video', :first,
  {began}
FROM (SELECT i, i / :many AS k, i % :many AS c FROM {numbers}) AS every"""
_SEATS: Final = """
INSERT INTO session_client (session_id, client_id, seat)
SELECT :kind || '-' || i, :client + i % :many, 1 FROM {numbers}"""
_OCCUPIED: Final = """
INSERT INTO occupied (who, starts_at, ends_at, live, session_id)
SELECT {who}, s.starts_at, s.ends_at, {true}, s.id
FROM {numbers} JOIN session AS s ON s.id = :kind || '-' || i"""


def write(
    store: Store, first_id: int, many: int, begin: datetime, *, past: int, ahead: int
) -> None:
    """So many sessions of the counsellors whose numbers follow `first_id`, around the
    morning `begin`, beside those that are there already."""
    with store.begin() as tx:
        client = _clients(tx.conn, many, begin)
    for kind, wanted in (("past", past), ("ahead", ahead)):
        with store.engine.begin() as conn:
            there = conn.execute(
                text("SELECT count(*) FROM session WHERE id LIKE :kind || '-%'"),
                {"kind": kind},
            ).scalar_one()
            if there >= wanted:
                continue
            with _guards_off(conn, list(TABLES)), _built_afterwards(conn, wanted):
                _write(conn, kind, there, wanted, first_id, client, many, begin)
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        conn.execute(text("ANALYZE"))


def _clients(conn: Connection, many: int, begin: datetime) -> int:
    """A client for each counsellor; the number of the first."""
    there = conn.execute(
        text("SELECT min(id) FROM client WHERE code LIKE 'bench-%'")
    ).scalar()
    if there is not None:
        return int(there)
    conn.execute(
        text(
            "INSERT INTO client (code, zone, opened_at) "
            "SELECT 'bench-' || i, 'America/Toronto', :at "
            f"FROM {_numbers(conn, 0, many)} ORDER BY i"
        ),
        {"at": _instant(conn, begin)},
    )
    made = text("SELECT min(id) FROM client WHERE code LIKE 'bench-%'")
    return int(conn.execute(made).scalar_one())


def _write(
    conn: Connection,
    kind: str,
    since: int,
    until: int,
    first_id: int,
    client: int,
    many: int,
    begin: datetime,
) -> None:
    days, minutes, state = PAST if kind == "past" else AHEAD
    numbers = _numbers(conn, since, until)
    said = {
        "numbers": numbers,
        "state": state,
        "start": _at(conn, days, minutes),
        "end": _at(conn, days, f"50 + {minutes}"),
        "began": _at(conn, "0", "0"),
        "true": "TRUE" if conn.dialect.name == "postgresql" else "1",
    }
    given = {"kind": kind, "first": first_id, "many": many, "client": client}
    if conn.dialect.name == "postgresql":
        given["begin"] = begin
    else:
        given["begin"] = int(begin.timestamp())
    for statement, who in (
        (_SESSIONS, ""),
        (_SEATS, ""),
        (_OCCUPIED, "2 * s.counsellor_id"),
        (_OCCUPIED, "2 * (:client + i % :many) + 1"),
    ):
        query = text(statement.format(**said, who=who))
        names = set(query.compile().params)
        conn.execute(query, {name: given[name] for name in names})


def _numbers(conn: Connection, since: int, until: int) -> str:
    if conn.dialect.name == "postgresql":
        return f"generate_series({since}, {until - 1}) AS of_these(i)"
    return (
        f"(WITH RECURSIVE of_these(i) AS (SELECT {since} UNION ALL "
        f"SELECT i + 1 FROM of_these WHERE i < {until - 1}) SELECT i FROM of_these)"
    )


def _at(conn: Connection, days: str, minutes: str) -> str:
    if conn.dialect.name == "postgresql":
        return (
            "CAST(:begin AS timestamptz) + "
            f"make_interval(days => {days}, mins => {minutes})"
        )
    return (
        "strftime('%Y-%m-%dT%H:%M:%S.000000Z', "
        f"CAST(:begin AS INTEGER) + 86400 * ({days}) + 60 * ({minutes}), 'unixepoch')"
    )


def _instant(conn: Connection, at: datetime) -> object:
    if conn.dialect.name == "postgresql":
        return at
    return at.strftime("%Y-%m-%dT%H:%M:%S.000000Z")


@contextmanager
def _built_afterwards(conn: Connection, wanted: int) -> Iterator[None]:
    """Indexes and the exclusion are made once the rows are there: row by row it would
    take hours."""
    if conn.dialect.name != "postgresql" or wanted < MANY:
        yield
        return
    tables = "'session', 'session_client', 'occupied'"
    made = conn.execute(
        text(
            "SELECT indexname, indexdef FROM pg_indexes "
            f"WHERE tablename IN ({tables}) AND indexname LIKE 'ix_%'"
        )
    ).all()
    for name, _ in made:
        conn.execute(text(f"DROP INDEX {name}"))
    conn.execute(text(f"ALTER TABLE occupied DROP CONSTRAINT {NO_OVERLAP}"))
    conn.execute(text("SET LOCAL maintenance_work_mem = '1GB'"))
    # Rows of one moment belong together; whether they do is looked at by the guards.
    keys = [
        (table, key)
        for table in ("session", *TABLES[1:])
        for key in inspect(conn).get_foreign_keys(table)
    ]
    for table, key in keys:
        conn.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {key['name']}"))
    yield
    for table, key in keys:
        rule = (
            f"FOREIGN KEY ({', '.join(key['constrained_columns'])}) REFERENCES "
            f"{key['referred_table']} ({', '.join(key['referred_columns'])})"
        )
        gone = key["options"].get("ondelete")
        rule += f" ON DELETE {gone}" if gone else ""
        conn.execute(text(f"ALTER TABLE {table} ADD CONSTRAINT {key['name']} {rule}"))
    for _, statement in made:
        conn.execute(text(statement))
    (exclusion,) = (
        each for each in guards.statements("postgresql") if "EXCLUDE" in each
    )
    conn.execute(text(exclusion.replace(":", "\\:")))
