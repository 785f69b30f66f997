"""How much work one file may cause. A file can be small and mean without end."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from scheduler.ports import CalendarUnreadable, Clock

_EVERY: Final = 64


@dataclass(frozen=True, slots=True)
class Limits:
    """Per file: bytes, times of events inside the window, steps of repetition for one
    rule and for all, and seconds. Beyond any of them nothing of the file is used."""

    size: int = 2_000_000
    times: int = 20_000
    steps_a_rule: int = 200_000
    steps: int = 2_000_000
    seconds: float = 10.0


@dataclass(slots=True)
class Budget:
    """What is spent on one file. Its methods raise CalendarUnreadable."""

    limits: Limits
    clock: Clock
    _deadline: float = field(init=False)
    _steps: int = 0
    _times: int = 0
    _ticks: int = 0

    def __post_init__(self) -> None:
        self._deadline = self.clock.monotonic() + self.limits.seconds

    def size(self, source: bytes) -> None:
        """Before anything is read."""
        if len(source) > self.limits.size:
            megabytes = self.limits.size / 1_000_000
            raise CalendarUnreadable(
                f"This file is larger than {megabytes:g} MB. Export a shorter stretch "
                "of time, such as the next six months, and import that file."
            )

    def rule(self, steps: int) -> None:
        """Before a rule is expanded."""
        self._steps += steps
        if steps > self.limits.steps_a_rule or self._steps > self.limits.steps:
            raise CalendarUnreadable(
                "An event in this file repeats so often, or since so long ago, that "
                "the file cannot be read. Export a shorter stretch of time, or without "
                "that event, and import that file."
            )
        self.tick()

    def time_found(self) -> None:
        """For each time of an event."""
        self._times += 1
        if self._times > self.limits.times:
            raise CalendarUnreadable(
                f"This file closes more than {self.limits.times:,} times. Export a "
                "shorter stretch of time and import that file."
            )
        if self._times % _EVERY == 0:
            self.tick()

    def tick(self) -> None:
        """Now and then, so that no file keeps a page waiting."""
        if self.clock.monotonic() > self._deadline:
            raise CalendarUnreadable(
                "Reading this file takes too long. Export a shorter stretch of time "
                "and import that file."
            )
