"""Opening what is not hers, looking at odd hours or at much: supervisors see it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from scheduler.domain.errors import NotThere
from scheduler.domain.people import Role
from scheduler.domain.reveals import GlassReason, RevealReason
from scheduler.domain.unusual_access import MANY_FILES, MANY_WITHIN, at_odd_hours
from scheduler.services.files import apartness, break_glass, people
from scheduler.services.files.callers import MOST_FINDS, TooOften
from scheduler.services.house import Actor, House
from scheduler.services.simulation.made_up import MadeUpClock
from scheduler.services.watching import attention_list
from scheduler.services.watching.board import Board
from scheduler.storage import accounts, tables
from scheduler.storage.people import ClientFile
from tests.services import filing
from tests.services.filing import Staff

SECOND = timedelta(seconds=1)
DANGER = GlassReason.DANGER


@pytest.fixture
def staff(house: House) -> Staff:
    return filing.found(house)


@pytest.fixture
def alma(house: House, staff: Staff) -> ClientFile:
    """Works with Dora, not with Cora."""
    return filing.a_file(house, staff.wanda, counsellor=staff.dora)


def at_desk(house: House, actor: Actor) -> Actor:
    """As a request of hers begins."""
    found = break_glass.opened(house, actor.id, house.now())
    return replace(actor, opened=found)


def seen_by(house: House, actor: Actor) -> list[tuple[str, str]]:
    lines = attention_list.open_list(house, actor)
    return [(each.item.kind, each.about) for each in lines if each.about]


def read(house: House, actor: Actor, file: ClientFile) -> None:
    people.reveal_person(house, actor, file.code, RevealReason.SHE_ASKED)


# --- Breaking the glass --------------------------------------------------------


def test_a_file_that_is_not_hers_opens_for_two_hours(
    house: House, staff: Staff, alma: ClientFile, clock: MadeUpClock
) -> None:
    with pytest.raises(NotThere):
        people.see_file(house, at_desk(house, staff.cora), alma.code)
    typed = f" {alma.code.lower()} "
    assert break_glass.break_glass(house, staff.cora, typed, DANGER) == alma.code
    assert people.see_file(house, at_desk(house, staff.cora), alma.code).id == alma.id
    clock.at += break_glass.OPEN_FOR - SECOND
    assert people.see_file(house, at_desk(house, staff.cora), alma.code).id == alma.id
    clock.at += SECOND
    with pytest.raises(NotThere):
        people.see_file(house, at_desk(house, staff.cora), alma.code)


def test_it_opens_that_file_and_no_other(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    other = filing.a_file(house, staff.wanda, counsellor=staff.dora)
    break_glass.break_glass(house, staff.cora, alma.code, DANGER)
    with pytest.raises(NotThere):
        people.see_file(house, at_desk(house, staff.cora), other.code)


def test_supervisors_are_called_and_it_is_gone_through(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    break_glass.break_glass(house, staff.cora, alma.code, DANGER)
    assert seen_by(house, staff.sue) == [("glass_broken", staff.cora.name)]
    with house.store.reading() as tx:
        assert tx.conn.execute(select(tables.staff_alert)).first() is not None
    assert filing.trail(house, "broke glass") == [
        (staff.cora.id, "client", str(alma.id), [], "danger")
    ]
    (line,) = [x for x in attention_list.open_list(house, staff.sue) if x.about]
    attention_list.choose(house, staff.sue, line.item.id, "talked")
    assert seen_by(house, staff.sue) == []


def test_only_supervisors_see_it_and_not_whom_it_is_about(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    break_glass.break_glass(house, staff.cora, alma.code, DANGER)
    (line,) = [x for x in attention_list.open_list(house, staff.sue) if x.about]
    herself = Actor(staff.cora.id, Role.SUPERVISOR, staff.cora.name)
    for each in (staff.wanda, staff.cora, staff.dora, herself):
        assert seen_by(house, each) == []
        with pytest.raises(NotThere):
            attention_list.choose(house, each, line.item.id, "talked")


def test_the_count_on_every_page_is_of_what_she_may_see(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    break_glass.break_glass(house, staff.cora, alma.code, DANGER)
    with house.store.reading() as tx:
        members = {each.id: each for each in accounts.members(tx)}
    board = Board(house)
    for actor in (staff.sue, staff.wanda, staff.cora):
        head = board.head(members[actor.id], house.now())
        assert head.attention == len(attention_list.open_list(house, actor))


def test_shut_out_not_there_and_no_code_look_alike(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    apartness.shut_out(house, staff.sue, alma.code, staff.cora.id)
    for code in (alma.code, "Z-9999", "", "nonsense", "x" * 9000):
        with pytest.raises(NotThere):
            break_glass.break_glass(house, staff.cora, code, DANGER)
    assert {each[2] for each in filing.trail(house, "broke glass")} == {"-"}
    assert seen_by(house, staff.sue) == []


def test_codes_are_not_tried_through(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    for _ in range(MOST_FINDS):
        with pytest.raises(NotThere):
            break_glass.break_glass(house, staff.cora, "Z-9999", DANGER)
    with pytest.raises(TooOften):
        break_glass.break_glass(house, staff.cora, alma.code, DANGER)


def test_only_counsellors_need_it(house: House, staff: Staff, alma: ClientFile) -> None:
    for each in (staff.wanda, staff.sue, staff.maia, staff.carl):
        with pytest.raises(NotThere):
            break_glass.break_glass(house, each, alma.code, DANGER)


def test_her_own_file_is_opened_without_a_word(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    break_glass.break_glass(house, staff.dora, alma.code, DANGER)
    assert seen_by(house, staff.sue) == []


# --- Odd hours, many files -----------------------------------------------------


@pytest.mark.parametrize(
    ("hour", "minute", "odd"),
    [(21, 59, False), (22, 0, True), (3, 0, True), (5, 59, True), (6, 0, False)],
)
def test_the_agencys_night_is_odd(hour: int, minute: int, odd: bool) -> None:
    toronto = datetime(2026, 12, 1, hour, minute, tzinfo=UTC) + timedelta(hours=5)
    assert at_odd_hours(toronto, "America/Toronto") is odd


def test_looking_at_night_is_asked_about_once_a_night(
    house: House, staff: Staff, alma: ClientFile, clock: MadeUpClock
) -> None:
    read(house, staff.wanda, alma)
    assert seen_by(house, staff.sue) == []
    clock.at = clock.at.replace(hour=3)  # 22:00 in Toronto
    for _ in range(4):
        read(house, staff.wanda, alma)
        clock.at += timedelta(hours=1)
    assert seen_by(house, staff.sue) == [("unusual_access", staff.wanda.name)]
    clock.at += timedelta(hours=21)
    read(house, staff.wanda, alma)
    assert len(seen_by(house, staff.sue)) == 2


def test_looking_at_many_files_within_an_hour_is_asked_about(
    house: House, staff: Staff, clock: MadeUpClock
) -> None:
    files = [filing.a_file(house, staff.wanda) for _ in range(MANY_FILES)]
    for _ in range(MANY_FILES):
        read(house, staff.wanda, files[0])
    for each in files[:-1]:
        read(house, staff.wanda, each)
    clock.at += MANY_WITHIN
    read(house, staff.wanda, files[-1])
    assert seen_by(house, staff.sue) == []
    for each in files:
        read(house, staff.wanda, each)
    (line,) = [x for x in attention_list.open_list(house, staff.sue) if x.about]
    assert line.item.matter.startswith("many_files:")
