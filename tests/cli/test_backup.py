"""`quietline backup`, `restore` and `migrate`, as somebody types them."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config import settings
from config.wiring import open_installation
from scheduler.domain.messages import MessageState
from scheduler.storage import agency, outbox
from scheduler.storage.vault import client_owner
from tests.cli.conftest import Place, Run, at, founding
from tests.storage.rows import add_client, add_message


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def pair(
    request: pytest.FixtureRequest, tmp_path: Path, run: Run
) -> tuple[Place, Place]:
    """A founded agency and an empty place for it, on either engine."""
    if request.param == "sqlite":
        return request.getfixturevalue("place"), request.getfixturevalue("empty")
    fresh: Callable[[], str] = request.getfixturevalue("fresh_postgres_url")
    old = at(tmp_path / "old", QUIETLINE_DATABASE_URL=fresh())
    assert run(old, *founding(tmp_path)).code == 0
    new = at(tmp_path / "new", QUIETLINE_DATABASE_URL=fresh())
    new.home.mkdir(mode=0o700)
    shutil.copy(old.key, new.home)
    return old, new


def add_reminder(place: Place, *, begins: timedelta, ends: timedelta) -> None:
    """A reminder of somebody, planned around now."""
    installation = open_installation(settings.load(place.env))
    now = datetime.now(UTC)
    with installation.house.store.begin() as tx:
        client = add_client(tx)
        tx.vault.admit(client_owner(client), now)
        add_message(tx, client, not_before=now + begins, not_after=now + ends)
    installation.close()


def test_what_was_backed_up_comes_back_stopped_on_another_machine(
    pair: tuple[Place, Place], tmp_path: Path, run: Run
) -> None:
    old, new = pair
    made = run(old, "backup", tmp_path / "monday.rows")
    assert (made.code, made.err) == (0, "")
    assert "Keep only the newest copy of the keys" in made.out
    restored = run(new, "restore", tmp_path / "monday.rows")
    assert (restored.code, restored.err) == (0, "")
    assert "It is stopped" in restored.out
    assert "takes two people" in restored.out
    assert "nothing was due to leave since" in restored.out
    assert run(new, "user", "list").out == "maia: administrator\nruth: supervisor\n"
    installation = open_installation(settings.load(new.env))
    with installation.house.store.reading() as tx:
        assert agency.sender(tx).stopped_why == "restored"
    installation.close()


def test_a_backup_is_read_back_and_a_drill_is_written_down_by_its_word(
    pair: tuple[Place, Place], tmp_path: Path, run: Run
) -> None:
    old, new = pair
    made = run(old, "backup", tmp_path / "monday.rows")
    assert "every table came back as it was" in made.out
    assert not [each for each in old.names() if each.startswith("reading-back-")]
    restored = run(new, "restore", tmp_path / "monday.rows")
    last = restored.out.splitlines()[-1].split()
    assert last[:3] == ["quietline", "drill", "done"]
    refused = run(old, "drill", "done", last[3][:-1], "--minutes", "18")
    assert (refused.code, refused.out) == (1, "")
    written = run(old, "drill", "done", last[3], "--minutes", "18")
    assert (written.code, written.err) == (0, "")
    assert "a drill of 18 min" in written.out
    seen = run(old, "doctor").out
    assert "The newest verified backup is 0 h old." in seen
    assert "took 18 min." in seen


def test_a_backup_that_comes_back_otherwise_is_not_to_be_counted_on(
    place: Place, tmp_path: Path, run: Run
) -> None:
    installation = open_installation(settings.load(place.env))
    with installation.house.store.begin() as tx:
        add_client(tx)  # and no key for it
    installation.close()
    said = run(place, "backup", tmp_path / "monday.rows")
    assert (said.code, said.out) == (1, "")
    assert "Do not count on" in said.err
    assert "The keys of 1 file(s) are missing." in said.err
    assert "No backup was ever made and read back." in run(place, "doctor").out


def test_a_restore_says_what_may_have_been_sent_since(
    pair: tuple[Place, Place], tmp_path: Path, run: Run
) -> None:
    old, new = pair
    minute = timedelta(minutes=1)
    add_reminder(old, begins=-minute, ends=60 * minute)
    add_reminder(old, begins=600 * minute, ends=660 * minute)
    run(old, "backup", tmp_path / "monday.rows")
    said = run(new, "restore", tmp_path / "monday.rows")
    assert "May have left since then (1)" in said.out
    listed = [each.split() for each in said.out.splitlines() if each.startswith("  ")]
    assert [(code[:2], kind) for code, kind, *_ in listed] == [("K-", "reminder")]
    installation = open_installation(settings.load(new.env))
    with installation.house.store.reading() as tx:
        states = [each.state for each in outbox.everything(tx)]
    installation.close()
    assert set(states) == {MessageState.UNCERTAIN, MessageState.PLANNED}


def test_both_files_are_for_their_owner_only(
    place: Place, tmp_path: Path, run: Run
) -> None:
    run(place, "backup", tmp_path / "monday.rows")
    for name in ("monday.rows", "clients.keys"):
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o600


def test_an_earlier_backup_is_left_as_it_is_and_the_keys_are_the_newest(
    place: Place, tmp_path: Path, run: Run
) -> None:
    rows, keys = tmp_path / "monday.rows", tmp_path / "clients.keys"
    run(place, "backup", rows)
    before, keys_before = rows.read_bytes(), keys.read_bytes()
    again = run(place, "backup", rows)
    assert (again.code, again.out) == (1, "")
    assert "Choose another name" in again.err
    assert (rows.read_bytes(), keys.read_bytes()) == (before, keys_before)
    assert run(place, "backup", tmp_path / "tuesday.rows").code == 0
    assert keys.read_bytes() != keys_before


def test_rows_without_their_keys_do_not_stay(
    place: Place, tmp_path: Path, run: Run
) -> None:
    rows = tmp_path / "monday.rows"
    said = run(place, "backup", rows, "--keys", tmp_path / "nowhere" / "clients.keys")
    assert (said.code, said.out) == (1, "")
    assert "choose a folder that you may write to" in said.err
    assert not rows.exists()


def test_rows_and_keys_are_two_files(place: Place, tmp_path: Path, run: Run) -> None:
    said = run(place, "backup", tmp_path / "clients.keys")
    assert (said.code, said.err) == (
        2,
        "Rows and keys are two files. Give two names.\n",
    )
    assert not (tmp_path / "clients.keys").exists()


def test_a_restore_takes_the_keys_from_where_they_are_kept(
    place: Place, empty: Place, tmp_path: Path, run: Run
) -> None:
    keys = tmp_path / "kept.keys"
    run(place, "backup", tmp_path / "monday.rows", "--keys", keys)
    refused = run(empty, "restore", tmp_path / "monday.rows")
    assert refused.code == 1
    assert "clients.keys cannot be read" in refused.err
    assert run(empty, "restore", tmp_path / "monday.rows", "--keys", keys).code == 0


def test_a_place_in_use_is_not_restored_into(
    place: Place, tmp_path: Path, run: Run
) -> None:
    run(place, "backup", tmp_path / "monday.rows")
    said = run(place, "restore", tmp_path / "monday.rows")
    assert (said.code, said.out) == (3, "")
    assert "it is left as it is" in said.err
    assert run(place, "user", "list").code == 0


def test_a_damaged_backup_leaves_an_empty_place_that_can_be_used(
    place: Place, empty: Place, tmp_path: Path, run: Run
) -> None:
    rows = tmp_path / "monday.rows"
    run(place, "backup", rows)
    good = rows.read_bytes()
    rows.write_bytes(good[:-20])
    said = run(empty, "restore", rows)
    assert (said.code, said.out) == (1, "")
    assert "cut off or was changed" in said.err
    assert "“quietline restore” for a backup" in run(empty, "run").err
    rows.write_bytes(good)
    assert run(empty, "restore", rows).code == 0


def test_without_the_key_file_nothing_is_restored_and_nothing_made(
    place: Place, tmp_path: Path, run: Run
) -> None:
    run(place, "backup", tmp_path / "monday.rows")
    bare = at(tmp_path / "bare")
    said = run(bare, "restore", tmp_path / "monday.rows")
    assert said.code == 3
    assert "put the kept copy there" in said.err
    assert not bare.home.exists()


def test_another_installations_key_file_opens_nothing(
    place: Place, tmp_path: Path, run: Run
) -> None:
    run(place, "backup", tmp_path / "monday.rows")
    other = at(tmp_path / "other")
    assert run(other, "keys", "init").code == 0
    said = run(other, "restore", tmp_path / "monday.rows")
    assert said.code == 1
    assert "sealed with another key file" in said.err


def test_a_database_that_is_up_to_date_needs_no_step(place: Place, run: Run) -> None:
    said = run(place, "migrate")
    assert (said.code, said.out) == (0, "The database is up to date.\n")


def test_a_database_of_a_newer_version_is_left_alone(place: Place, run: Run) -> None:
    with sqlite3.connect(place.database) as conn:
        conn.execute("UPDATE alembic_version SET version_num = '9999'")
    conn.close()
    for command in ("migrate", "run", "backup"):
        arguments = ["x.rows"] if command == "backup" else []
        said = run(place, command, *arguments)
        assert said.code == 3
        assert "made by a newer Quietline" in said.err
