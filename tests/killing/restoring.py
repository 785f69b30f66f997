"""bar-D5: any of the last five backups is restored into an empty place, and a worker
starts there. Nothing leaves; what may have left since is in doubt and before a person.

The agency goes on working between the backups, with a provider that takes all, so that
each of them is older than texts that left.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Final

from scheduler.domain.messages import MessageState
from scheduler.services.house import House
from scheduler.services.messages import delivery
from scheduler.services.stops import recovery, shift
from scheduler.storage import agency, keys, outbox, scratch
from scheduler.storage.engine import open_store
from tests.fake_provider import FakeProvider
from tests.killing import stock, tasks
from tests.killing.killing import Told
from tests.killing.processes import SharedClock
from tests.stores import key_file

KEPT: Final = 5
HOUR: Final = timedelta(hours=1)
_S = MessageState
# Where a message may stand that was to leave between the backup and now.
_IN_DOUBT: Final = frozenset({_S.UNCERTAIN, _S.EXPIRED})


@dataclass(frozen=True, slots=True)
class Kept:
    """A backup, and when it was made."""

    rows: Path
    at: datetime


class Restoring:
    """An agency that goes on, its last five backups, and where they come back to."""

    def __init__(
        self, house: House, clock: SharedClock, provider: FakeProvider, chance: Random
    ) -> None:
        self.house = house
        self.clock = clock
        self.provider = provider
        self.chance = chance
        self.told = Told()
        self._folder = Path(tempfile.mkdtemp())
        self._backups: list[Kept] = []
        self._numbers = iter(range(1_000_000))

    def run(self, times: int) -> Told:
        """So many restores, five of each stretch of the agency's life."""
        while self.told.trials < times:
            while len(self._backups) < KEPT or self.told.trials == 0:
                self._an_hour_of_work()
                if len(self._backups) == KEPT:
                    break
            for which in self._backups:
                self._restore(which)
            # On: the oldest goes, and another one is made.
            self._backups.pop(0).rows.unlink()
        self.told.taken = len(self.provider.taken())
        if not self.told.taken:
            self.told.wrongs.append("the provider took nothing")
        self.told.wrongs += self.provider.violations()
        return self.told

    def _an_hour_of_work(self) -> None:
        """Some leaves, some is due and has not yet left, some is for later; a backup is
        made anywhere in the middle of it."""
        now = self.clock.now()
        hers = stock.clients(self.house.store, now, 12)
        for minutes in (0, 20, 40, 90, 600):
            due_at = now + timedelta(minutes=minutes)
            some = self.chance.randint(1, 2)
            picked, hers = hers[:some], hers[some:]
            # Some windows end before it is restored, some go on.
            last = self.chance.choice((timedelta(minutes=50), timedelta(days=20)))
            stock.messages(self.house.store, picked, some, due_at, last=last)
        at_backup = self.chance.randrange(6)
        for step in range(6):
            if step == at_backup:
                self._back_up()
            self.clock.forward(HOUR / 6)
            stops = self.chance.randrange(1, 4)
            delivery.tick(self.house, stopping=_after(stops))

    def _back_up(self) -> None:
        number = next(self._numbers)
        rows, at = self._folder / f"{number}.rows", self.house.now()
        entropy = keys.system_entropy
        recovery.back_up(
            self.house, rows, self._folder / "clients.keys", key_file(), entropy
        )
        self._backups.append(Kept(rows, at))

    @contextmanager
    def _empty_place(self) -> Iterator[str]:
        number = next(self._numbers)
        url = self.house.store.engine.url
        if url.get_backend_name() == "postgresql":
            address = url.render_as_string(hide_password=False)
            with scratch.database(address, f"restored_{number}") as made:
                yield made
            return
        with nullcontext(self._folder / f"place-{number}") as folder:
            folder.mkdir()
            yield f"sqlite:///{folder / 'quietline.sqlite'}"

    def _restore(self, kept: Kept) -> None:
        before = [each["callback"] for each in self.provider.taken()]
        restored_at = self.house.now()
        with self._empty_place() as address:
            store = open_store(address, key_file(), keys.system_entropy)
            place = replace(self.house, store=store, worker=f"at {address[-30:]}")
            keys_file = self._folder / "clients.keys"
            recovery.restore(place, kept.rows, keys_file, key_file())
            self._boot(place)
            self._judge(place, kept.at, restored_at, before)
            store.close()
        self.told.trials += 1

    def _boot(self, place: House) -> None:
        """A worker begins there and looks round, at once and for hours."""
        at_work = shift.begin(place)
        for _ in range(3):
            delivery.tick(place)
            self.clock.forward(HOUR / 2)
        delivery.tick(place)
        at_work.end()

    def _judge(
        self, place: House, since: datetime, until: datetime, before: list[str]
    ) -> None:
        told = self.told
        after = [each["callback"] for each in self.provider.taken()]
        told.wrongs += [f"{each} left" for each in set(after) - set(before)]
        if len(after) != len(before):
            told.wrongs.append("something left after a restore")
        with place.store.reading() as tx:
            why = agency.sender(tx).stopped_why
            messages = outbox.everything(tx)
        if why != "restored":
            told.wrongs.append(f"came up with the switch at {why}")
        left = {each.rpartition("/")[2] for each in before}
        for each in messages:
            if each.not_before <= until and each.not_after >= since:
                told.wrongs += self._wrong(each, each.reference in left)
        told.wrongs += tasks.wrongs(place, told.tasks)

    def _wrong(self, message: outbox.Message, left: bool) -> list[str]:
        """One that was to leave between backup and now: in doubt, past, or known."""
        state = message.state
        known = state is _S.ACCEPTED and left
        self.told.states[state.value] += 1
        self.told.hit["had left, unknown to the backup"] += left and not known
        self.told.hit["had left, and was found at the provider"] += known
        self.told.hit["had not left"] += not left
        if known or state in _IN_DOUBT:
            return []
        return [f"{message.reference} is {state.value} after a restore"]


def _after(many: int):  # type: ignore[no-untyped-def]
    asked = iter(range(many))
    return lambda: next(asked, None) is None
