"""The waiting list over the real storage: a freed time is put before a person, and
nothing is texted because of it."""

import pytest
from sqlalchemy import select

from scheduler.domain.errors import NotThere
from scheduler.domain.plan import Format
from scheduler.domain.typed_hours import read_weekly
from scheduler.domain.waiting import Wanted
from scheduler.services.files import apartness
from scheduler.services.house import House
from scheduler.services.scheduling import booking, waiting
from scheduler.storage import attention, tables
from scheduler.storage.attention import Item
from scheduler.storage.people import ClientFile
from tests.domain.builders import at, hours, plan
from tests.services import filing
from tests.services.bookings_of import Office, open_office

TEN = "2026-12-02 10:00"


@pytest.fixture
def office(house: House) -> Office:
    return open_office(house)


def on_the_list(office: Office, wanted: Wanted = Wanted()) -> ClientFile:  # noqa: B008
    file = office.another()
    waiting.put(office.house, office.wanda, file.code, wanted)
    return file


def freed(office: Office, own: int | None = None) -> list[Item]:
    with office.house.store.reading() as tx:
        items = attention.open_items(tx, own=own)
    return [each for each in items if each.kind == waiting.TIME_FREE]


def offered(office: Office) -> set[int | None]:
    return {each.client_id for each in freed(office)}


def cancelled(office: Office, **changes: object) -> None:
    session_id = office.booked(TEN, **changes)
    booking.cancel(office.house, office.wanda, session_id, by_agency=False)


def test_a_cancelled_time_is_offered_to_whom_it_suits_and_nothing_leaves(
    office: Office,
) -> None:
    suited = on_the_list(office, Wanted(windows=(read_weekly("Wed 09:00-12:00"),)))
    on_the_list(office, Wanted(windows=(read_weekly("Thu 09:00-12:00"),)))
    on_the_list(office, Wanted(frozenset({Format.VIDEO})))
    cancelled(office)
    assert offered(office) == {suited.id}
    assert filing.messages(office.house, suited) == []
    [item] = freed(office)
    found = waiting.offered(office.house, office.wanda, item.id)
    assert found is not None
    assert (found.code, found.start, found.counsellor_id, found.format) == (
        suited.code,
        at(TEN),
        office.cora.id,
        Format.IN_PERSON,
    )


def test_a_moved_session_frees_its_time_too_and_at_most_three_are_asked(
    office: Office,
) -> None:
    files = [on_the_list(office) for _ in range(4)]
    session_id = office.booked(TEN)
    booking.move(office.house, office.wanda, session_id, at("2026-12-01 09:00"))
    assert offered(office) == {each.id for each in files[:3]}


def test_who_may_not_have_it_is_not_offered_it(office: Office) -> None:
    apart = on_the_list(office)
    apartness.shut_out(office.house, office.sue, apart.code, office.cora.id)
    elsewhere = office.another(with_plan=plan(session_hours=hours("Thu 09:00-12:00")))
    waiting.put(office.house, office.wanda, elsewhere.code, Wanted())
    cancelled(office)
    assert offered(office) == set()


def test_who_books_or_leaves_the_list_is_no_longer_offered_it(office: Office) -> None:
    first, second = on_the_list(office), on_the_list(office)
    cancelled(office)
    assert offered(office) == {first.id, second.id}
    office.booked(TEN, codes=(first.code,))
    waiting.take_off(office.house, office.wanda, second.code)
    waiting.take_off(office.house, office.wanda, second.code)
    assert offered(office) == set()
    assert waiting.see(office.house, office.wanda, first.code) is not None
    assert waiting.see(office.house, office.wanda, second.code) is None


def test_what_she_waits_for_is_sealed_and_since_when_stays(office: Office) -> None:
    wanted = Wanted(frozenset({Format.PHONE}), (read_weekly("Wed 09:00-12:00"),))
    file = on_the_list(office, wanted)
    with office.house.store.reading() as tx:
        raw = tx.conn.execute(select(tables.waiting.c.wanted)).scalar_one()
    assert b"phone" not in bytes(raw)
    before = waiting.see(office.house, office.wanda, file.code)
    waiting.put(office.house, office.wanda, file.code, Wanted())
    after = waiting.see(office.house, office.wanda, file.code)
    assert before is not None
    assert after is not None
    assert (before.wanted, after.wanted) == (wanted, Wanted())
    assert before.since == after.since


def test_a_counsellor_is_not_told_of_a_file_that_is_not_hers(office: Office) -> None:
    on_the_list(office)
    cancelled(office)
    [item] = freed(office)
    assert freed(office, office.cora.id) == []
    with pytest.raises(NotThere):
        waiting.offered(office.house, office.cora, item.id)
