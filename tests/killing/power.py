"""bar-D4: the power goes while a worker sends. Whatever the disk had happened to write,
what was handed over is known to have been, and is never handed over again.

On SQLite. A second run with `synchronous=NORMAL` has to lose intents: a trial that
cannot fail proves nothing.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any, Final

from sqlalchemy import event

from scheduler.domain.messages import MessageState
from scheduler.ports import Answer, Cleared, Handed, Sought
from scheduler.services.house import House
from scheduler.services.messages import delivery
from scheduler.services.stops import shift
from scheduler.storage import keys
from scheduler.storage.connections import shelf_path
from scheduler.storage.engine import open_store
from tests.killing import stock, tasks
from tests.killing.disk import Asked, Disk, after_a_cut, unsynced, watch
from tests.killing.killing import SOMETIME_LATER, Told
from tests.killing.processes import SharedClock
from tests.stores import key_file

MARK: Final = "mark"
WAYS: Final = ("nothing", "everything", "some", "torn")
# Snapshots of one stretch of work; then another one begins.
OF_ONE_STRETCH: Final = 50
CONTROL: Final = 40
# So many things asked of the disk after a call: its outcome is being written.
SOON: Final = 30
_SENDING: Final = MessageState.SENDING
_BEFORE: Final = frozenset(
    {MessageState.PLANNED, MessageState.DUE, MessageState.CLAIMED}
)


@dataclass
class Counting:
    """A sender that takes everything and remembers whose it was."""

    taken: list[str]
    disk: Disk | None = None
    simulated: bool = True
    at_once: int = 3

    def send(self, message: Cleared) -> Handed:
        """Take it; what was asked of the disk up to here is known."""
        self.taken.append(message.reference)
        if self.disk is not None:
            mark = message.reference.encode()
            self.disk.trace.append(Asked(MARK, "", 0, mark))
        return Handed(Answer.ACCEPTED, f"P-{message.reference}")

    def look_up(self, sought: Sought) -> Handed | None:
        """It knows nothing afterwards: a person has to decide."""
        return None


class Power:
    """One database, and a worker that works on it for as long as there is power."""

    def __init__(self, house: House, clock: SharedClock, chance: Random) -> None:
        self.house = house
        self.clock = clock
        self.chance = chance
        self.told = Told()
        self.database = Path(str(house.store.engine.url.database))
        self.references: list[str] = []

    def run(self, times: int) -> Told:
        """So many power cuts, each at an instant of its own."""
        self.house.store.close()
        disk = watch(self.database.parent)
        self.house = replace(self.house, store=self._opened(self.database))
        while self.told.trials < times:
            self._stretch(disk, min(OF_ONE_STRETCH, times - self.told.trials))
        lost = self._control(disk)
        self.told.hit["lost with synchronous=NORMAL"] = lost
        self.told.taken = len(self.references)
        return self.told

    def _opened(self, database: Path) -> Any:
        address = f"sqlite:///{database}"
        return open_store(address, key_file(), keys.system_entropy)

    def _work(self, disk: Disk) -> None:
        """Some rounds with something due in each, every step written down."""
        store = self.house.store
        now = self.clock.now()
        hers = stock.clients(store, now, 60)
        made = stock.messages(store, hers, 60, now)
        self.references += made
        store.engine.dispose()
        store.shelf.engine.dispose()
        disk.begin()
        sender = Counting([], disk)
        house = replace(self.house, sender=sender, breaker=False)
        # The log is taken into the file in the middle of it, several times.
        with _checkpoint_often(house):
            for _ in range(12):
                self.clock.forward(SOMETIME_LATER)
                delivery.tick(house, stopping=_after(5))
        self.house.store.engine.dispose()

    def _stretch(self, disk: Disk, many: int) -> None:
        self._work(disk)
        for number in range(many):
            how = WAYS[number % len(WAYS)]
            cut = self._cut(disk.trace)
            self.told.trials += 1
            self.told.hit[f"survived: {how}"] += 1
            self._one(disk, disk.trace[:cut], how)

    def _cut(self, trace: list[Asked]) -> int:
        """Anywhere; every second time soon after something was handed over."""
        if self.chance.random() < 0.5:
            return self.chance.randrange(len(trace))
        marks = [at for at, each in enumerate(trace) if each.what == MARK]
        return self.chance.choice(marks) + self.chance.randrange(1, SOON)

    def _one(self, disk: Disk, trace: list[Asked], how: str) -> None:
        handed = {each.content.decode() for each in trace if each.what == MARK}
        asked = [each for each in trace if each.what != MARK]
        self.told.hit["something was handed over"] += bool(handed)
        self.told.hit["log half written"] += unsynced(asked, "-wal")
        self.told.hit["database half written"] += unsynced(asked, ".sqlite")
        with self._boot(after_a_cut(disk, asked, how, self.chance)) as house:
            self.told.wrongs += self._wrong(house, handed)

    @contextmanager
    def _boot(self, files: dict[str, bytes]) -> Iterator[House]:
        """The machine is on again."""
        with tempfile.TemporaryDirectory(dir=self.database.parent.parent) as folder:
            place = Path(folder) / self.database.name
            for name, content in files.items():
                if name.startswith(self.database.name):
                    (place.parent / name).write_bytes(content)
            shutil.copy(shelf_path(self.database), shelf_path(place))
            store = self._opened(place)
            yield replace(self.house, store=store, worker="after", breaker=False)
            store.close()

    def _wrong(self, house: House, handed: set[str]) -> list[str]:
        found = stock.standing(house.store)
        lost = [each for each in handed if found[each].state in _BEFORE]
        under_way = [each for each in handed if found[each].state is _SENDING]
        self.told.hit["between a call and its outcome"] += bool(under_way)
        said = [f"{each} was handed over and nobody knows" for each in lost]
        if _damaged(Path(str(house.store.engine.url.database))):
            said.append("the database is damaged")
        again = Counting([])
        house = replace(house, sender=again)
        shift.begin(house)
        for _ in range(2):
            self.clock.forward(SOMETIME_LATER)
            delivery.tick(house)
        twice = handed & set(again.taken)
        said += [f"{each} was handed over again" for each in twice]
        said += tasks.wrongs(house, self.told.tasks)
        self.told.states.update(found[each].state.value for each in handed)
        return said

    def _control(self, disk: Disk) -> int:
        """The same with commits that do not wait for the disk: how many were lost."""

        def hurried(link: Any, *_: object) -> None:
            link.execute("PRAGMA synchronous = NORMAL")

        heard = (self.house.store.engine.pool, "checkout", hurried)
        event.listen(*heard)
        self._work(disk)
        event.remove(*heard)
        lost = 0
        for _ in range(CONTROL):
            trace = disk.trace[: self.chance.randrange(len(disk.trace))]
            handed = {each.content.decode() for each in trace if each.what == MARK}
            asked = [each for each in trace if each.what != MARK]
            with self._boot(after_a_cut(disk, asked, "nothing", self.chance)) as house:
                found = stock.standing(house.store)
            lost += any(found[each].state in _BEFORE for each in handed)
        if not lost:
            self.told.wrongs.append("the control lost nothing: this trial is blind")
        return lost


@contextmanager
def _checkpoint_often(house: House) -> Iterator[None]:
    def often(link: Any, *_: object) -> None:
        link.execute("PRAGMA wal_autocheckpoint = 60")

    heard = (house.store.engine.pool, "checkout", often)
    event.listen(*heard)
    try:
        yield
    finally:
        event.remove(*heard)


def _damaged(database: Path) -> bool:
    with sqlite3.connect(database) as link:
        found = link.execute("PRAGMA integrity_check").fetchall()
    link.close()
    return found != [("ok",)]


def _after(many: int) -> Any:
    asked = iter(range(many))
    return lambda: next(asked, None) is None
