"""What both halves of bench-F1 measure on: an agency on SQLite with a counsellor of
1,000 sessions ahead, served by waitress on loopback, and a one-line Flask beside it.

Each request has a connection of its own, as a program makes it that looks once an hour.
Times are of this process's processor, asking and answering together, the same for both.
"""

import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from flask import Flask
from waitress.server import create_server

from bench import measuring
from config import wordlists
from integrations.calendars.feed import IcsWriter
from scheduler.domain.booking import SessionState
from scheduler.domain.intervals import Interval
from scheduler.domain.plan import Format
from scheduler.services.calendar import feeds
from scheduler.services.house import House
from scheduler.services.simulation.made_up import MadeUpClock, SeededTokens
from scheduler.services.staff.passwords import Passwords
from scheduler.services.staff.sign_in import Accounts
from scheduler.services.stops.flood import Flood
from scheduler.services.watching.board import Board
from scheduler.storage import bookings
from scheduler.storage.bookings import Session
from scheduler.storage.engine import open_store
from scheduler.web.app import create_app
from scheduler.web.shell import Services
from tests.services import filing
from tests.stores import BEGINNING, CountedEntropy, key_file, migrated
from tests.web import stand_ins

SESSIONS = 1000
REQUESTS = 400 if measuring.FULL else 150


class NoFlood(Flood):
    """Lets one program ask as often as a bench does."""

    def too_many(self, key: bytes, at: float) -> float:  # noqa: ARG002
        return 0.0


@dataclass
class Asked:
    """A server's port, and the path to ask for."""

    port: int
    path: str
    tag: str = ""

    def get(self, *, known: bool = False) -> tuple[int, bytes]:
        """(status, body)"""
        headers = {"If-None-Match": self.tag} if known else {}
        connection = HTTPConnection("127.0.0.1", self.port)
        connection.request("GET", self.path, headers={**headers, "Connection": "close"})
        answer = connection.getresponse()
        self.tag = answer.headers.get("ETag") or self.tag
        body = answer.read()
        connection.close()
        return answer.status, body

    def milliseconds(self, status: int, *, known: bool = False) -> float:
        """What one request takes, on average. Fails if one is answered otherwise."""

        def ask() -> None:
            found, _ = self.get(known=known)
            if found != status:
                raise AssertionError(f"answered {found} where {status} was expected")

        return measuring.seconds(ask, REQUESTS) * 1000


def hello() -> Flask:
    """The yardstick."""
    app = Flask("hello")
    app.add_url_rule("/", view_func=lambda: "hello")
    return app


@contextmanager
def served(app: Flask, path: str) -> Iterator[Asked]:
    """The app under waitress, as `quietline run` has it."""
    server: Any = create_server(app, host="127.0.0.1", port=0, threads=4)
    threading.Thread(target=server.run, daemon=True).start()
    try:
        yield Asked(server.effective_port, path)
    finally:
        server.task_dispatcher.shutdown()
        server.close()


@contextmanager
def feed() -> Iterator[Asked]:
    """The feed of 1,000 sessions."""
    folder = Path(tempfile.mkdtemp())
    address = f"sqlite:///{folder / 'quietline.sqlite'}"
    migrated(address)
    house = _house(address)
    token = _filled(house)
    services = Services(
        house=house, accounts=Accounts(house, Passwords()), board=Board(house)
    )
    app = create_app(services, stand_ins.settings())
    try:
        with served(app, f"/calendar/{token}.ics") as asked:
            yield asked
    finally:
        house.store.close()
        shutil.rmtree(folder)


def _house(address: str) -> House:
    known = wordlists.load()
    return House(
        store=open_store(address, key_file(), CountedEntropy("bench")),
        clock=MadeUpClock(BEGINNING),
        tokens=SeededTokens(1),
        words=known.lists,
        replies=known.replies,
        feeds=IcsWriter(),
        flood=NoFlood(),
    )


def _filled(house: House) -> str:
    staff = filing.found(house)
    file = filing.a_file(house, staff.wanda)
    first = Session(
        id="",
        version=1,
        state=SessionState.BOOKED,
        counsellor_id=staff.cora.id,
        time=Interval.lasting(BEGINNING, 50),
        format=Format.IN_PERSON,
        language="",
        series_id=None,
        booked_by=staff.wanda.id,
        booked_at=house.now(),
        started_at=None,
        ended_at=None,
        interrupted=False,
        client_ids=(file.id,),
    )
    with house.store.begin() as tx:
        for number in range(SESSIONS):
            time = Interval.lasting(BEGINNING + timedelta(hours=number + 1), 50)
            bookings.insert_session(
                tx, replace(first, id=house.tokens.uuid(), time=time)
            )
    return feeds.make(house, staff.cora, "")
