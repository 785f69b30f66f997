"""Busy times from a calendar: shown before they count, read every hour, and what is
booked in them stays and is looked at (A1)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from integrations.calendars.ics import IcsBusyCalendar
from scheduler.domain.calendar_trouble import CalendarTrouble
from scheduler.domain.errors import NotThere, Outdated
from scheduler.domain.intervals import Intervals
from scheduler.ports import CalendarUnreachable
from scheduler.services.calendar import calendars
from scheduler.services.house import House
from scheduler.services.scheduling import booking
from scheduler.services.simulation.made_up import MadeUpClock
from scheduler.storage import attention, counsellors
from tests.domain.builders import at
from tests.services.bookings_of import Office, open_office

ADDRESS = "https://calendar.example/secret.ics"


def ics(*times: tuple[str, str]) -> bytes:
    """A calendar of events, in UTC as `20261201T150000Z`."""
    events = "".join(
        f"BEGIN:VEVENT\r\nUID:{number}\r\nSUMMARY:dentist ZEBRA\r\n"
        f"DTSTART:{start}\r\nDTEND:{end}\r\nEND:VEVENT\r\n"
        for number, (start, end) in enumerate(times)
    )
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{events}END:VCALENDAR\r\n".encode()


TUESDAY = ("20261201T143000Z", "20261201T153000Z")  # 09:30 to 10:30 in Toronto
WEDNESDAY = ("20261202T143000Z", "20261202T153000Z")
WEEK = ("20261130T130000Z", "20261205T000000Z")


@dataclass
class Net:
    """What the address gives: bytes, or a trouble."""

    gives: bytes | CalendarTrouble = b""
    asked: list[str] = field(default_factory=list)

    def fetch(self, address: str) -> bytes:
        self.asked.append(address)
        if isinstance(self.gives, CalendarTrouble):
            raise CalendarUnreachable(self.gives)
        return self.gives


@pytest.fixture
def net() -> Net:
    return Net(ics(TUESDAY))


@pytest.fixture
def office(house: House, clock: MadeUpClock, net: Net) -> Office:
    return open_office(replace(house, calendars=IcsBusyCalendar(clock), fetch=net))


def busy(office: Office) -> Intervals:
    with office.house.store.reading() as tx:
        found = counsellors.by_ids(tx, [office.cora.id], office.house.now())
    return found[office.cora.id].busy


def listed(office: Office) -> list[tuple[str, str | None]]:
    with office.house.store.reading() as tx:
        return [(each.kind, each.session_id) for each in attention.open_items(tx)]


def seen(office: Office) -> calendars.Imported:
    return calendars.see(office.house, office.cora, office.cora.id)


def take(office: Office) -> None:
    waiting = seen(office).waiting
    assert waiting is not None
    calendars.take(office.house, office.cora, office.cora.id, waiting.id)


def follow(office: Office) -> None:
    calendars.read_address(office.house, office.cora, office.cora.id, ADDRESS)
    take(office)


def later(office: Office, clock: MadeUpClock, **by: float) -> None:
    clock.at += timedelta(**(by or {"hours": 1}))
    calendars.refresh(office.house)


def test_what_a_file_closes_is_shown_first_and_counts_once_taken_over(
    office: Office,
) -> None:
    calendars.read_file(office.house, office.cora, office.cora.id, ics(TUESDAY))
    assert [each.start for each in seen(office).closes] == [at("2026-12-01 09:30")]
    office.booked("2026-12-01 09:30")
    take(office)
    assert seen(office).waiting is None
    assert [each.start for each in busy(office)] == [at("2026-12-01 09:30")]
    refused = office.book("2026-12-01 10:00").decision.reasons
    assert "counsellor_unavailable" in [each.value for each in refused]


def test_what_is_booked_in_it_stays_and_is_put_on_the_list(office: Office) -> None:
    session = office.booked("2026-12-01 10:00")
    other = office.booked("2026-12-02 09:30")
    calendars.read_file(office.house, office.cora, office.cora.id, ics(TUESDAY))
    assert len(seen(office).booked) == 1
    assert listed(office) == []
    take(office)
    assert listed(office) == [("time_closed", session)]
    assert office.session(session).state.value == "booked"
    assert office.session(other).state.value == "booked"
    calendars.stop(office.house, office.sue, office.cora.id)
    assert listed(office) == []
    assert not busy(office)


def test_a_session_moved_out_of_it_is_not_on_the_list_any_more(
    office: Office, clock: MadeUpClock
) -> None:
    session = office.booked("2026-12-01 10:00")
    follow(office)
    assert listed(office) == [("time_closed", session)]
    booking.move(office.house, office.wanda, session, at("2026-12-02 09:30"))
    later(office, clock)
    assert listed(office) == []


def test_only_what_was_shown_can_be_taken_over(office: Office) -> None:
    calendars.read_file(office.house, office.cora, office.cora.id, ics(TUESDAY))
    shown = seen(office).waiting
    assert shown is not None
    calendars.read_file(office.house, office.cora, office.cora.id, ics(WEDNESDAY))
    with pytest.raises(Outdated):
        calendars.take(office.house, office.cora, office.cora.id, shown.id)
    assert not busy(office)
    for _ in range(2):
        calendars.put_aside(office.house, office.cora, office.cora.id)
    assert seen(office).waiting is None
    assert not busy(office)


def test_it_is_her_own_or_of_whoever_leads(office: Office) -> None:
    for other in (office.dora, office.wanda):
        with pytest.raises(NotThere):
            calendars.read_file(office.house, other, office.cora.id, ics(TUESDAY))
        with pytest.raises(NotThere):
            calendars.see(office.house, other, office.cora.id)
        with pytest.raises(NotThere):
            calendars.stop(office.house, other, office.cora.id)
    calendars.read_file(office.house, office.sue, office.cora.id, ics(TUESDAY))


def test_an_address_is_read_every_hour_and_a_small_change_counts_at_once(
    office: Office, clock: MadeUpClock, net: Net
) -> None:
    follow(office)
    session = office.booked("2026-12-02 10:00")
    net.gives = ics(TUESDAY, WEDNESDAY)
    later(office, clock, minutes=59)
    assert net.asked == [ADDRESS]
    later(office, clock, minutes=1)
    assert net.asked == [ADDRESS] * 2
    assert len(busy(office)) == 2
    assert listed(office) == [("time_closed", session)]
    net.gives = ics(WEDNESDAY)
    later(office, clock)
    assert [each.start for each in busy(office)] == [at("2026-12-02 09:30")]


@pytest.mark.parametrize("gives", [ics(WEEK), ics()])
def test_a_change_that_closes_much_or_leaves_nothing_waits_for_a_look(
    office: Office, clock: MadeUpClock, net: Net, gives: bytes
) -> None:
    follow(office)
    before = busy(office)
    net.gives = gives
    later(office, clock)
    waiting = seen(office).waiting
    assert waiting is not None
    assert busy(office) == before
    assert listed(office) == [("calendar_waits", None)]
    later(office, clock)
    again = seen(office).waiting
    assert again is not None
    assert again.id == waiting.id
    take(office)
    assert busy(office) == waiting.busy
    assert listed(office) == []
    later(office, clock)
    assert seen(office).waiting is None
    assert net.asked == [ADDRESS] * 4


def test_a_change_that_goes_back_waits_no_more(
    office: Office, clock: MadeUpClock, net: Net
) -> None:
    follow(office)
    net.gives = ics(WEEK)
    later(office, clock)
    net.gives = ics(TUESDAY)
    later(office, clock)
    assert seen(office).waiting is None
    assert listed(office) == []


def test_what_it_last_gave_counts_while_it_cannot_be_read(
    office: Office, clock: MadeUpClock, net: Net
) -> None:
    follow(office)
    before, read_at = busy(office), clock.at
    for gives in (CalendarTrouble.NO_ANSWER, b"<html>sign in</html>"):
        net.gives = gives
        later(office, clock)
    found = seen(office)
    assert busy(office) == before
    assert found.source is not None
    assert found.source.read_at == read_at
    assert found.source.trouble is CalendarTrouble.UNREADABLE
    assert not found.stale
    clock.at += timedelta(hours=1, seconds=1)
    assert seen(office).stale
    net.gives = ics(TUESDAY)
    later(office, clock)
    found = seen(office)
    assert found.source is not None
    assert (found.source.trouble, found.stale) == (None, False)


def test_an_address_that_cannot_be_read_at_first_is_not_kept(
    office: Office, net: Net
) -> None:
    net.gives = CalendarTrouble.NOT_PUBLIC
    with pytest.raises(CalendarUnreachable):
        calendars.read_address(office.house, office.cora, office.cora.id, ADDRESS)
    found = seen(office)
    assert (found.source, found.waiting) == (None, None)


def test_of_two_workers_one_asks(office: Office, clock: MadeUpClock, net: Net) -> None:
    follow(office)
    clock.at += timedelta(hours=1)
    with office.house.store.reading() as tx:
        assert calendars.calendars.due(tx, clock.at - calendars.EVERY, 9)
    assert calendars.refresh(office.house) == 1
    assert calendars.refresh(office.house) == 0
    assert net.asked == [ADDRESS] * 2
    clock.at += timedelta(hours=1)
    assert calendars.refresh(office.house, stopping=lambda: True) == 0


def test_a_file_taken_over_ends_the_reading_of_an_address(
    office: Office, clock: MadeUpClock, net: Net
) -> None:
    follow(office)
    calendars.read_file(office.house, office.cora, office.cora.id, ics(WEDNESDAY))
    take(office)
    later(office, clock)
    assert seen(office).source is None
    assert net.asked == [ADDRESS]
    assert [each.start for each in busy(office)] == [at("2026-12-02 09:30")]


def test_the_address_and_what_stands_in_a_calendar_are_nowhere_in_clear(
    office: Office,
) -> None:
    follow(office)
    calendars.read_address(office.house, office.cora, office.cora.id, ADDRESS)
    with office.house.store.reading() as tx:
        for name in ("calendar_source", "calendar_reading", "busy_time", "audit"):
            for row in tx.conn.exec_driver_sql(f"SELECT * FROM {name}"):
                for value in row:
                    text = bytes(value) if isinstance(value, memoryview) else value
                    raw = text if isinstance(text, bytes) else str(text).encode()
                    assert b"secret.ics" not in raw
                    assert b"ZEBRA" not in raw
    assert "secret" not in repr(seen(office))
