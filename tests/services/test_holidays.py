"""Days the whole agency is closed: offered, kept, and heeded (A1)."""

from dataclasses import replace
from datetime import date

import pytest

from integrations.calendars.provinces import PROVINCES, ProvincialHolidays
from scheduler.domain.errors import NotThere
from scheduler.services.calendar import holidays
from scheduler.services.house import House
from scheduler.storage import attention
from tests.services.bookings_of import Office, open_office

TUESDAY = date(2026, 12, 1)


@pytest.fixture
def office(house: House) -> Office:
    return open_office(replace(house, provinces=ProvincialHolidays()))


def listed(office: Office) -> list[tuple[str, str | None]]:
    with office.house.store.reading() as tx:
        return [(each.kind, each.session_id) for each in attention.open_items(tx)]


def test_the_provinces_days_are_offered_and_none_is_kept_by_itself(
    office: Office,
) -> None:
    seen = holidays.see(office.house, office.sue, 2026)
    assert seen.province == "ON"
    names = {each.day: each.name for each in seen.days}
    assert names[date(2026, 12, 25)] == "Christmas Day"
    assert names[date(2026, 2, 16)] == "Family Day"
    assert not any(each.kept for each in seen.days)
    assert office.book("2026-12-01 10:00").decision.yes
    manitoba = holidays.see(office.house, office.sue, 2026, "MB")
    assert "Louis Riel Day" in [each.name for each in manitoba.days]
    assert holidays.see(office.house, office.sue, 2026, "XX").days == ()


def test_a_day_that_is_kept_closes_and_what_is_booked_on_it_is_listed(
    office: Office,
) -> None:
    session = office.booked("2026-12-01 10:00")
    days = {TUESDAY: "Staff day", date(2027, 1, 1): "another year's"}
    for _ in range(2):
        holidays.keep(office.house, office.sue, 2026, days)
    assert listed(office) == [("time_closed", session)]
    refused = office.book("2026-12-01 11:30").decision.reasons
    assert "counsellor_unavailable" in [each.value for each in refused]
    seen = holidays.see(office.house, office.sue, 2026)
    assert [each.name for each in seen.days if each.kept] == ["Staff day"]
    holidays.keep(office.house, office.sue, 2026, {})
    assert listed(office) == []


def test_only_who_leads_closes_the_agency(office: Office) -> None:
    for other in (office.wanda, office.cora):
        with pytest.raises(NotThere):
            holidays.see(office.house, other, 2026)
        with pytest.raises(NotThere):
            holidays.keep(office.house, other, 2026, {})


@pytest.mark.parametrize("province", PROVINCES)
def test_every_province_has_days_and_each_of_them_once(province: str) -> None:
    found = ProvincialHolidays().of(province, 2027)
    assert len(found) >= 6
    assert len({each.day for each in found}) == len(found)
    assert {each.day.year for each in found} == {2027}
