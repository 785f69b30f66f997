"""bar-O5: every backup comes back with just its rows, on both engines; and a file that
does not is found before anybody counts on it."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert

from scheduler.domain.backups import Result
from scheduler.services.house import House
from scheduler.services.simulation.made_up import MadeUpClock
from scheduler.services.stops import backups, recovery
from scheduler.storage import backup_check, tables
from scheduler.storage.backup import Made
from scheduler.storage.engine import Tx
from scheduler.storage.rows import Shape
from scheduler.storage.sealed_file import NotUsable
from scheduler.storage.vault import client_owner
from tests.profiles import Tells, trials
from tests.services.sending import Desk, open_desk
from tests.storage.rows import add_client, add_message, add_session
from tests.stores import BEGINNING, CountedEntropy, key_file

BACKUPS = trials(2, 10, 50)
DAMAGES = trials(4, 20, 200)
HOUR = timedelta(hours=1)


@pytest.fixture
def desk(house: House, clock: MadeUpClock) -> Desk:
    """An office from which a reminder has left."""
    made = open_desk(house, clock)
    made.tick(made.reminded().not_before)
    return made


def grow(tx: Tx, chance: random.Random, staff_id: int, turn: int) -> None:
    """A few rows more, each with a key where it needs one."""
    for _ in range(chance.randrange(1, 4)):
        client = add_client(tx)
        tx.vault.admit(client_owner(client), BEGINNING)
        for _ in range(chance.randrange(3)):
            add_message(tx, client)
    start = BEGINNING + (turn + 30) * 24 * HOUR
    add_session(tx, staff_id, start, clients=(client,))
    name = "".join(chance.choices("aé☃ 'ß\n\\\"\t,", k=9))
    tx.conn.execute(insert(tables.holiday).values(day=start.date(), name=name))


def test_every_backup_comes_back_with_just_its_rows(
    desk: Desk, tmp_path: Path, tells: Tells
) -> None:
    house, hit = desk.house, Counter[str]()
    chance = random.Random(5)
    for turn in range(BACKUPS):
        with house.store.begin() as tx:
            grow(tx, chance, desk.office.cora.id, turn)
        made, tried = backups.make(
            house,
            tmp_path / f"{turn}.rows",
            tmp_path / "clients.keys",
            key_file(),
            tmp_path,
            entropy=CountedEntropy(f"backup {turn}"),
        )
        assert (tried.result, tried.trouble) == (Result.VERIFIED, "")
        hit["tables with rows"] = sum(many > 0 for many in made.rows.values())
        hit["rows"] += sum(made.rows.values())
    assert hit["tables with rows"] > 15
    tells(trials=BACKUPS, hit=hit)


def written(desk: Desk, folder: Path) -> Made:
    return recovery.back_up(
        desk.house,
        folder / "one.rows",
        folder / "clients.keys",
        key_file(),
        CountedEntropy("damaged"),
    )


def differences(made: Made, folder: Path) -> str:
    return backup_check.differences(
        folder / "one.rows",
        folder / "clients.keys",
        key_file(),
        made,
        folder,
        CountedEntropy("scratch"),
    )


def test_a_byte_that_changed_anywhere_is_found(
    desk: Desk, tmp_path: Path, tells: Tells
) -> None:
    made, chance, hit = written(desk, tmp_path), random.Random(6), Counter[str]()
    assert differences(made, tmp_path) == ""
    for _ in range(DAMAGES):
        path = tmp_path / chance.choice(("one.rows", "clients.keys"))
        good = path.read_bytes()
        at = chance.randrange(len(good))
        how = chance.choice(("changed", "cut off", "longer"))
        changed = bytearray(good)
        changed[at] ^= 1 << chance.randrange(8)
        cut, longer = good[:at], good + good[-1:]
        damaged = {"changed": changed, "cut off": cut, "longer": longer}
        path.write_bytes(damaged[how])
        assert differences(made, tmp_path) != "", (path.name, how, at)
        path.write_bytes(good)
        hit[f"{path.name} {how}"] += 1
    tells(trials=DAMAGES, hit=hit)


def test_a_table_of_which_a_row_is_other_is_named(desk: Desk, tmp_path: Path) -> None:
    made = written(desk, tmp_path)
    for name in ("message", "audit", "staff", "plan_version"):
        fewer = replace(made, rows=made.rows | {name: made.rows[name] - 1})
        assert f"not what was written: {name}." in differences(fewer, tmp_path)


def test_a_row_that_was_never_read_keeps_no_backup(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Shape.lines
    monkeypatch.setattr(Shape, "lines", lambda *given: list(whole(*given))[1:])
    with pytest.raises(NotUsable, match="were written, so no backup was kept"):
        written(desk, tmp_path)
    assert list(tmp_path.glob("*.rows")) == []
