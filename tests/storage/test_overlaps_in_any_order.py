"""bar-B2: acts in any order, against a model that was written without the database: it
takes exactly what fits, and nobody is ever in two places."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheduler.storage.engine import Store
from scheduler.storage.types import instant_from_text, instant_text
from tests.profiles import trials
from tests.storage.rows import fresh_id
from tests.storage.shell import Shell, shell
from tests.storage.test_overlaps import TEN
from tests.stores import BEGINNING


@dataclass
class Time:
    """One session or hold as the model sees it."""

    table: str
    counsellor: int
    clients: set[int]
    start: datetime
    end: datetime
    live: bool = True

    def literals(self) -> tuple[str, str]:
        return f"'{instant_text(self.start)}'", f"'{instant_text(self.end)}'"

    def whos(self) -> set[int]:
        return {2 * self.counsellor, *(2 * each + 1 for each in self.clients)}


@dataclass
class Model:
    """What ought to be there."""

    rows: dict[str, Time] = field(default_factory=dict)

    def fits(self, new: Time, but: str = "") -> bool:
        return not any(
            row.live
            and key != but
            and row.whos() & new.whos()
            and row.start < new.end
            and new.start < row.end
            for key, row in self.rows.items()
        )

    def times(self) -> list[tuple[int, datetime, datetime]]:
        return sorted(
            (who, row.start, row.end)
            for row in self.rows.values()
            if row.live
            for who in row.whos()
        )


@dataclass(frozen=True)
class Act:
    """One thing somebody tries. `which` picks the row it is about."""

    do: str
    start: datetime
    minutes: int
    counsellor: int
    client: int
    which: int

    @property
    def end(self) -> datetime:
        return self.start + timedelta(minutes=self.minutes)


DOES: Final = ("book", "hold", "move", "give", "seat", "unseat", "cancel", "drop")
acts = st.lists(
    st.builds(
        Act,
        do=st.sampled_from(DOES),
        start=st.integers(0, 40).map(lambda step: TEN + timedelta(minutes=5 * step)),
        minutes=st.sampled_from([5, 25, 50, 90]),
        counsellor=st.integers(0, 2),
        client=st.integers(0, 2),
        which=st.integers(0, 20),
    ),
    min_size=4,
    max_size=25,
)


class Desk:
    """Tries an act on the database and on the model, which must agree."""

    def __init__(self, on: Shell, staff: list[int], clients: list[int]) -> None:
        self.shell, self.staff, self.clients = on, staff, clients
        self.model = Model()

    def attempt(self, act: Act) -> None:
        getattr(self, act.do)(act)

    def book(self, act: Act) -> None:
        client = self.clients[act.client]
        key, new = fresh_id("session"), self._time("session", act)
        new.clients.add(client)
        counsellor, (start, end) = new.counsellor, new.literals()
        self._try(
            key,
            new,
            "INSERT INTO session (id, state, counsellor_id, starts_at, ends_at, "
            f"format, booked_by, booked_at) VALUES ('{key}', 'booked', {counsellor}, "
            f"{start}, {end}, 'phone', {counsellor}, {start})",
            "INSERT INTO session_client (session_id, client_id, seat) "
            f"VALUES ('{key}', {client}, 1)",
        )

    def hold(self, act: Act) -> None:
        key, new = fresh_id("hold"), self._time("hold", act)
        counsellor, (start, end) = new.counsellor, new.literals()
        self._try(
            key,
            new,
            "INSERT INTO hold (id, counsellor_id, starts_at, ends_at, lapses_at, "
            f"held_by) VALUES ('{key}', {counsellor}, {start}, {end}, {end}, "
            f"{counsellor})",
        )

    def move(self, act: Act) -> None:
        for key, old in self._picked(act):
            new = replace(old, start=act.start, end=act.end)
            start, end = new.literals()
            self._try(
                key,
                new,
                f"UPDATE {new.table} SET starts_at = {start}, ends_at = {end} "
                f"WHERE id = '{key}'",
            )

    def give(self, act: Act) -> None:
        for key, old in self._picked(act):
            new = replace(old, counsellor=self.staff[act.counsellor])
            self._try(
                key,
                new,
                f"UPDATE {new.table} SET counsellor_id = {new.counsellor} "
                f"WHERE id = '{key}'",
            )

    def seat(self, act: Act) -> None:
        client = self.clients[act.client]
        for key, old in self._picked(act, "session"):
            if client not in old.clients:
                self._try(
                    key,
                    replace(old, clients=old.clients | {client}),
                    "INSERT INTO session_client (session_id, client_id, seat) "
                    f"VALUES ('{key}', {client}, {act.which})",
                )

    def unseat(self, act: Act) -> None:
        client = self.clients[act.client]
        for key, old in self._picked(act, "session"):
            self._try(
                key,
                replace(old, clients=old.clients - {client}),
                f"DELETE FROM session_client WHERE session_id = '{key}' "
                f"AND client_id = {client}",
            )

    def cancel(self, act: Act) -> None:
        for key, old in self._picked(act, "session"):
            self._try(
                key,
                replace(old, live=False),
                f"UPDATE session SET state = 'cancelled' WHERE id = '{key}'",
            )

    def drop(self, act: Act) -> None:
        for key, _ in self._picked(act, "hold"):
            assert self.shell.attempt(f"DELETE FROM hold WHERE id = '{key}'") == ""
            del self.model.rows[key]

    def _time(self, table: str, act: Act) -> Time:
        return Time(table, self.staff[act.counsellor], set(), act.start, act.end)

    def _picked(self, act: Act, table: str = "") -> list[tuple[str, Time]]:
        rows = [
            each for each in self.model.rows.items() if table in ("", each[1].table)
        ]
        return [rows[act.which % len(rows)]] if rows else []

    def _try(self, key: str, new: Time, *statements: str) -> None:
        fits = not new.live or self.model.fits(new, but=key)
        rule = self.shell.attempt(*statements)
        assert rule == ("" if fits else "occupied_no_overlap"), statements
        if fits:
            self.model.rows[key] = new

    def agrees(self) -> None:
        whos = [2 * each for each in self.staff]
        whos += [2 * each + 1 for each in self.clients]
        listed = ", ".join(map(str, whos))
        rows = self.shell.ask(
            "SELECT who, starts_at, ends_at FROM occupied "
            f"WHERE live AND who IN ({listed})"
        )
        found = sorted(
            (who, _instant(start), _instant(end)) for who, start, end in rows
        )
        assert found == self.model.times()
        for at, (who, _, end) in enumerate(found[:-1]):
            next_who, next_start, _ = found[at + 1]
            assert who != next_who or end <= next_start


def _instant(value: str | datetime) -> datetime:
    return instant_from_text(value) if isinstance(value, str) else value


@pytest.fixture
def opened(store: Store) -> Iterator[Shell]:
    """A shell on a database where six people are made for each try."""
    with shell(store) as found:
        yield found


_people = count(1)


def six_people(on: Shell) -> tuple[list[int], list[int]]:
    """Three of the staff and three clients nobody has met yet."""
    at = instant_text(BEGINNING)
    for _ in range(3):
        number = next(_people)
        on.attempt(
            "INSERT INTO staff (sign_in_name, name, role, zone, password_hash, "
            f"made_at) VALUES ('s{number}', 'S', 'counsellor', 'UTC', '-', '{at}')",
            "INSERT INTO client (code, state, zone, opened_at) "
            f"VALUES ('K-{number}', 'open', 'UTC', '{at}')",
        )
    newest = "SELECT id FROM {} ORDER BY id DESC LIMIT 3"
    staff, clients = (
        [number for (number,) in on.ask(newest.format(table))]
        for table in ("staff", "client")
    )
    return staff, clients


@settings(
    max_examples=trials(40, 2500),
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
)
@given(acts)
def test_what_fits_is_taken_and_what_does_not_is_refused(
    opened: Shell, tried: list[Act]
) -> None:
    desk = Desk(opened, *six_people(opened))
    for act in tried:
        desk.attempt(act)
    desk.agrees()
