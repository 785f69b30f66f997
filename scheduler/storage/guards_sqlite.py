"""The guards as SQLite's triggers.

SQLite takes any value into any column, and its REPLACE deletes a row without telling
the triggers on deletion: so inserts look for the row they would replace, and times are
held to the one form whose text compares like time.
"""

# ruff: noqa: S608 - every name and value in this SQL is the program's own.

from __future__ import annotations

from collections.abc import Iterator

from scheduler.storage.guard_rules import (
    IN_A_PURGE,
    OF_A_CLOSED_FILE,
    STAFFING,
    Life,
    Rules,
    implied,
    lasts,
    quoted,
)
from scheduler.storage.refusals import NO_OVERLAP

_DAY = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]"
_INSTANT = f"{_DAY}T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9][0-9][0-9][0-9]Z"


def statements(rules: Rules) -> tuple[str, ...]:
    """One CREATE TRIGGER each."""
    return (
        *_form(),
        *_overlap(),
        *_occupied_is_implied(rules),
        *_occupied_follows(rules),
        *_feed_follows(),
        *(each for life in rules.lives for each in _life(life)),
        *_fixed(rules),
        *_kept(rules),
        *_held(rules),
        *_marks(rules),
    )


def _refuse(name: str, when: str, table: str, condition: str, rule: str) -> str:
    return (
        f"CREATE TRIGGER {name} BEFORE {when} ON {table}\n"
        f"WHEN {condition}\n"
        f"BEGIN SELECT RAISE(ABORT, '{rule}'); END"
    )


def _follow(name: str, when: str, table: str, condition: str, do: str) -> str:
    return (
        f"CREATE TRIGGER {name} AFTER {when} ON {table}\n"
        f"WHEN {condition}\nBEGIN {do}; END"
    )


def _form() -> Iterator[str]:
    # `occupied` says what these two say, so it needs no rule of its own.
    for table in ("session", "hold"):
        misformed = (
            f"NEW.starts_at NOT GLOB '{_INSTANT}'\n"
            f"  OR NEW.ends_at NOT GLOB '{_INSTANT}'"
        )
        for when in ("INSERT", "UPDATE"):
            name = f"{table}_form_{when.lower()}"
            yield _refuse(name, when, table, misformed, f"{table}_form")


def _overlap() -> Iterator[str]:
    # Live times of one person never overlap, so the last one that begins before the
    # new one's end also ends last: one look into the index, however long the past.
    for when, but in (("INSERT", ""), ("UPDATE", "\n  AND id <> OLD.id")):
        yield _refuse(
            f"{NO_OVERLAP}_{when.lower()}",
            when,
            "occupied",
            "NEW.live AND (\n"
            "  SELECT ends_at FROM occupied\n"
            f"  WHERE who = NEW.who AND live AND starts_at < NEW.ends_at{but}\n"
            "  ORDER BY starts_at DESC LIMIT 1) > NEW.starts_at",
            NO_OVERLAP,
        )


def _occupied_is_implied(rules: Rules) -> Iterator[str]:
    rule = "occupied_is_implied"
    new, old = implied("NEW", rules.live_sessions), implied("OLD", rules.live_sessions)
    yield _refuse(f"{rule}_insert", "INSERT", "occupied", f"NOT ({new})", rule)
    yield _refuse(f"{rule}_update", "UPDATE", "occupied", f"NOT ({new})", rule)
    yield _refuse(f"{rule}_delete", "DELETE", "occupied", old, rule)


def _occupied_follows(rules: Rules) -> Iterator[str]:
    live = f"NEW.state IN ({quoted(rules.live_sessions)})"
    columns = "occupied (who, starts_at, ends_at, live, session_id, hold_id)"
    yield _follow(
        "session_occupies",
        "INSERT",
        "session",
        "TRUE",
        f"INSERT INTO {columns}\n"
        f"VALUES (2 * NEW.counsellor_id, NEW.starts_at, NEW.ends_at, {live}, NEW.id, "
        "NULL)",
    )
    yield _follow(
        "session_client_occupies",
        "INSERT",
        "session_client",
        "TRUE",
        f"INSERT INTO {columns}\n"
        "SELECT 2 * NEW.client_id + 1, s.starts_at, s.ends_at,\n"
        f"  s.state IN ({quoted(rules.live_sessions)}), s.id, NULL\n"
        "FROM session AS s WHERE s.id = NEW.session_id",
    )
    yield _follow(
        "hold_occupies",
        "INSERT",
        "hold",
        "TRUE",
        f"INSERT INTO {columns}\n"
        "VALUES (2 * NEW.counsellor_id, NEW.starts_at, NEW.ends_at, 1, NULL, NEW.id)",
    )
    moved = (
        "NEW.starts_at <> OLD.starts_at OR NEW.ends_at <> OLD.ends_at\n"
        "  OR NEW.counsellor_id <> OLD.counsellor_id"
    )
    whom = (
        "who = CASE who WHEN 2 * OLD.counsellor_id THEN 2 * NEW.counsellor_id "
        "ELSE who END"
    )
    times = "starts_at = NEW.starts_at, ends_at = NEW.ends_at"
    yield _follow(
        "session_moves_occupied",
        "UPDATE",
        "session",
        f"{moved} OR NEW.state <> OLD.state",
        f"UPDATE occupied SET {times}, live = {live},\n  {whom}\n"
        "WHERE session_id = NEW.id",
    )
    yield _follow(
        "hold_moves_occupied",
        "UPDATE",
        "hold",
        moved,
        f"UPDATE occupied SET {times},\n  {whom}\nWHERE hold_id = NEW.id",
    )
    yield _follow(
        "session_client_leaves",
        "DELETE",
        "session_client",
        "TRUE",
        "DELETE FROM occupied\n"
        "WHERE session_id = OLD.session_id AND who = 2 * OLD.client_id + 1",
    )


def _feed_follows() -> Iterator[str]:
    yield _follow(
        "session_tells_feed_new",
        "INSERT",
        "session",
        "TRUE",
        "UPDATE feed SET revision = revision + 1 WHERE staff_id = NEW.counsellor_id",
    )
    yield _follow(
        "session_tells_feed",
        "UPDATE",
        "session",
        "NEW.starts_at <> OLD.starts_at OR NEW.ends_at <> OLD.ends_at\n"
        "  OR NEW.counsellor_id <> OLD.counsellor_id OR NEW.state <> OLD.state",
        "UPDATE feed SET revision = revision + 1\n"
        "WHERE staff_id IN (OLD.counsellor_id, NEW.counsellor_id)",
    )


def _life(life: Life) -> Iterator[str]:
    table = life.table
    yield _refuse(
        f"{table}_begins",
        "INSERT",
        table,
        f"NEW.state <> '{life.begins}'\n"
        f"  OR EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id)",
        f"{table}_begins",
    )
    yield _refuse(
        f"{table}_moves",
        "UPDATE",
        table,
        f"NEW.state <> OLD.state AND NOT (\n  {life.legal()})",
        f"{table}_moves",
    )


def _fixed(rules: Rules) -> Iterator[str]:
    for table, columns in rules.fixed.items():
        changed = "\n  OR ".join(f"NEW.{each} IS NOT OLD.{each}" for each in columns)
        yield _refuse(f"{table}_fixed", "UPDATE", table, changed, f"{table}_fixed")


def _kept(rules: Rules) -> Iterator[str]:
    for table in rules.only_grows:
        rule = f"{table}_only_grows"
        replaced = f"EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id)"
        yield _refuse(f"{rule}_insert", "INSERT", table, replaced, rule)
        yield _refuse(f"{rule}_update", "UPDATE", table, "TRUE", rule)
        yield _refuse(f"{rule}_delete", "DELETE", table, f"NOT {IN_A_PURGE}", rule)
    for table in rules.stays:
        rule = f"{table}_stays"
        yield _refuse(rule, "DELETE", table, f"NOT {IN_A_PURGE}", rule)
    for table in rules.for_good:
        rule = f"{table}_for_good"
        yield _refuse(f"{rule}_update", "UPDATE", table, "TRUE", rule)
        yield _refuse(f"{rule}_delete", "DELETE", table, "TRUE", rule)


def _held(rules: Rules) -> Iterator[str]:
    for table, condition in rules.held.items():
        rule = f"{table}_held"
        yield _refuse(rule, "DELETE", table, condition, rule)
        if table in rules.emptied:
            gone = f"NEW.{rules.emptied[table]} IS NULL"
            was = f"OLD.{rules.emptied[table]} IS NOT NULL"
            emptied = f"{gone} AND {was}\n  AND {condition}"
            yield _refuse(f"{rule}_whole", "UPDATE", table, emptied, rule)
    rule = "legal_hold_in_turn"
    # One that would replace another is refused by a rule of its own.
    another = "NOT EXISTS (SELECT 1 FROM legal_hold WHERE id = NEW.id)"
    twice = f"{another}\n  AND (NEW.act = 'laid') = {lasts('NEW.client_id')}"
    yield _refuse(rule, "INSERT", "legal_hold", twice, rule)
    yield _follow(
        "legal_hold_lasts",
        "INSERT",
        "legal_hold",
        "TRUE",
        "UPDATE client SET legal_hold = (NEW.act <> 'ended') WHERE id = NEW.client_id",
    )
    rule = "session_client_open"
    yield _refuse(rule, "INSERT", "session_client", OF_A_CLOSED_FILE, rule)
    rule = "client_hold_is_laid"
    untrue = f"NEW.legal_hold <> {lasts('NEW.id')}"
    yield _refuse(f"{rule}_insert", "INSERT", "client", untrue, rule)
    changed = f"NEW.legal_hold <> OLD.legal_hold AND {untrue}"
    yield _refuse(f"{rule}_update", "UPDATE", "client", changed, rule)


def _marks(rules: Rules) -> Iterator[str]:
    mark = (
        "INSERT INTO changed (what, mark) VALUES ({}, lower(hex(randomblob(16))))\n"
        "ON CONFLICT (what) DO UPDATE SET mark = excluded.mark"
    )

    def day(row: str) -> str:
        return mark.format(f"substr({row}.starts_at, 1, 10)")

    for table in rules.marked:
        for when in ("INSERT", "UPDATE", "DELETE"):
            name = f"{table}_changed_{when.lower()}"
            yield _follow(name, when, table, "TRUE", mark.format(f"'{STAFFING}'"))
    both = f"{day('OLD')};\n{day('NEW')}"
    for when, do in (("INSERT", day("NEW")), ("UPDATE", both), ("DELETE", day("OLD"))):
        yield _follow(f"occupied_changed_{when.lower()}", when, "occupied", "TRUE", do)
    broken = "NEW.interrupted IS NOT OLD.interrupted"
    yield _follow("session_changed", "UPDATE", "session", broken, day("NEW"))
