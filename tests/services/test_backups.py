"""A backup is read back as soon as it is written, on both engines, and the record says
what came of it (bar-O5)."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from sqlalchemy import insert, select

from scheduler.domain.backups import Age, By, Result
from scheduler.domain.errors import Misread
from scheduler.services import doctor
from scheduler.services.doctor import State
from scheduler.services.house import Backups, House, Identity
from scheduler.services.simulation.made_up import MadeUpClock
from scheduler.services.staff import accounts
from scheduler.services.staff.passwords import Passwords
from scheduler.services.stops import backups, recovery
from scheduler.storage import backup_check, keys, tables
from scheduler.storage import backups as kept
from scheduler.storage.sealed_file import NotUsable
from scheduler.storage.vault import client_owner
from tests.services.test_accounts import AGENCY, MAIA, RUTH
from tests.services.test_interlocks import HERE
from tests.storage.rows import add_client, add_message
from tests.stores import BEGINNING, INSTALLATION, CountedEntropy, key_file

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
REAL = Identity(INSTALLATION, HERE, production=True)


class Place:
    """An agency with two files, and a folder for its backups."""

    def __init__(self, house: House, folder: Path) -> None:
        passwords = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        accounts.init_agency(house, passwords, AGENCY, [MAIA, RUTH])
        self.scratch, self.folder = folder / "data", folder / "kept"
        self.scratch.mkdir()
        self.folder.mkdir()
        key_path = folder / "installation.key"
        keys.write(key_file(), key_path)
        self.house = replace(
            house, backups=Backups(key_path, self.scratch, self.folder, hour=3, days=14)
        )
        with house.store.begin() as tx:
            for _ in range(2):
                client = add_client(tx)
                tx.vault.admit(client_owner(client), BEGINNING)
                add_message(tx, client)
            tx.conn.execute(insert(tables.holiday).values(day=BEGINNING, name="Fête"))

    def make(self, name: str = "one.rows") -> kept.Tried:
        _, tried = backups.make(
            self.house,
            self.folder / name,
            self.folder / "clients.keys",
            key_file(),
            self.scratch,
            entropy=CountedEntropy(name),
        )
        return tried

    def standing(self) -> backups.Standing:
        with self.house.store.reading() as tx:
            return backups.standing(tx, self.house.now())

    def names(self) -> list[str]:
        return sorted(each.name for each in self.folder.glob("*.rows"))

    def open_matters(self) -> list[str]:
        with self.house.store.reading() as tx:
            which = tables.attention.c
            query = select(which.kind).where(which.settled_at.is_(None))
            return list(tx.conn.execute(query).scalars())


@pytest.fixture
def place(house: House, tmp_path: Path) -> Place:
    return Place(house, tmp_path)


def test_what_was_written_is_read_back_and_the_record_says_so(place: Place) -> None:
    tried = place.make()
    assert (tried.result, tried.trouble) == (Result.VERIFIED, "")
    assert tried.rows > 10
    assert place.standing().verified == tried
    assert place.standing().age is Age.FRESH
    assert list(place.scratch.iterdir()) == []
    with place.house.store.reading() as tx:
        verbs = list(tx.conn.execute(select(tables.audit.c.verb)).scalars())
    assert verbs[-2:] == ["backed up", "read back"]


def differences(place: Place, **made: object) -> str:
    """What is found when the file is read back, as if it had been counted so."""
    rows, kept_keys = place.folder / "one.rows", place.folder / "clients.keys"
    written = recovery.back_up(
        place.house, rows, kept_keys, key_file(), CountedEntropy("one")
    )
    return backup_check.differences(
        rows,
        kept_keys,
        key_file(),
        replace(written, **made),  # type: ignore[arg-type]
        place.scratch,
        CountedEntropy("scratch"),
    )


def test_one_row_more_or_another_digest_is_named_by_its_table(place: Place) -> None:
    made = recovery.back_up(
        place.house,
        place.folder / "first.rows",
        place.folder / "clients.keys",
        key_file(),
        CountedEntropy("first"),
    )
    assert "holiday" in differences(place, rows=made.rows | {"holiday": 2})
    (place.folder / "one.rows").unlink()
    digests = made.digests | {"message": "0" * 64}
    said = differences(place, digests=digests)
    assert "message" in said
    assert "holiday" not in said
    assert list(place.scratch.iterdir()) == []


def test_a_file_whose_key_is_on_no_copy_is_found(place: Place) -> None:
    with place.house.store.begin() as tx:
        add_client(tx)
    tried = place.make()
    assert tried.result is Result.DIFFERS
    assert tried.trouble == "The keys of 1 file(s) are missing."
    assert place.standing().verified is None
    assert place.standing().last == tried


def test_a_file_that_was_damaged_on_the_way_to_the_disk_is_found(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = recovery.back_up

    def on_a_bad_disk(*given: object) -> object:
        made = real(*given)  # type: ignore[arg-type]
        path = place.folder / "one.rows"
        raw = bytearray(path.read_bytes())
        raw[len(raw) // 2] ^= 1
        path.write_bytes(raw)
        return made

    monkeypatch.setattr(recovery, "back_up", on_a_bad_disk)
    tried = place.make()
    assert tried.result is Result.DIFFERS
    assert "cut off or was changed" in tried.trouble
    assert list(place.scratch.iterdir()) == []


def test_no_clients_key_lies_in_the_scratch_place(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    real = backup_check._compared

    def look(store: object, *given: object) -> str:
        seen.extend(each.owner for each in store.shelf.everything())  # type: ignore[attr-defined]
        return real(store, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(backup_check, "_compared", look)
    assert place.make().result is Result.VERIFIED
    assert seen == ["agency"]


def test_what_a_killed_process_left_goes_with_the_next_and_what_is_in_use_stays(
    place: Place,
) -> None:
    left = place.scratch / f"{backup_check.PREFIX}left"
    left.mkdir()
    (left / "rows.sqlite").touch()
    with backup_check._scratch(place.scratch) as used:
        assert not left.exists()
        with backup_check._scratch(place.scratch) as other:
            assert used.exists()
            assert other.stat().st_mode & 0o777 == 0o700
    assert list(place.scratch.iterdir()) == []


# --- By the worker's clock -----------------------------------------------------------


def test_the_worker_makes_one_a_day_after_its_hour_and_lets_old_ones_go(
    place: Place, clock: MadeUpClock
) -> None:
    backups.tend(place.house)
    backups.tend(place.house)
    assert len(place.names()) == 1
    old = place.folder / "quietline-2026-11-01T080000Z.rows"
    old.touch()
    (place.folder / "by hand.rows").touch()
    clock.at += DAY
    backups.tend(place.house)
    assert len(place.names()) == 3
    assert not old.exists()
    assert (place.folder / "by hand.rows").exists()
    found = place.standing().last
    assert found is not None
    assert (found.by, found.result) == (By.SCHEDULE, Result.VERIFIED)
    assert found.made_at == clock.at


def test_one_that_fails_is_written_down_told_and_tried_again_in_an_hour(
    place: Place, clock: MadeUpClock
) -> None:
    place.folder.rename(place.folder.with_name("away"))
    backups.tend(place.house)
    found = place.standing()
    assert found.last is not None
    assert found.last.result is Result.FAILED
    assert "cannot be written" in found.last.trouble
    assert place.open_matters().count("backup_failed") == 1
    place.folder.with_name("away").rename(place.folder)
    clock.at += 59 * MINUTE
    backups.tend(place.house)
    assert place.names() == []
    clock.at += MINUTE
    backups.tend(place.house)
    assert len(place.names()) == 1
    assert "backup_failed" not in place.open_matters()
    assert "last try" not in backups.backup_said(place.standing())


def test_two_workers_with_one_folder_make_one(place: Place) -> None:
    with backups._alone(place.folder) as ours:
        assert ours
        backups.tend(place.house)
    assert place.names() == []
    backups.tend(place.house)
    assert len(place.names()) == 1


def test_without_a_folder_nothing_is_made_and_too_old_a_one_is_told(
    place: Place, clock: MadeUpClock
) -> None:
    bare = replace(place.house, backups=None)
    backups.tend(bare)
    assert place.names() == []
    assert "backup_failed" not in place.open_matters()
    place.make()
    clock.at += 3 * DAY
    backups.tend(bare)
    assert "backup_failed" not in place.open_matters()
    clock.at += MINUTE
    backups.tend(bare)
    backups.tend(bare)
    assert place.open_matters().count("backup_failed") == 1


# --- Who asks ------------------------------------------------------------------------


def found(house: House) -> dict[str, doctor.Finding]:
    return {each.name: each for each in doctor.examine(house)}


def test_doctor_says_how_old_the_newest_is_where_people_are_real(
    place: Place, clock: MadeUpClock
) -> None:
    assert "backups" not in found(place.house)
    real = replace(place.house, identity=REAL)
    assert found(real)["backups"].state is State.WRONG
    assert "ever made" in found(real)["backups"].sentence
    place.make()
    for since, state, said in (
        (26 * 60 * MINUTE, State.RIGHT, "26 h old"),
        (MINUTE, State.LOOK, "26 h old"),
        (2 * DAY, State.WRONG, "3 days old"),
    ):
        clock.at += since
        seen = found(real)["backups"]
        assert seen.state is state
        assert said in seen.sentence


def test_a_drill_is_written_down_by_the_word_of_a_restored_place_once(
    place: Place, clock: MadeUpClock
) -> None:
    real = replace(place.house, identity=REAL)
    assert found(real)["drill"].state is State.LOOK
    word = backups.drill_word(place.house, clock.now())
    for wrong in (word[:-1], word[:-1] + "z", "20200101T000000Z-ab12cd34ef", "x", ""):
        with pytest.raises(Misread, match="last line"):
            backups.drill_done(place.house, wrong, 20)
    with pytest.raises(Misread, match="whole minutes"):
        backups.drill_done(place.house, word, 0)
    backups.drill_done(place.house, word, 20)
    with pytest.raises(Misread, match="already"):
        backups.drill_done(place.house, word, 25)
    seen = found(real)["drill"]
    assert (seen.state, "took 20 min" in seen.sentence) == (State.RIGHT, True)
    clock.at += 99 * DAY
    assert found(real)["drill"].state is State.LOOK


def test_an_earlier_file_is_never_written_over(place: Place) -> None:
    place.make()
    with pytest.raises(NotUsable):
        place.make()
    assert place.names() == ["one.rows"]
