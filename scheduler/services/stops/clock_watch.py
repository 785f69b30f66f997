"""The wall clock against one that never jumps (bar-W5).

Somebody sets the clock, a time server steps it, a machine wakes from sleep: the hours
a text may leave in are then read off a clock that nobody has looked at. What is more
than five seconds stops everything until two people have looked.
"""

from __future__ import annotations

from collections import deque
from datetime import datetime
from threading import Lock
from typing import Final

from scheduler.ports import Clock

MOST_SECONDS: Final = 5.0
# A time server may slew a clock this fast without a jump: 500 in a million.
SLEW: Final = 0.0005
# Compared over so many seconds as well, so that several small steps are one jump.
LOOK_BACK_SECONDS: Final = 600.0


class ClockWatch:
    """Readings of both clocks in one process. Safe to share between threads."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = Lock()
        self._readings: deque[tuple[datetime, float]] = deque()
        self._jump = 0.0
        self._read()

    def jump(self) -> float:
        """Seconds the wall clock has jumped since it was last accepted; 0.0 for none.

        A jump stays until `accept`, also when the clock jumps back.
        """
        with self._lock:
            wall, steady = self._read()
            for since, then in (self._readings[0], self._readings[-2]):
                passed = steady - then
                ahead = (wall - since).total_seconds() - passed
                if abs(ahead) > MOST_SECONDS + SLEW * passed and not self._jump:
                    self._jump = ahead
            self._forget(steady)
            return self._jump

    def accept(self) -> None:
        """The jump is written down: from now on this clock is the one to compare."""
        with self._lock:
            self._readings.clear()
            self._jump = 0.0
            self._read()

    def _read(self) -> tuple[datetime, float]:
        reading = (self._clock.now(), self._clock.monotonic())
        self._readings.append(reading)
        return reading

    def _forget(self, steady: float) -> None:
        # The last two stay, however long ago they were read.
        while (
            len(self._readings) > 2  # noqa: PLR2004
            and steady - self._readings[0][1] > LOOK_BACK_SECONDS
        ):
            self._readings.popleft()
