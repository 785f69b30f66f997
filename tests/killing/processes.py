"""Workers as processes: forked from one that is ready, on a clock all of them share."""

from __future__ import annotations

import mmap
import os
import signal
import struct
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from scheduler.services.house import House


class SharedClock:
    """The machine's clock, put forward by all processes together."""

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, 8)

    @property
    def ahead(self) -> float:
        """By how many seconds it was put forward."""
        seconds: float = struct.unpack("d", self._memory[:])[0]
        return seconds

    def forward(self, by: timedelta) -> None:
        """Put it forward, as if every process had slept that long."""
        self._memory[:] = struct.pack("d", self.ahead + by.total_seconds())

    def now(self) -> datetime:
        """The instant."""
        return datetime.now(UTC) + timedelta(seconds=self.ahead)

    def monotonic(self) -> float:
        """It sleeps with the other."""
        return time.monotonic() + self.ahead


class Marks:
    """Numbers that a process leaves for the one that forked it."""

    def __init__(self, many: int) -> None:
        self._memory = mmap.mmap(-1, 8 * many)

    def __getitem__(self, which: int) -> float:
        found: float = struct.unpack_from("d", self._memory, 8 * which)[0]
        return found

    def __setitem__(self, which: int, value: float) -> None:
        struct.pack_into("d", self._memory, 8 * which, value)


@dataclass
class Forked:
    """A worker's process."""

    pid: int
    house: House

    def signal(self, number: int) -> None:
        """Send it a signal."""
        os.kill(self.pid, number)

    ended: int | None = None

    def wait(self) -> int:
        """Until it has ended: its exit code, or minus the signal that ended it."""
        if self.ended is None:
            _, status = os.waitpid(self.pid, 0)
            self.ended = os.waitstatus_to_exitcode(status)
        return self.ended

    def has_ended(self) -> bool:
        """Whether it has."""
        if self.ended is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.ended = os.waitstatus_to_exitcode(status)
        return self.ended is not None

    def kill(self) -> int:
        """Kill it, whatever it does."""
        if self.ended is None:
            self.signal(signal.SIGKILL)
        return self.wait()


def fork(house: House, name: str, work: Callable[[House], object]) -> Forked:
    """A process that works and ends. Nothing may be connected when it is called."""
    house.store.engine.dispose()
    house.store.shelf.engine.dispose()
    own = replace(house, worker=name)
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid:
        return Forked(pid, own)
    code = 1
    try:
        work(own)
        code = 0
    except BaseException:  # noqa: BLE001 - nothing of the parent's may run here
        traceback.print_exc(limit=-3)
        sys.stderr.flush()
    finally:
        os._exit(code)
