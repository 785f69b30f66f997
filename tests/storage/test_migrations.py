"""One line of steps; at its end stands what the tables and guards say, on both."""

import multiprocessing
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text

from scheduler.domain.errors import Misconfigured
from scheduler.storage import guards, migrate
from scheduler.storage.connections import main_engine, read_url
from scheduler.storage.engine import open_store
from scheduler.storage.migrations import freeze
from scheduler.storage.tables import metadata
from tests.stores import BEGINNING, CountedEntropy, key_file

FOLDER = Path(migrate.__file__).parent / "migrations"


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine on an empty database."""
    made = main_engine(read_url(database_url))
    yield made
    made.dispose()


WHAT_IS_THERE = {
    "sqlite": """
SELECT type, name, tbl_name, sql FROM sqlite_master
WHERE name NOT LIKE 'sqlite_%' AND name <> 'alembic_version' AND sql IS NOT NULL
""",
    "postgresql": """
SELECT 'column', table_name, column_name, data_type, is_nullable, column_default,
  cast(character_maximum_length AS text)
FROM information_schema.columns
WHERE table_schema = 'public' AND table_name <> 'alembic_version';
SELECT 'constraint', c.relname, k.conname, pg_get_constraintdef(k.oid)
FROM pg_constraint AS k
JOIN pg_class AS c ON c.oid = k.conrelid
JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relname <> 'alembic_version';
SELECT 'index', tablename, indexname, indexdef FROM pg_indexes
WHERE schemaname = 'public' AND tablename <> 'alembic_version';
SELECT 'trigger', tgname, pg_get_triggerdef(oid) FROM pg_trigger
WHERE NOT tgisinternal;
SELECT 'function', p.proname, pg_get_functiondef(p.oid)
FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
WHERE n.nspname = 'public'
""",
}


def what_is_there(engine: Engine) -> list[tuple[str, ...]]:
    """Everything the engine says of its own tables, triggers and functions."""
    found: list[tuple[str, ...]] = []
    with engine.connect() as conn:
        for query in WHAT_IS_THERE[engine.dialect.name].split(";"):
            found += [
                tuple(" ".join(str(value).split()) for value in row)
                for row in conn.execute(text(query))
            ]
    return sorted(found)


def clear(engine: Engine) -> None:
    """An empty database again."""
    if engine.dialect.name == "postgresql":
        with engine.begin() as conn:
            conn.exec_driver_sql("DROP SCHEMA public CASCADE")
            conn.exec_driver_sql("CREATE SCHEMA public")
        return
    engine.dispose()
    path = Path(engine.url.database or "")
    for each in path.parent.glob(f"{path.name}*"):
        each.unlink()


def test_the_steps_lead_to_what_tables_and_guards_say(engine: Engine) -> None:
    migrate.upgrade(engine)
    by_steps = what_is_there(engine)
    clear(engine)
    with engine.begin() as conn:
        metadata.create_all(conn)
        for statement in guards.statements(engine.dialect.name):
            conn.exec_driver_sql(statement)
    assert by_steps == what_is_there(engine)
    kinds = {each[0] for each in by_steps}
    assert "trigger" in kinds
    assert len(by_steps) > 100


def test_alembic_finds_no_difference_either(engine: Engine) -> None:
    migrate.upgrade(engine)
    with engine.connect() as conn:
        options = {"compare_type": False}
        context = MigrationContext.configure(conn, opts=options)
        assert compare_metadata(context, metadata) == []


@pytest.mark.parametrize("name", freeze.DIALECTS)
def test_the_frozen_text_is_what_the_rules_write_today(name: str) -> None:
    frozen = freeze.frozen(name).read_text(encoding="utf-8")
    assert frozen == freeze.script(name), (
        "Tables or guards changed. Before the first release run "
        "`python -m scheduler.storage.migrations.freeze`; afterwards add a step."
    )


def test_the_steps_are_one_line_with_one_end() -> None:
    script = ScriptDirectory(str(FOLDER))
    assert len(script.get_heads()) == 1
    assert len(script.get_bases()) == 1
    for step in script.walk_revisions():
        assert len(step._all_down_revisions) <= 1
        assert not step.branch_labels


def test_the_steps_are_told_by_their_files_as_alembic_tells_them() -> None:
    script = ScriptDirectory(str(FOLDER))
    told = [each.revision for each in script.walk_revisions()]
    assert list(migrate._steps()) == told[::-1]


def test_an_empty_database_has_every_step_before_it(engine: Engine) -> None:
    steps = migrate.pending(engine)
    assert steps[0] == "0001"
    with pytest.raises(Misconfigured, match="quietline migrate"):
        migrate.require_current(engine)
    migrate.upgrade(engine)
    assert migrate.pending(engine) == ()
    migrate.require_current(engine)


def test_to_upgrade_twice_changes_nothing(engine: Engine) -> None:
    migrate.upgrade(engine)
    before = what_is_there(engine)
    migrate.upgrade(engine)
    assert what_is_there(engine) == before


def test_a_step_that_fails_leaves_nothing_behind(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "migrations"
    shutil.copytree(FOLDER, broken)
    for each in broken.glob("versions/*.sql"):
        each.write_text(each.read_text() + "\n\nCREATE TABLE audit (id INTEGER)\n")
    monkeypatch.setattr(migrate, "_FOLDER", broken)
    with pytest.raises(Exception, match=r"failed|tables"):
        migrate.upgrade(engine)
    assert what_is_there(engine) == []
    monkeypatch.undo()
    migrate.upgrade(engine)
    assert migrate.pending(engine) == ()


def test_a_database_of_a_newer_version_is_refused(engine: Engine) -> None:
    migrate.upgrade(engine)
    with engine.begin() as conn:
        conn.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Misconfigured, match="newer Quietline"):
        migrate.pending(engine)


def _upgrade(address: str, told: Any) -> None:
    made = main_engine(read_url(address))
    try:
        migrate.upgrade(made)
        told.put("ok")
    except Exception as error:  # noqa: BLE001 - told to the parent
        told.put(repr(error))
    finally:
        made.dispose()


def test_eight_that_start_at_once_take_turns(database_url: str, engine: Engine) -> None:
    fork = multiprocessing.get_context("fork")
    told: Any = fork.Queue()
    started = [
        fork.Process(target=_upgrade, args=(database_url, told)) for _ in range(8)
    ]
    for each in started:
        each.start()
    assert [told.get(timeout=60) for _ in started] == ["ok"] * 8
    for each in started:
        each.join(10)
    assert migrate.pending(engine) == ()


def test_it_works_from_any_folder(tmp_path: Path) -> None:
    odd = tmp_path / "a folder with 100 % space"
    odd.mkdir()
    program = (
        "from scheduler.storage.connections import main_engine, read_url\n"
        "from scheduler.storage import migrate\n"
        f"engine = main_engine(read_url('sqlite:///{odd}/q.sqlite'))\n"
        "migrate.upgrade(engine)\n"
        "print(migrate.pending(engine))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=odd,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "()"


def test_an_upgrade_keeps_the_rows(engine: Engine) -> None:
    migrate.upgrade(engine)
    with engine.begin() as conn:
        conn.execute(text("INSERT INTO holiday (day, name) VALUES ('2026-12-25', 'x')"))
    migrate.upgrade(engine)
    with engine.connect() as conn:
        assert conn.execute(text("SELECT name FROM holiday")).scalars().all() == ["x"]


def test_a_new_place_gets_its_keys_before_its_tables(database_url: str) -> None:
    store = open_store(database_url, key_file(), CountedEntropy())
    migrate.prepare(store, BEGINNING)
    store.vault.check()
    assert migrate.pending(store.engine) == ()
    migrate.prepare(store, BEGINNING)
    store.close()


def test_lost_keys_are_never_made_anew(database_url: str) -> None:
    store = open_store(database_url, key_file(), CountedEntropy())
    migrate.prepare(store, BEGINNING)
    with store.shelf.engine.begin() as conn:
        schema = "" if conn.dialect.name == "sqlite" else "quietline_keys."
        conn.exec_driver_sql(f"DELETE FROM {schema}data_key")
    with pytest.raises(Misconfigured, match="are missing"):
        migrate.prepare(store, BEGINNING)
    store.close()
