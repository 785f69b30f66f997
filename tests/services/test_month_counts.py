"""Month-end counts from what took place, on both engines (E9)."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from scheduler.domain.errors import NotThere
from scheduler.domain.month_counts import By, Counts, Region
from scheduler.domain.people import ServiceKind
from scheduler.domain.plan import Format
from scheduler.services.files import erasure
from scheduler.services.house import House
from scheduler.services.in_and_out import month_counts
from scheduler.services.in_and_out.month_counts import Month
from scheduler.services.simulation.made_up import MadeUpClock
from scheduler.storage import month_counts as kept
from scheduler.storage import tables
from scheduler.storage.engine import Tx
from scheduler.storage.refusals import RuleBroken
from tests.domain.builders import at
from tests.services import filing
from tests.services.filing import Staff
from tests.services.test_pages_do_not_read_the_past import asked, plan_of, reads_all_of
from tests.storage.rows import add_client, add_session, fresh_id

OCTOBER = date(2026, 10, 1)


@pytest.fixture
def staff(house: House) -> Staff:
    return filing.found(house)


def took_place(
    house: House,
    staff: Staff,
    day: str,
    many: int = 6,
    *,
    together: int = 1,
    service: str = "counselling",
    zone: str = "America/Toronto",
    state: str = "completed",
    **values: object,
) -> None:
    """That many sessions on one day (Toronto), each of somebody new."""
    with house.store.begin() as tx:
        for number in range(many):
            who = tuple(add_client(tx, fresh_id("m")) for _ in range(together))
            tx.conn.execute(
                update(tables.client)
                .where(tables.client.c.id.in_(who))
                .values(service=service, zone=zone)
            )
            start = at(day) + timedelta(minutes=number)
            a_session(tx, staff, start, who, state, **values)


# From booked on, since the database takes no other way (B5).
WAYS = {
    "completed": ("in_session", "completed"),
    "interrupted": ("in_session", "interrupted"),
    "ended_early": ("in_session", "interrupted", "ended_early"),
    "cancelled": ("cancelled",),
    "not_joined": ("not_joined",),
    "booked": (),
}


def a_session(
    tx: Tx,
    staff: Staff,
    start: datetime,
    who: tuple[int, ...],
    state: str = "completed",
    **values: object,
) -> None:
    made = add_session(tx, staff.cora.id, start, minutes=1, clients=who, **values)
    for each in WAYS[state]:
        tx.conn.execute(
            update(tables.session).where(tables.session.c.id == made).values(state=each)
        )


def seen(house: House, staff: Staff, first: date | None = OCTOBER) -> Month:
    month_counts.count_ended(house)
    return month_counts.look(house, staff.sue, first)


def of(month: Month, by: By) -> dict[str, int | None]:
    return {each.name: each.sessions for each in month.counts.tables[by]}


def test_what_took_place_is_counted_in_each_way(house: House, staff: Staff) -> None:
    took_place(house, staff, "2026-10-05", 6, language="en")
    took_place(house, staff, "2026-10-06", 10, service="safety_planning", language="fr")
    took_place(house, staff, "2026-10-07", 8, zone="America/Edmonton", language="es")
    far = {"zone": "Asia/Tokyo", "language": "cr", "service": "intake"}
    took_place(house, staff, "2026-10-08", 9, **far)
    month = seen(house, staff)
    assert month.counts.total == 33
    assert of(month, By.LANGUAGE) == {"en": 6, "fr": 10, "es": 8, "other": 9}
    kinds = of(month, By.KIND)
    assert (kinds["counselling"], kinds["safety_planning"]) == (14, 10)
    assert kinds["intake"] is None, "it hides that nobody came for the others"
    regions = of(month, By.REGION)
    assert (regions["ontario_quebec"], regions["alberta"]) == (16, 8)
    assert regions["other"] is None, "the nine elsewhere hide the regions of nobody"
    formats = of(month, By.FORMAT)
    assert formats == {"video": None, "phone": None, "in_person": None}


def test_what_was_cancelled_missed_or_never_begun_took_no_place(
    house: House, staff: Staff
) -> None:
    took_place(house, staff, "2026-10-05", 9)
    for state in ("cancelled", "not_joined", "booked"):
        took_place(house, staff, "2026-10-06", 9, state=state)
    took_place(house, staff, "2026-10-07", 1, state="ended_early")
    took_place(house, staff, "2026-10-08", 1, state="interrupted")
    assert seen(house, staff).counts.total == 11


def test_the_month_is_that_of_the_agencys_clock(house: House, staff: Staff) -> None:
    took_place(house, staff, "2026-09-30 22:00", 20)
    took_place(house, staff, "2026-10-01 00:00", 5)
    took_place(house, staff, "2026-10-31 22:00", 6)
    took_place(house, staff, "2026-11-01 00:00", 20)
    assert seen(house, staff).counts.total == 11


def test_a_group_is_one_session_of_the_kind_group(house: House, staff: Staff) -> None:
    took_place(house, staff, "2026-10-05", 5, together=4)
    took_place(house, staff, "2026-10-06", 9)
    took_place(house, staff, "2026-10-07", 9, service="psycho_education")
    month = seen(house, staff)
    assert month.counts.total == 23
    kinds = of(month, By.KIND)
    assert kinds["group"] == 5
    assert kinds["counselling"] == 9


def test_a_group_from_two_regions_is_in_neither(house: House, staff: Staff) -> None:
    with house.store.begin() as tx:
        for number in range(12):
            one, two = add_client(tx, fresh_id("m")), add_client(tx, fresh_id("m"))
            tx.conn.execute(
                update(tables.client)
                .where(tables.client.c.id == one)
                .values(zone="America/Regina")
            )
            start = at("2026-10-05 09:00") + timedelta(hours=number)
            who = (one, two)
            a_session(tx, staff, start, who)
    month = seen(house, staff)
    assert month.counts.total == 12
    assert of(month, By.REGION)["ontario_quebec"] is None


def test_a_month_that_was_not_counted_is_not_there(house: House, staff: Staff) -> None:
    with pytest.raises(NotThere):
        month_counts.look(house, staff.sue, None)
    month = seen(house, staff, None)
    assert month.first == OCTOBER
    assert len(month.offered) == month_counts.REACHES_BACK
    for first in (date(2026, 11, 1), date(2027, 1, 1), date(2026, 10, 2)):
        with pytest.raises(NotThere):
            seen(house, staff, first)


def test_only_supervisors_and_administrators_may_see_them(
    house: House, staff: Staff
) -> None:
    month_counts.count_ended(house)
    for actor in (staff.sue, staff.maia):
        assert month_counts.look(house, actor, OCTOBER)
        assert month_counts.take(house, actor, OCTOBER)
    for actor in (staff.wanda, staff.cora, staff.carl):
        for act in (month_counts.look, month_counts.take):
            with pytest.raises(NotThere):
                act(house, actor, OCTOBER)


def test_taking_them_leaves_a_line_and_looking_none(house: House, staff: Staff) -> None:
    seen(house, staff)
    assert filing.trail(house, "took month counts") == []
    month_counts.take(house, staff.maia, OCTOBER)
    line = (staff.maia.id, "month", "2026-10", [], "")
    assert filing.trail(house, "took month counts") == [line]


def test_months_are_counted_by_an_index_in_one_question_each(
    house: House, staff: Staff
) -> None:
    took_place(house, staff, "2026-10-05", 3)
    with asked(house.store) as questions:
        month_counts.count_ended(house)
        seen(house, staff)
    # Two and two to see what is to be counted, one for each of twelve months.
    assert len(questions) <= 24
    for question, given in questions:
        assert not reads_all_of(plan_of(house.store, question, given))


def test_every_kind_format_and_region_there_is_is_listed_once() -> None:
    listed = month_counts.catalogue("America/Regina")
    assert sorted(listed[By.KIND]) == sorted([*(k.value for k in ServiceKind), "other"])
    assert sorted(listed[By.FORMAT]) == sorted(each.value for each in Format)
    assert sorted(listed[By.REGION]) == sorted(each.value for each in Region)
    assert listed[By.REGION][0] == "saskatchewan"
    assert listed[By.REGION][-1] == "other"


# --- Counted once ---------------------------------------------------------------


def test_a_month_is_counted_once_when_it_has_been_over_for_three_days(
    house: House, staff: Staff, clock: MadeUpClock
) -> None:
    november = date(2026, 11, 1)
    assert month_counts.count_ended(house) == month_counts.REACHES_BACK
    for now, counted in (
        ("2026-12-03 23:59", 0),
        ("2026-12-04 00:00", 1),
        ("2026-12-04 00:01", 0),
    ):
        clock.at = at(now)
        assert month_counts.count_ended(house) == counted
    assert seen(house, staff, None).first == november
    lines = filing.trail(house, "counted")
    assert lines[-1] == (None, "month", "2026-11", [], "")
    assert [each[2] for each in lines[:2]] == ["2025-11", "2025-12"]


def test_whoever_asks_again_after_an_erasure_hears_the_same(
    house: House, staff: Staff
) -> None:
    took_place(house, staff, "2026-10-05", 9)
    before = seen(house, staff)
    assert before.counts.total == 9
    with house.store.begin() as tx:
        one = tx.conn.execute(select(tables.client.c.code)).scalars().first()
    assert one is not None
    done = erasure.erase(house, staff.carl, one, one, erasure.Ground.ASKED)
    assert isinstance(done, int)
    assert seen(house, staff) == before


def test_what_was_counted_stays_as_it_was_told(house: House) -> None:
    with house.store.begin() as tx:
        kept.keep(tx, OCTOBER, Counts(None, {}), house.now())
    for statement in (
        "DELETE FROM month_counted",
        "UPDATE month_counted SET told = '{}'",
    ):
        with (
            pytest.raises(RuleBroken, match="month_counted_for_good"),
            house.store.begin() as tx,
        ):
            tx.conn.exec_driver_sql(statement)
