"""The site that the access table is tried on: every page of the product, over the real
services and a database with a little in it.

Examples in the table name what is in it by `NAMES`: `/session/{hers}` is a session of
the counsellor who asks, `{not_hers}` another's, `{nowhere}` none.
"""

from __future__ import annotations

import atexit
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import TYPE_CHECKING, Final

from argon2 import PasswordHasher

from config import wordlists
from integrations.calendars.feed import IcsWriter
from integrations.calendars.fetching import HttpsCalendars
from integrations.calendars.ics import IcsBusyCalendar
from integrations.calendars.provinces import ProvincialHolidays
from scheduler.domain.people import Role
from scheduler.domain.plan import Format
from scheduler.services.house import House
from scheduler.services.simulation.made_up import MadeUpClock, SeededTokens
from scheduler.services.staff.passwords import Passwords
from scheduler.services.staff.sign_in import Accounts
from scheduler.services.watching.board import Board
from scheduler.storage import accounts, founding
from scheduler.storage.connections import shelf_path
from scheduler.storage.engine import open_store
from scheduler.web.app import PAGES
from scheduler.web.shell import Services
from tests.services import filing
from tests.stores import BEGINNING, CountedEntropy, key_file, migrated
from tests.web import kept, stand_ins

if TYPE_CHECKING:
    from flask import Blueprint, Flask
    from flask.testing import FlaskClient

PASSWORD: Final = "a long enough pass phrase"
PEOPLE: Final[Mapping[Role, tuple[str, str]]] = {
    Role.INTAKE: ("wanda", PASSWORD),
    Role.COUNSELLOR: ("cora", PASSWORD),
    Role.SUPERVISOR: ("sue", PASSWORD),
    Role.ADMINISTRATOR: ("maia", PASSWORD),
    Role.CUSTODIAN: ("carl", PASSWORD),
    Role.SECOND: ("petra", PASSWORD),
}
"""Sign-in name and password of one member of staff for each role."""

_QUICK: Final = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@cache
def _words() -> wordlists.Words:
    return wordlists.load()


def _house(path: Path, seed: int) -> House:
    store = open_store(f"sqlite:///{path}", key_file(), CountedEntropy(f"site {seed}"))
    clock = MadeUpClock(BEGINNING)
    return House(
        store=store,
        clock=clock,
        tokens=SeededTokens(seed),
        words=_words().lists,
        replies=_words().replies,
        starters=_words().starters,
        calendars=IcsBusyCalendar(clock),
        fetch=HttpsCalendars(),
        feeds=IcsWriter(),
        provinces=ProvincialHolidays(),
    )


@cache
def _furnished() -> tuple[Path, dict[str, str], dict[Role, str]]:
    """A database with staff, two files and two sessions, and the cookie of somebody in
    each role; made once a run."""
    folder = Path(mkdtemp(prefix="site-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = folder / "quietline.sqlite"
    migrated(f"sqlite:///{path}")
    house = _house(path, 1)
    staff = filing.found(house)
    kept = _QUICK.hash(PASSWORD)
    with house.store.begin() as tx:
        founding.add_staff(
            tx,
            sign_in_name="petra",
            name="Petra",
            role=Role.SECOND,
            zone="America/Toronto",
            at=house.now(),
        )
        for each in accounts.members(tx):
            accounts.change_member(tx, each.id, password_hash=kept)
    names = {"nowhere": "00000000-0000-4000-8000-000000000000", "no_file": "Z-9999"}
    for which, counsellor in (("hers", staff.cora), ("not_hers", staff.dora)):
        file = filing.a_file(house, staff.wanda, counsellor=counsellor)
        names[f"file_{which}"] = file.code
        names[which] = filing.book(
            house,
            staff.wanda,
            file,
            BEGINNING + timedelta(days=1, hours=2),
            counsellor=counsellor,
            format=Format.IN_PERSON,
        )
    doors = Accounts(house, _QUICK)
    cookies = {
        role: str(getattr(doors.sign_in(*who, "127.0.0.1", house.now()), "sid", ""))
        for role, who in PEOPLE.items()
    }
    house.store.close()
    return path, names, cookies


def fill(example: str) -> str:
    """An example of the table with the names of what is in the database."""
    return example.format_map(_furnished()[1])


def cookie(visitor: Role) -> str:
    """The sign-in of somebody in that role, for a real browser."""
    return _furnished()[2][visitor]


def client(app: Flask, visitor: Role | None) -> FlaskClient:
    """Somebody of that role, signed in since the site was furnished; None is nobody."""
    made = app.test_client()
    if visitor is not None:
        made.set_cookie("sid", _furnished()[2][visitor])
    return made


def signed_in_now(app: Flask, visitor: Role) -> FlaskClient:
    """Somebody of that role, signed in at this instant of the site's clock."""
    services: Services = app.extensions["quietline.services"]
    found = services.accounts.sign_in(
        *PEOPLE[visitor], "127.0.0.1", services.house.now()
    )
    made = app.test_client()
    made.set_cookie("sid", str(getattr(found, "sid", "")))
    return made


@contextmanager
def built(*more: Blueprint) -> Iterator[Flask]:
    """A fresh one: what is done in it is not seen by the next. `more` are pages that
    only some installations have."""
    template = _furnished()[0]
    with TemporaryDirectory(prefix="site-") as folder:
        path = Path(folder) / template.name
        shutil.copy(template, path)
        shutil.copy(shelf_path(template), shelf_path(path))
        house = _house(path, 2)
        services = Services(
            house=house, accounts=Accounts(house, _QUICK), board=Board(house)
        )
        settings = stand_ins.settings(zone="America/Toronto")
        app = kept.app(services, settings, (*PAGES, *more))
        try:
            yield app
        finally:
            kept.give_back(app)
            house.store.close()
