"""Erasing a file: nothing of hers is left, anywhere, and a stopped number stays so
(E7, I2, bar-T3, bar-T4)."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from scheduler.domain.booking import SessionState
from scheduler.domain.closing import CloseReason
from scheduler.domain.errors import NotThere, Unreadable
from scheduler.domain.field_errors import FieldErrors
from scheduler.domain.legal_hold import EndReason, HoldAct, HoldReason
from scheduler.domain.people import Person
from scheduler.domain.suitability import Suitability
from scheduler.services.files import closing, erasure, legal_hold, people, retention
from scheduler.services.files.erasure import Ground, Obstacle
from scheduler.services.house import House
from scheduler.services.messages import inbound
from scheduler.services.safe_contact import code_words
from scheduler.services.scheduling import booking
from scheduler.services.simulation.made_up import MadeUpClock
from scheduler.services.stops import recovery
from scheduler.storage import (
    bookings,
    erased_list,
    erasing,
    legal_holds,
    outbox,
    tables,
)
from scheduler.storage import people as kept_people
from scheduler.storage.connections import shelf_path
from scheduler.storage.engine import Store
from scheduler.storage.refusals import RuleBroken
from scheduler.storage.rows import shape_of
from scheduler.storage.sealed_file import NotUsable
from scheduler.storage.tables import metadata
from scheduler.storage.vault import client_owner
from tests.domain.builders import at, plan, text
from tests.profiles import Tells, trials
from tests.services import filing
from tests.services.sending import NUMBER, OPENS, SESSION, Desk, open_desk
from tests.storage.rows import add_message, raw
from tests.stores import CountedEntropy, OpenStore, key_file

WEDNESDAY = "2026-12-02 10:30"
BODY = "Marmalade is out of stock"
PERSON = Person(session_name="Quillfeather", known_by="the heron brooch")
PLACE = "by the weir at Elbow"


@pytest.fixture
def desk(house: House, clock: MadeUpClock, tmp_path: Path) -> Iterator[Desk]:
    """Alma with something in every place: a text that left, a reply, a session that
    was held, words, a place; and another file beside hers."""
    listed = replace(house, erased_list=tmp_path / erased_list.NAME)
    made = open_desk(listed, clock)
    alma, wanda = made.alma, made.wanda
    people.edit_person(made.house, wanda, alma.code, PERSON)
    code_words.set_words(made.house, wanda, alma.code, filing.WORDS)
    people.note_place(
        made.house, wanda, alma.code, PLACE, clock.now() + timedelta(hours=9)
    )
    today = clock.now().date()
    video = Suitability(recorded_on=today, review_on=today, where=PLACE)
    people.record_suitability(made.house, wanda, alma.code, video)
    made.another_reminded("+14165550177")
    reminder = made.reminded()
    made.tick(reminder.not_before)
    inbound.reply(made.house, NUMBER, BODY)
    assert reminder.session_id is not None
    booking.cancel(made.house, wanda, reminder.session_id, by_agency=False)
    yield made
    made.house.store.close()


def carl(desk: Desk) -> Any:
    return desk.office.staff.carl


def erase(desk: Desk, ground: Ground = Ground.ASKED) -> int:
    number = erasure.erase(
        desk.house, carl(desk), desk.alma.code, desk.alma.code, ground
    )
    assert isinstance(number, int), number
    return number


def traces(desk: Desk) -> list[bytes]:
    """What of hers could be found in bytes: her code, the ids of her rows, every
    sealed field, and the wrapped key."""
    found = [desk.alma.code.encode()]
    with desk.house.store.reading() as tx:
        hers = tables.message.c.client_id == desk.alma.id
        found += [
            key.encode()
            for key in tx.conn.execute(
                select(tables.message.c.id).where(hers)
            ).scalars()
        ]
        for table, columns in (
            (tables.client, ("person", "place_today", "suitability")),
            (tables.code_word, ("word",)),
            (tables.plan_version, ("document",)),
            (tables.inbound, ("body",)),
        ):
            owner = table.c.id if table is tables.client else table.c.client_id
            for row in tx.conn.execute(
                select(*(table.c[each] for each in columns)).where(
                    owner == desk.alma.id
                )
            ):
                found += [each for each in row if each]
    wraps = desk.house.store.shelf.wraps((client_owner(desk.alma.id),))
    found += [each.wrapped for each in wraps]
    assert len(found) > 10
    return found


def everything(store: Store, besides: str = "") -> str:
    """Every row of every table but one, as a backup says it."""
    said = []
    with store.reading() as tx:
        for table in metadata.sorted_tables:
            if table.name == besides:
                continue
            shape = shape_of(table.name, list(table.columns))
            said += [line.decode() for line in shape.lines(tx.conn)]
    return "".join(said)


def test_no_row_names_her_and_the_other_file_is_whole(desk: Desk) -> None:
    code = desk.alma.code
    with desk.house.store.reading() as tx:
        [session] = bookings.of_clients(tx, [desk.alma.id], desk.alma.opened_at)
        other = {each.id for each in outbox.everything(tx)} - {
            each.id for each in outbox.of_client(tx, desk.alma.id, desk.alma.opened_at)
        }
    erase(desk)
    assert code not in everything(desk.house.store)
    # Numbers and ids stay in the trail, which names acts and nobody (E8).
    assert session.id not in everything(desk.house.store, besides="audit")
    with desk.house.store.reading() as tx:
        assert {each.id for each in outbox.everything(tx)} == other
        for table in metadata.sorted_tables:
            for column in table.columns:
                if any(key.column is tables.client.c.id for key in column.foreign_keys):
                    found = tx.conn.execute(select(column)).scalars()
                    assert desk.alma.id not in set(found), f"{table.name}.{column.name}"
        assert kept_people.client_by_id(tx, desk.alma.id) is None


def test_every_table_that_hangs_on_a_client_is_thought_of() -> None:
    """A new table that points at a client has to be erased with her."""
    emptied = {table.name for table, _ in erasing.what_is_hers(1)}
    for table in metadata.sorted_tables:
        keys = [key for column in table.columns for key in column.foreign_keys]
        if any(key.column is tables.client.c.id for key in keys):
            assert table.name in emptied, table.name


def test_what_was_sealed_for_her_opens_for_nobody_in_any_process(
    desk: Desk, store_address: str, open_another: OpenStore
) -> None:
    owner = client_owner(desk.alma.id)
    sealed = desk.house.store.vault.seal(owner, "t", "c", 1, "words")
    erase(desk)
    for store in (desk.house.store, open_another(store_address)):
        with pytest.raises(Unreadable):
            store.vault.open(owner, "t", "c", 1, sealed)


def test_no_byte_of_hers_is_left_in_the_files_of_the_database(desk: Desk) -> None:
    if desk.house.store.engine.dialect.name != "sqlite":
        # What a server keeps of a swept page is its own affair; see the test of rows.
        return
    sought = traces(desk)
    path = Path(desk.house.store.engine.url.database or "")
    before = b"".join(files(path).values())
    assert sum(each in before for each in sought) == len(sought)
    erase(desk)
    for name, content in files(path).items():
        for each in sought:
            assert each not in content, name


def files(path: Path) -> dict[str, bytes]:
    """The database, its log and its index, its keys, and the list of the erased."""
    several = [path, shelf_path(path), path.with_name(erased_list.NAME)]
    several += [path.with_name(path.name + end) for end in ("-wal", "-shm", "-journal")]
    return {each.name: each.read_bytes() for each in several if each.is_file()}


def test_the_receipt_says_what_went_who_did_it_and_names_nobody(desk: Desk) -> None:
    receipt = erasure.receipt(desk.house, carl(desk), erase(desk))
    assert receipt.names[receipt.done.erased_by or 0] == "Carl"
    assert receipt.done.ground == "asked"
    assert receipt.done.removed["client"] == 1
    assert receipt.done.removed["plan_version"] >= 2
    assert receipt.done.removed["inbound"] == 1
    assert desk.alma.code not in str(receipt)
    assert filing.trail(desk.house, "erased")[0][:3] == (
        carl(desk).id,
        "client",
        str(desk.alma.id),
    )
    assert erasure.was_erased(desk.house, carl(desk), desk.alma.code.lower())
    assert not erasure.was_erased(desk.house, carl(desk), "A-0008")


def test_the_preview_counts_just_what_then_goes(desk: Desk) -> None:
    seen = erasure.preview(desk.house, carl(desk), desk.alma.code)
    assert (seen.obstacles, seen.blocked) == ((), 0)
    done = erasure.receipt(desk.house, carl(desk), erase(desk)).done
    assert dict(done.removed) == dict(seen.going)
    assert len(filing.trail(desk.house, "previewed erasure")) == 1


def test_a_code_of_an_erased_file_is_not_given_again(desk: Desk) -> None:
    erase(desk)
    with desk.house.store.reading() as tx:
        assert erasing.was_erased(tx, desk.alma.code)


# --- What stands in the way --------------------------------------------------


def refused(desk: Desk, typed: str | None = None) -> set[str]:
    answer = erasure.erase(
        desk.house, carl(desk), desk.alma.code, typed or desk.alma.code, Ground.ASKED
    )
    assert isinstance(answer, FieldErrors)
    assert filing.trail(desk.house, "erased") == []
    desk.house.store.vault.seal(client_owner(desk.alma.id), "t", "c", 1, "x")
    return set(answer.wrongs)


def test_the_code_is_typed_once_more_and_a_ground_chosen(desk: Desk) -> None:
    assert refused(desk, "K-0000") == {"typed"}
    answer = erasure.erase(
        desk.house, carl(desk), desk.alma.code, desk.alma.code, Ground.AGAIN
    )
    assert isinstance(answer, FieldErrors)
    assert set(answer.wrongs) == {"ground"}


def test_a_legal_hold_keeps_everything(desk: Desk) -> None:
    review = desk.house.now().date() + timedelta(days=30)
    order = HoldReason.ORDER
    assert legal_hold.lay(desk.house, carl(desk), desk.alma.code, order, review) is None
    assert refused(desk) == {Obstacle.HELD.value}
    # Nor by whoever goes around the service: the database has the same rule.
    with pytest.raises(RuleBroken), desk.house.store.begin() as tx:
        erasing.remove_rows(tx, desk.alma.id)
    over = EndReason.OVER
    assert legal_hold.end(desk.house, carl(desk), desk.alma.code, over) is None
    assert erase(desk)


def test_a_restore_from_the_time_of_a_hold_is_erased_again(desk: Desk) -> None:
    gone = {client_owner(desk.alma.id): desk.house.now()}
    review = desk.house.now().date() + timedelta(days=30)
    order = HoldReason.ORDER
    assert legal_hold.lay(desk.house, carl(desk), desk.alma.code, order, review) is None
    with desk.house.store.begin() as tx:
        assert erasure.again(tx, gone, desk.house.now()) == 1
        assert kept_people.client_by_id(tx, desk.alma.id) is None
        ended, _laid = legal_holds.of_file(tx, desk.alma.id)
    assert (ended.act, ended.by_id) == (HoldAct.ENDED, None)


def test_sessions_to_come_and_sessions_that_go_on_come_first(desk: Desk) -> None:
    session = desk.office.booked(WEDNESDAY, counsellor_id=desk.office.cora.id)
    code = desk.alma.code
    assert Obstacle.COMING in erasure.preview(desk.house, carl(desk), code).obstacles
    with desk.house.store.begin() as tx:
        bookings.set_state(tx, session, SessionState.BOOKED, SessionState.IN_SESSION)
    desk.later(days=2)
    seen = erasure.preview(desk.house, carl(desk), code)
    assert seen.obstacles == (Obstacle.RUNNING,)


def test_a_text_that_is_just_leaving_comes_first(desk: Desk) -> None:
    with desk.house.store.begin() as tx:
        message = add_message(tx, desk.alma.id)
        for state in ("due", "claimed"):
            raw(tx, f"UPDATE message SET state='{state}' WHERE id='{message}'")
    assert refused(desk) == {Obstacle.LEAVING.value}


@pytest.mark.parametrize("who", ["wanda", "sue", "dora", "maia"])
def test_nobody_but_a_custodian_erases(desk: Desk, who: str) -> None:
    other = getattr(desk.office.staff, who)
    for act in (
        lambda: erasure.preview(desk.house, other, desk.alma.code),
        lambda: erasure.erase(
            desk.house, other, desk.alma.code, desk.alma.code, Ground.ASKED
        ),
        lambda: erasure.receipts(desk.house, other),
        lambda: erasure.was_erased(desk.house, other, desk.alma.code),
    ):
        with pytest.raises(NotThere):
            act()


# --- What a process left half done, and what a restore brings back ------------


def test_what_a_killed_process_left_half_done_is_finished(desk: Desk) -> None:
    desk.house.store.vault.destroy(client_owner(desk.alma.id), desk.clock.now())
    assert erasure.finish(desk.house) == 1
    assert desk.alma.code not in everything(desk.house.store)
    [receipt] = erasure.receipts(desk.house, carl(desk))
    assert (receipt.done.ground, receipt.done.erased_by) == ("again", None)
    assert erasure.finish(desk.house) == 0


def test_a_lost_list_is_written_again_and_a_foreign_line_refused(desk: Desk) -> None:
    erase(desk)
    path = desk.house.erased_list
    assert path is not None
    whole = path.read_text()
    assert path.stat().st_mode & 0o777 == 0o600
    path.unlink()
    erasure.finish(desk.house)
    assert path.read_text() == whole
    owner = client_owner(desk.alma.id)
    path.write_text(whole.replace(owner, "client:2"))
    with pytest.raises(NotUsable, match="Line 3"):
        erasure.finish(desk.house)


EmptyPlace = Callable[[], Store]


@pytest.fixture
def empty_place(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    open_another: OpenStore,
    database_engine: str,
) -> EmptyPlace:
    def one() -> Store:
        if database_engine == "sqlite":
            folder = tmp_path / "place"
            folder.mkdir()
            return open_another(f"sqlite:///{folder / 'again.sqlite'}")
        fresh: Callable[[], str] = request.getfixturevalue("fresh_postgres_url")
        return open_another(fresh())

    return one


def test_a_backup_with_its_keys_from_before_does_not_bring_her_back(
    desk: Desk, tmp_path: Path, empty_place: EmptyPlace
) -> None:
    rows, keys = tmp_path / "old.rows", tmp_path / "clients.keys"
    recovery.back_up(desk.house, rows, keys, key_file(), CountedEntropy("backup"))
    sought = traces(desk)
    erase(desk)
    there = replace(desk.house, store=empty_place())
    recovery.restore(there, rows, keys, key_file())
    assert desk.alma.code not in everything(there.store)
    with pytest.raises(Unreadable):
        there.store.vault.seal(client_owner(desk.alma.id), "t", "c", 1, "x")
    if there.store.engine.dialect.name == "sqlite":
        path = Path(there.store.engine.url.database or "")
        for name, content in files(path).items():
            for each in sought:
                assert each not in content, name
    there.store.close()


def test_without_the_list_that_old_backup_would_bring_her_back(
    desk: Desk, tmp_path: Path, empty_place: EmptyPlace
) -> None:
    """So the list is what keeps her erased, and the test above can fail."""
    rows, keys = tmp_path / "old.rows", tmp_path / "clients.keys"
    recovery.back_up(desk.house, rows, keys, key_file(), CountedEntropy("backup"))
    erase(desk)
    there = replace(desk.house, store=empty_place(), erased_list=None)
    recovery.restore(there, rows, keys, key_file())
    assert desk.alma.code in everything(there.store)
    there.store.close()


def test_neither_file_of_a_backup_holds_a_byte_of_hers(
    desk: Desk, tmp_path: Path
) -> None:
    sought = traces(desk)
    erase(desk)
    rows, keys = tmp_path / "new.rows", tmp_path / "clients.keys"
    recovery.back_up(desk.house, rows, keys, key_file(), CountedEntropy("backup"))
    for path in (rows, keys):
        content = path.read_bytes()
        assert not [each for each in sought if each in content]


# --- bar-T4 ------------------------------------------------------------------


def test_nothing_leaves_to_a_number_that_was_stopped_and_erased(
    house: House, clock: MadeUpClock, tmp_path: Path, tells: Tells
) -> None:
    desk = open_desk(replace(house, erased_list=tmp_path / "erased.list"), clock)
    chance, seed = random.Random(20261201), 20261201
    began = desk.clock.now()
    hit: Counter[str] = Counter()
    # On each of two engines: a thousand together.
    many = trials(4, 500)
    for sequence in range(many):
        number = f"+1416555{100 + sequence % 99:04}"
        file = desk.office.another(with_plan=plan(text(address=number)))
        # Every day each way is gone by at least once.
        by_time = sequence < 2 or chance.random() < 0.5
        stopped_before = sequence % 2 == 0
        goes = _purged if by_time else _gone
        if stopped_before:
            inbound.reply(desk.house, number, "STOP")
            goes(desk, file.code)
        else:
            goes(desk, file.code)
            inbound.reply(desk.house, number, "STOP")
        hit["purged" if by_time else "erased"] += 1
        hit["stopped before" if stopped_before else "stopped after"] += 1
        assert desk.blocked(number)
        assert _texts_by_wednesday(desk, number, began) == 0, sequence
    # The same way with a number that nobody stopped brings a text.
    assert _texts_by_wednesday(desk, "+14165550199", began) == 1
    tells(trials=many, seed=seed, hit=hit)
    desk.house.store.close()


def _purged(desk: Desk, code: str) -> None:
    """Closed, and gone when its time was over."""
    done = CloseReason.DONE
    assert closing.close(desk.house, desk.wanda, code, done, knows=True) is None
    desk.clock.at += timedelta(days=366)
    retention.purge(desk.house)
    with desk.house.store.reading() as tx:
        assert kept_people.client_by_code(tx, code) is None


def _texts_by_wednesday(desk: Desk, number: str, began: datetime) -> int:
    """How many leave to a new file with that number and a session on Wednesday."""
    desk.go_to(began)
    file = desk.office.another(with_plan=plan(text(address=number)))
    before = len(desk.phone.handed)
    session = desk.office.booked(
        SESSION, codes=(file.code,), counsellor_id=desk.office.dora.id
    )
    for minutes in range(0, 150, 15):
        desk.tick(at(OPENS) + timedelta(minutes=minutes))
    booking.cancel(desk.house, desk.wanda, session, by_agency=False)
    _gone(desk, file.code)
    return len(desk.phone.handed) - before


def _gone(desk: Desk, code: str) -> None:
    done = erasure.erase(desk.house, carl(desk), code, code, Ground.ASKED)
    assert isinstance(done, int), done
