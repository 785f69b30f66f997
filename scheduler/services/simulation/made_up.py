"""A clock and chance for a replay: nothing here reads the machine's."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from scheduler.ports import MessageSender


class MadeUpClock:
    """A clock that stands where it was put."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        """The made-up instant."""
        return self.at

    def monotonic(self) -> float:
        """It never jumps either."""
        return self.at.timestamp()


class SeededTokens:
    """The same tokens for the same seed."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._drawn = 0

    def _next(self, nbytes: int) -> bytes:
        self._drawn += 1
        text = f"{self._seed}/{self._drawn}".encode()
        return hashlib.shake_256(text).digest(nbytes)

    def token(self, nbytes: int = 32) -> str:
        """Hexadecimal, twice as long as asked."""
        return self._next(nbytes).hex()

    def uuid(self) -> str:
        """In the form of one."""
        raw = self._next(16).hex()
        return f"{raw[:8]}-{raw[8:12]}-{raw[12:16]}-{raw[16:20]}-{raw[20:]}"

    def below(self, n: int) -> int:
        """From 0 to n - 1; the bias of 64 bits over a small n is nothing."""
        return int.from_bytes(self._next(8), "big") % n


class Text(Protocol):
    """A text that the simulated provider took."""

    @property
    def number(self) -> str:
        """To whom."""
        ...

    @property
    def body(self) -> str:
        """The words."""
        ...

    @property
    def reference(self) -> str:
        """Which message."""
        ...

    @property
    def validity(self) -> int:
        """In seconds."""
        ...

    @property
    def at(self) -> str:
        """When, as written."""
        ...


class Provider(MessageSender, Protocol):
    """A simulated provider that can be told how to behave."""

    behaviour: str
    on_send: Callable[[], None] | None

    @property
    def texts(self) -> Sequence[Text]:
        """All it took, in order."""
        ...


class WorkerDied(BaseException):
    """The worker is gone in the middle of a send. No `except Exception` stops it."""
