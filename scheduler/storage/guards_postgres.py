"""The guards as PostgreSQL's constraints, functions and triggers.

The exclusion needs no extension: a range of one number stands for the person. TRUNCATE
tells no row trigger, so it has triggers of its own.
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

# Refuses what its trigger was made for; the rule's name is the trigger's argument.
_REFUSE = """CREATE FUNCTION quietline_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION USING
    ERRCODE = 'check_violation', CONSTRAINT = TG_ARGV[0], MESSAGE = TG_ARGV[0];
END $$"""

_UNLESS_PURGED = f"""CREATE FUNCTION quietline_keep() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND {IN_A_PURGE} THEN RETURN OLD; END IF;
  RAISE EXCEPTION USING
    ERRCODE = 'check_violation', CONSTRAINT = TG_ARGV[0], MESSAGE = TG_ARGV[0];
END $$"""

_NO_OVERLAP = f"""ALTER TABLE occupied ADD CONSTRAINT {NO_OVERLAP}
EXCLUDE USING gist (
  int4range(who, who, '[]') WITH &&,
  tstzrange(starts_at, ends_at, '[)') WITH &&)
WHERE (live)"""


def statements(rules: Rules) -> tuple[str, ...]:
    """Functions first, then the constraint and the triggers."""
    return (
        _REFUSE,
        _UNLESS_PURGED,
        _NO_OVERLAP,
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
        f"CREATE TRIGGER {name} BEFORE {when} ON {table} FOR EACH ROW\n"
        f"WHEN ({condition})\n"
        f"EXECUTE FUNCTION quietline_refuse('{rule}')"
    )


def _function(name: str, returns: str, body: str) -> str:
    return (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$\n"
        f"BEGIN\n{body}\n  RETURN {returns};\nEND $$"
    )


def _run(name: str, when: str, table: str, function: str) -> str:
    return (
        f"CREATE TRIGGER {name} {when} ON {table}\n"
        f"FOR EACH ROW EXECUTE FUNCTION {function}()"
    )


def _occupied_is_implied(rules: Rules) -> Iterator[str]:
    rule = "occupied_is_implied"
    for row, wrong in (("NEW", "NOT "), ("OLD", "")):
        condition = f"{wrong}({implied(row, rules.live_sessions)})"
        yield _refuse_if(f"{rule}_{row.lower()}", row, condition, rule)
    yield _run(f"{rule}_new", "BEFORE INSERT OR UPDATE", "occupied", f"{rule}_new")
    yield _run(f"{rule}_old", "BEFORE DELETE", "occupied", f"{rule}_old")
    yield _no_truncate("occupied", rule)


def _occupied_follows(rules: Rules) -> Iterator[str]:
    live = f"NEW.state IN ({quoted(rules.live_sessions)})"
    columns = "occupied (who, starts_at, ends_at, live, session_id, hold_id)"
    whom = (
        "who = CASE who WHEN 2 * OLD.counsellor_id THEN 2 * NEW.counsellor_id "
        "ELSE who END"
    )
    times = "starts_at = NEW.starts_at, ends_at = NEW.ends_at"
    yield _function(
        "session_occupies",
        "NULL",
        f"  INSERT INTO {columns}\n"
        "  VALUES (2 * NEW.counsellor_id, NEW.starts_at, NEW.ends_at,\n"
        f"    {live}, NEW.id, NULL);",
    )
    yield _function(
        "session_client_occupies",
        "NULL",
        f"  INSERT INTO {columns}\n"
        "  SELECT 2 * NEW.client_id + 1, s.starts_at, s.ends_at,\n"
        f"    s.state IN ({quoted(rules.live_sessions)}), s.id, NULL\n"
        "  FROM session AS s WHERE s.id = NEW.session_id;",
    )
    yield _function(
        "hold_occupies",
        "NULL",
        f"  INSERT INTO {columns}\n"
        "  VALUES (2 * NEW.counsellor_id, NEW.starts_at, NEW.ends_at,\n"
        "    TRUE, NULL, NEW.id);",
    )
    yield _function(
        "session_moves_occupied",
        "NULL",
        f"  UPDATE occupied SET {times}, live = {live},\n    {whom}\n"
        "  WHERE session_id = NEW.id;",
    )
    yield _function(
        "hold_moves_occupied",
        "NULL",
        f"  UPDATE occupied SET {times},\n    {whom}\n  WHERE hold_id = NEW.id;",
    )
    yield _function(
        "session_client_leaves",
        "NULL",
        "  DELETE FROM occupied\n"
        "  WHERE session_id = OLD.session_id AND who = 2 * OLD.client_id + 1;",
    )
    for table in ("session", "session_client", "hold"):
        name = f"{table}_occupies"
        yield _run(name, "AFTER INSERT", table, name)
    moved = "starts_at, ends_at, counsellor_id"
    yield _run(
        "session_moves_occupied",
        f"AFTER UPDATE OF {moved}, state",
        "session",
        "session_moves_occupied",
    )
    yield _run(
        "hold_moves_occupied", f"AFTER UPDATE OF {moved}", "hold", "hold_moves_occupied"
    )
    yield _run(
        "session_client_leaves",
        "AFTER DELETE",
        "session_client",
        "session_client_leaves",
    )


def _feed_follows() -> Iterator[str]:
    yield _function(
        "session_tells_feed_new",
        "NULL",
        "  UPDATE feed SET revision = revision + 1 WHERE staff_id = NEW.counsellor_id;",
    )
    yield _function(
        "session_tells_feed",
        "NULL",
        "  UPDATE feed SET revision = revision + 1\n"
        "  WHERE staff_id IN (OLD.counsellor_id, NEW.counsellor_id);",
    )
    name = "session_tells_feed_new"
    yield _run(name, "AFTER INSERT", "session", name)
    name = "session_tells_feed"
    columns = "starts_at, ends_at, counsellor_id, state"
    yield _run(name, f"AFTER UPDATE OF {columns}", "session", name)


def _life(life: Life) -> Iterator[str]:
    table = life.table
    rule = f"{table}_begins"
    yield _refuse(rule, "INSERT", table, f"NEW.state <> '{life.begins}'", rule)
    rule = f"{table}_moves"
    illegal = f"NEW.state <> OLD.state AND NOT (\n  {life.legal()})"
    yield _refuse(rule, "UPDATE", table, illegal, rule)


def _fixed(rules: Rules) -> Iterator[str]:
    for table, columns in rules.fixed.items():
        changed = "\n  OR ".join(
            f"NEW.{each} IS DISTINCT FROM OLD.{each}" for each in columns
        )
        yield _refuse(f"{table}_fixed", "UPDATE", table, changed, f"{table}_fixed")


def _kept(rules: Rules) -> Iterator[str]:
    for table in rules.only_grows:
        yield _keep(table, f"{table}_only_grows", "UPDATE OR DELETE", "quietline_keep")
        yield _no_truncate(table, f"{table}_only_grows")
    for table in rules.stays:
        yield _keep(table, f"{table}_stays", "DELETE", "quietline_keep")
        yield _no_truncate(table, f"{table}_stays")
    for table in rules.for_good:
        yield _keep(table, f"{table}_for_good", "UPDATE OR DELETE", "quietline_refuse")
        yield _no_truncate(table, f"{table}_for_good")


def _held(rules: Rules) -> Iterator[str]:
    for table, condition in rules.held.items():
        rule = f"{table}_held"
        yield _refuse_if(rule, "OLD", condition, rule)
        yield _run(rule, "BEFORE DELETE", table, rule)
        if table in rules.emptied:
            gone = f"NEW.{rules.emptied[table]} IS NULL"
            was = f"OLD.{rules.emptied[table]} IS NOT NULL"
            whole = f"{gone} AND {was}\n  AND {condition}"
            yield _refuse_if(f"{rule}_whole", "NEW", whole, rule)
            yield _run(f"{rule}_whole", "BEFORE UPDATE", table, f"{rule}_whole")
    rule = "legal_hold_in_turn"
    twice = f"(NEW.act = 'laid') = {lasts('NEW.client_id')}"
    yield _refuse_if(rule, "NEW", twice, rule)
    yield _run(rule, "BEFORE INSERT", "legal_hold", rule)
    yield _function(
        "legal_hold_lasts",
        "NULL",
        "  UPDATE client SET legal_hold = (NEW.act <> 'ended')\n"
        "  WHERE id = NEW.client_id;",
    )
    yield _run("legal_hold_lasts", "AFTER INSERT", "legal_hold", "legal_hold_lasts")
    rule = "session_client_open"
    yield _refuse_if(rule, "NEW", OF_A_CLOSED_FILE, rule)
    yield _run(rule, "BEFORE INSERT", "session_client", rule)
    rule = "client_hold_is_laid"
    yield _refuse_if(rule, "NEW", f"NEW.legal_hold <> {lasts('NEW.id')}", rule)
    when = "BEFORE INSERT OR UPDATE OF legal_hold"
    yield _run(rule, when, "client", rule)


def _refuse_if(name: str, returns: str, condition: str, rule: str) -> str:
    # A trigger's WHEN may not ask other tables; a function may.
    return _function(
        name,
        returns,
        f"  IF {condition} THEN\n"
        "    RAISE EXCEPTION USING ERRCODE = 'check_violation',\n"
        f"      CONSTRAINT = '{rule}', MESSAGE = '{rule}';\n"
        "  END IF;",
    )


def _keep(table: str, rule: str, when: str, function: str) -> str:
    return (
        f"CREATE TRIGGER {rule} BEFORE {when} ON {table}\n"
        f"FOR EACH ROW EXECUTE FUNCTION {function}('{rule}')"
    )


def _no_truncate(table: str, rule: str) -> str:
    return (
        f"CREATE TRIGGER {rule}_whole BEFORE TRUNCATE ON {table}\n"
        f"FOR EACH STATEMENT EXECUTE FUNCTION quietline_refuse('{rule}')"
    )


def _marks(rules: Rules) -> Iterator[str]:
    mark = (
        "  INSERT INTO changed (what, mark) VALUES ({}, gen_random_uuid())\n"
        "  ON CONFLICT (what) DO UPDATE SET mark = excluded.mark;"
    )

    def day(row: str) -> str:
        return mark.format(f"to_char({row}.starts_at AT TIME ZONE 'UTC', 'YYYY-MM-DD')")

    yield _function("staffing_changed", "NULL", mark.format(f"'{STAFFING}'"))
    yield _function(
        "day_changed",
        "NULL",
        "  IF TG_OP <> 'INSERT' THEN\n  "
        + day("OLD")
        + "\n  END IF;\n  IF TG_OP <> 'DELETE' THEN\n  "
        + day("NEW")
        + "\n  END IF;",
    )
    for table in rules.marked:
        yield (
            f"CREATE TRIGGER {table}_changed AFTER INSERT OR UPDATE OR DELETE\n"
            f"ON {table} FOR EACH STATEMENT EXECUTE FUNCTION staffing_changed()"
        )
    yield _run(
        "occupied_changed",
        "AFTER INSERT OR UPDATE OR DELETE",
        "occupied",
        "day_changed",
    )
    yield _run(
        "session_changed", "AFTER UPDATE OF interrupted", "session", "day_changed"
    )
