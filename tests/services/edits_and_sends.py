"""A week for bar-W4 that can begin again thousands of times: the agency is founded and
its sessions are booked once, then the database is put back before each run. And what a
test itself knows to be true of it, in plain words: the product is not asked."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from scheduler.domain.plan import Channel, Purpose
from scheduler.services.house import House
from scheduler.services.simulation.made_up import MadeUpClock, SeededTokens
from scheduler.storage.engine import open_store
from tests.domain.builders import TORONTO, at, hours, text
from tests.scenarios.replaying import sqlite_copy, words
from tests.services.bookings_of import Office
from tests.services.sending import NUMBER, Desk, KeepingPhone, open_desk
from tests.stores import BEGINNING, CountedEntropy, key_file

# Four mornings; the sessions are at ten on the last three, so their reminders fall due
# around ten on the first three.
DAYS: Final = ("2026-12-01", "2026-12-02", "2026-12-03", "2026-12-04")
WINDOWS: Final = ("09:00-11:30", "09:00-09:20", "10:00-10:40", "09:00-10:20")
PER_DAY, PER_WEEK = 1, 3
ROOM = timedelta(minutes=16)


def today(now: datetime) -> date:
    """The day in Toronto."""
    return now.astimezone(ZoneInfo(TORONTO)).date()


@dataclass
class Truth:
    """What is so, as far as the last committed act goes."""

    windows: tuple[str, ...] = WINDOWS[:1]
    denied: tuple[str, ...] = ()
    number: str = NUMBER
    purposes: frozenset[Purpose] = frozenset(Purpose)
    suspended: bool = False
    withdrawn: bool = False
    paused: bool = False
    blocked: frozenset[str] = frozenset()
    known: frozenset[str] = frozenset({NUMBER})
    left: tuple[date, ...] = ()

    @property
    def shut(self) -> bool:
        """Whether nothing may leave, whatever the purpose and the hour."""
        off = self.suspended or self.withdrawn or self.paused
        return off or self.number in self.blocked

    @property
    def as_it_began(self) -> bool:
        """Whether there is nothing to put right."""
        usual = self.windows in ((), WINDOWS[:1]) and not self.denied
        return usual and not self.shut and self.purposes == frozenset(Purpose)

    def allows(self, purpose: Purpose, now: datetime) -> bool:
        """Whether a text may leave now."""
        full = self.left.count(today(now)) >= PER_DAY or len(self.left) >= PER_WEEK
        return (
            not self.shut and not full and purpose in self.purposes and self._open(now)
        )

    def _open(self, now: datetime) -> bool:
        day = today(now).isoformat()
        if day not in DAYS or day in self.denied:
            return False
        return any(
            at(f"{day} {opens}") <= now <= at(f"{day} {closes}") - ROOM
            for opens, closes in (each.split("-") for each in self.windows)
        )

    def channel(self) -> Channel:
        """Her channel as it is true."""
        weekly = tuple(f"Tue-Fri {each}" for each in self.windows)
        return text(
            address=self.number,
            purposes=self.purposes,
            withdrawn=self.withdrawn,
            hours=hours(*weekly, deny=self.denied),
        )


class Week:
    """The one database, and the engine that has compiled its statements."""

    def __init__(self, template: Path, folder: Path) -> None:
        address = sqlite_copy(template, folder)
        self._path = Path(address.removeprefix("sqlite:///"))
        self._store = open_store(address, key_file(), CountedEntropy("w4"))
        clock = MadeUpClock(BEGINNING)
        desk = open_desk(self._house(clock, 3), clock)
        desk.office.policy(messages_per_day=PER_DAY, messages_per_week=PER_WEEK)
        desk.save(Truth().channel(), session_hours=hours("Tue-Fri 09:00-17:00"))
        self.sessions = tuple(desk.office.booked(f"{each} 10:00") for each in DAYS[1:])
        self._office = desk.office
        self._store.close()
        self._kept = self._path.read_bytes()

    def _house(self, clock: MadeUpClock, seed: int) -> House:
        lists = words()
        tokens = SeededTokens(seed)
        return House(self._store, clock, tokens, lists.lists, lists.replies)

    def again(self) -> Desk:
        """Tuesday, a quarter to ten, as if nothing had happened since."""
        self._store.close()
        for each in ("-wal", "-shm"):
            self._path.with_name(self._path.name + each).unlink(missing_ok=True)
        self._path.write_bytes(self._kept)
        clock = MadeUpClock(at(f"{DAYS[0]} 09:45"))
        phone = KeepingPhone(clock)
        house = replace(self._house(clock, 4), sender=phone)
        office = Office(house, self._office.staff, self._office.file)
        return Desk(office, phone, clock)

    def close(self) -> None:
        """Let go of the file."""
        self._store.close()


def later(now: datetime, minutes: int) -> datetime:
    """Some time on; what passes a quarter to eleven is the next morning."""
    then = now + timedelta(minutes=minutes)
    over = at(f"{today(now).isoformat()} 10:45")
    return then if then <= over else over + timedelta(hours=23)
