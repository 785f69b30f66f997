"""bar-B2: acts in any order, against a model that was written without the database: it
takes exactly what fits, and nobody is ever in two places."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheduler.domain.errors import JustTaken
from scheduler.storage.engine import Store, Tx
from tests.profiles import trials
from tests.storage.rows import (
    add_client,
    add_hold,
    add_session,
    add_staff,
    instant,
    raw,
)
from tests.storage.test_overlaps import TEN, nobody_is_in_two_places, times


@dataclass
class Time:
    """One session or hold as the model sees it."""

    table: str
    counsellor: int
    clients: set[int]
    start: datetime
    end: datetime
    live: bool = True

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

    def __init__(self, store: Store) -> None:
        self.store = store
        self.model = Model()
        with store.begin() as tx:
            self.staff = [add_staff(tx) for _ in range(3)]
            self.clients = [add_client(tx) for _ in range(3)]

    def attempt(self, act: Act) -> None:
        getattr(self, act.do)(act)

    def book(self, act: Act) -> None:
        new = Time("session", self._counsellor(act), set(), act.start, act.end)
        new.clients.add(self.clients[act.client])
        self._add(new)

    def hold(self, act: Act) -> None:
        self._add(Time("hold", self._counsellor(act), set(), act.start, act.end))

    def move(self, act: Act) -> None:
        key = self._pick(act)
        if key:
            old = self.model.rows[key]
            new = Time(
                old.table, old.counsellor, old.clients, act.start, act.end, old.live
            )
            with_times = "starts_at = {}, ends_at = {}"
            self._change(key, new, with_times, act.start, act.end)

    def give(self, act: Act) -> None:
        key = self._pick(act)
        if key:
            old = self.model.rows[key]
            to = self._counsellor(act)
            new = Time(old.table, to, old.clients, old.start, old.end, old.live)
            self._change(key, new, f"counsellor_id = {to}")

    def seat(self, act: Act) -> None:
        key = self._pick(act, "session")
        client = self.clients[act.client]
        if key and client not in self.model.rows[key].clients:
            old = self.model.rows[key]
            new = Time(
                "session",
                old.counsellor,
                old.clients | {client},
                old.start,
                old.end,
                old.live,
            )
            self._try(
                "INSERT INTO session_client (session_id, client_id, seat) "
                f"VALUES ('{key}', {client}, {act.which})",
                fits=self._fits(key, new),
            )
            if self._fits(key, new):
                self.model.rows[key] = new

    def unseat(self, act: Act) -> None:
        key = self._pick(act, "session")
        if key:
            client = self.clients[act.client]
            self.model.rows[key].clients.discard(client)
            self._try(
                f"DELETE FROM session_client WHERE session_id = '{key}' "
                f"AND client_id = {client}",
                fits=True,
            )

    def cancel(self, act: Act) -> None:
        key = self._pick(act, "session")
        if key:
            self.model.rows[key].live = False
            self._try(
                f"UPDATE session SET state = 'cancelled' WHERE id = '{key}'", fits=True
            )

    def drop(self, act: Act) -> None:
        key = self._pick(act, "hold")
        if key:
            del self.model.rows[key]
            self._try(f"DELETE FROM hold WHERE id = '{key}'", fits=True)

    def _counsellor(self, act: Act) -> int:
        return self.staff[act.counsellor]

    def _pick(self, act: Act, table: str = "") -> str:
        keys = [key for key, row in self.model.rows.items() if table in ("", row.table)]
        return keys[act.which % len(keys)] if keys else ""

    def _fits(self, key: str, new: Time) -> bool:
        return not new.live or self.model.fits(new, but=key)

    def _add(self, new: Time) -> None:
        minutes = int((new.end - new.start) / timedelta(minutes=1))

        def write(tx: Tx) -> str:
            if new.table == "hold":
                return add_hold(tx, new.counsellor, new.start, minutes=minutes)
            clients = tuple(new.clients)
            return add_session(
                tx, new.counsellor, new.start, minutes=minutes, clients=clients
            )

        try:
            with self.store.begin() as tx:
                key = write(tx)
        except JustTaken:
            assert not self.model.fits(new)
        else:
            assert self.model.fits(new)
            self.model.rows[key] = new

    def _change(self, key: str, new: Time, to: str, *moments: datetime) -> None:
        fits = self._fits(key, new)
        with self.store.reading() as tx:
            values = to.format(*(instant(tx, each) for each in moments))
        self._try(f"UPDATE {new.table} SET {values} WHERE id = '{key}'", fits=fits)
        if fits:
            self.model.rows[key] = new

    def _try(self, statement: str, *, fits: bool) -> None:
        try:
            with self.store.begin() as tx:
                raw(tx, statement)
        except JustTaken:
            assert not fits, statement
        else:
            assert fits, statement

    def agrees(self) -> None:
        with self.store.reading() as tx:
            nobody_is_in_two_places(tx)
            mine = {2 * each for each in self.staff}
            mine |= {2 * each + 1 for each in self.clients}
            found = [each for each in times(tx) if each[0] in mine]
        assert found == self.model.times()


@settings(
    max_examples=trials(25, 2500),
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
)
@given(acts)
def test_what_fits_is_taken_and_what_does_not_is_refused(
    store: Store, tried: list[Act]
) -> None:
    desk = Desk(store)
    for act in tried:
        desk.attempt(act)
    desk.agrees()
