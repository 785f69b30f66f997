"""What is over is nowhere any more: no row, no byte of the database and what lies
beside it, nothing in a backup made before (E7, bar-T3).

`test_erasure.py` asks the same of a file that is erased by hand.
"""

from __future__ import annotations

import base64
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select, update

from scheduler.domain.closing import CloseReason
from scheduler.domain.people import Person
from scheduler.services.files import closing, people, retention
from scheduler.services.stops import recovery
from scheduler.storage import people as kept_people
from scheduler.storage import tables
from tests.profiles import Tells
from tests.services.sending import NUMBER, Desk
from tests.services.test_erasure import (
    BODY,
    PERSON,
    PLACE,
    desk,
    everything,
    files,
    traces,
)
from tests.stores import CountedEntropy, key_file

__all__ = ["desk"]

# As they were typed. None of them is readable anywhere at any time.
IN_CLEAR = (BODY, PLACE, PERSON.session_name, PERSON.known_by, NUMBER, NUMBER[2:])


def sealed(desk: Desk) -> dict[str, list[bytes]]:
    """What lies sealed for her and goes, by what it goes with."""
    hers = tables.message.c.client_id == desk.alma.id
    with desk.house.store.reading() as tx:
        client = tx.conn.execute(
            select(tables.client).where(tables.client.c.id == desk.alma.id)
        ).one()
        return {
            "place": [client.place_today],
            "reply": list(tx.conn.execute(select(tables.inbound.c.body)).scalars()),
            "send log": [
                each.encode()
                for each in tx.conn.execute(
                    select(tables.message.c.id).where(hers)
                ).scalars()
            ],
            "plan": [
                client.suitability,
                *tx.conn.execute(
                    select(tables.plan_version.c.document).where(
                        tables.plan_version.c.client_id == desk.alma.id
                    )
                ).scalars(),
                *tx.conn.execute(select(tables.code_word.c.word)).scalars(),
                *tx.conn.execute(
                    select(tables.blind_index.c.blind).where(
                        tables.blind_index.c.client_id == desk.alma.id,
                        tables.blind_index.c.purpose == kept_people.NUMBER,
                    )
                ).scalars(),
            ],
        }


def found(desk: Desk, sought: list[bytes]) -> int:
    """How many of these are in a row, or in a byte of any file of the database."""
    house = desk.house
    rows = everything(house.store)
    beside = b""
    if house.store.engine.dialect.name == "sqlite":
        path = Path(house.store.engine.url.database or "")
        beside = b"".join(files(path).values())
    return sum(
        each in beside
        or base64.b64encode(each).decode() in rows
        or each.decode("latin-1") in rows
        for each in sought
    )


def settled(desk: Desk) -> None:
    """What waited for a person is done."""
    with desk.house.store.begin() as tx:
        tx.conn.execute(
            update(tables.attention).values(settled_at=desk.clock.at, choice="asked")
        )


def test_each_thing_is_there_until_its_time_and_nowhere_after_it(
    desk: Desk, tells: Tells
) -> None:
    parts = sealed(desk)
    everything_of_hers = traces(desk)
    settled(desk)
    looked = 0
    done = CloseReason.DONE
    for day, gone in (
        # The place goes with the session's end, or when the file is closed.
        (1, ("place",)),
        (15, ("place", "reply")),
        (28, ("place", "reply")),
        (35, ("place", "reply", "plan", "send log")),
        (364, ("place", "reply", "plan", "send log")),
    ):
        if day == 1:
            code = desk.alma.code
            assert closing.close(desk.house, desk.wanda, code, done, knows=True) is None
            closed_at = desk.clock.at
        desk.clock.at = closed_at + timedelta(days=day)
        retention.purge(desk.house)
        for name, sought in parts.items():
            looked += len(sought)
            left = found(desk, sought)
            assert left == (0 if name in gone else len(sought)), (day, name, left)
    assert found(desk, [desk.alma.code.encode()]) == 1
    desk.clock.at = closed_at + timedelta(days=365)
    retention.purge(desk.house)
    assert found(desk, everything_of_hers) == 0
    tells(trials=looked + len(everything_of_hers), hit=dict.fromkeys(parts, 1))


def test_what_was_typed_is_readable_nowhere_before_and_after(
    desk: Desk, tmp_path: Path, tells: Tells
) -> None:
    rows, keys = tmp_path / "old.rows", tmp_path / "clients.keys"
    recovery.back_up(desk.house, rows, keys, key_file(), CountedEntropy("backup"))
    for day in (0, 31, 366):
        desk.clock.at += timedelta(days=day)
        retention.purge(desk.house)
        lying = [each for each in tmp_path.rglob("*") if each.is_file()]
        for path in lying:
            content = path.read_bytes()
            for each in IN_CLEAR:
                assert each.encode() not in content, (path.name, each)
    tells(trials=3 * len(IN_CLEAR))


def test_the_search_finds_what_is_there(desk: Desk) -> None:
    """So that finding nothing says something."""
    for name, sought in sealed(desk).items():
        assert sought, name
        assert found(desk, sought) == len(sought), name
    people.edit_person(
        desk.house, desk.wanda, desk.alma.code, Person(session_name="Wren")
    )
    assert found(desk, [desk.alma.code.encode()]) == 1
