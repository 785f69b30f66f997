"""Passwords: hashed with Argon2, a few at a time.

One hash takes 64 MiB on purpose. Without a bound, two hundred people who sign in at
once would take the machine's memory. And whoever waits for her turn keeps a thread of
the web server: so only a few wait, and everybody else's pages go on (bar-S13).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from scheduler.domain.errors import Misread, QuietlineError

SHORTEST, LONGEST = 12, 1024
# Words of the agency's trade that help nobody to guess only because everybody has them.
_TRADE = ("quietline", "shelter", "survivor", "counsellor", "counselling", "welcome")
# The guesser takes ever longer for longer ones; what begins well is good.
_LOOKED_AT = 40
_HARD_ENOUGH = 3
FEWEST_SIGNS = 5
_WAIT_SECONDS = 5.0
# Beside those whose password is being compared; the server has eight threads.
_MOST_WAITING = 3


class TooManyAtOnce(QuietlineError):
    """More people sign in than can be checked at once. Wait a moment, try again."""

    def __init__(self) -> None:
        super().__init__(
            "Too many people are signing in at once. Wait a moment and try again."
        )


class Passwords:
    """Hashes and compares. One for the whole process; threads share it."""

    def __init__(self, hasher: PasswordHasher | None = None, *, slots: int = 2) -> None:
        self._hasher = hasher or PasswordHasher()
        self._free = BoundedSemaphore(slots)
        self._in_line = BoundedSemaphore(slots + _MOST_WAITING)
        # Compared with when there is no account, so that both take as long.
        self._nobodys = self._hasher.hash("nobody signs in with this")

    def hash(self, password: str) -> str:
        """How a password is kept. Raises TooManyAtOnce."""
        with self._slot():
            return self._hasher.hash(password)

    def matches(self, kept: str | None, password: str) -> bool:
        """Whether it is the one that was hashed; None is nobody's, and takes as long.

        Raises TooManyAtOnce.
        """
        with self._slot():
            try:
                right = self._hasher.verify(kept or self._nobodys, password[:LONGEST])
            except InvalidHashError:
                # No password was ever set: compare all the same.
                return self._compare_with_nobodys(password)
            except Argon2Error:
                return False
        return right and kept is not None and len(password) <= LONGEST

    def ask_for_room(self) -> None:
        """Before anything is written for somebody who would only be turned away.
        Raises TooManyAtOnce."""
        with self._line():
            pass

    def outdated(self, kept: str) -> bool:
        """Whether the kept hash was made with weaker parameters than today's."""
        return self._hasher.check_needs_rehash(kept)

    def _compare_with_nobodys(self, password: str) -> bool:
        with suppress(Argon2Error):
            self._hasher.verify(self._nobodys, password[:LONGEST])
        return False

    @contextmanager
    def _slot(self) -> Iterator[None]:
        with self._line():
            if not self._free.acquire(timeout=_WAIT_SECONDS):
                raise TooManyAtOnce
            try:
                yield
            finally:
                self._free.release()

    @contextmanager
    def _line(self) -> Iterator[None]:
        if not self._in_line.acquire(blocking=False):
            raise TooManyAtOnce
        try:
            yield
        finally:
            self._in_line.release()


def require_good(password: str, *, not_like: tuple[str, ...]) -> None:
    """Raises Misread with what would make it a yes. `not_like`: her own names."""
    if len(password) < SHORTEST:
        raise Misread(
            f"This password is too short. Take one of at least {SHORTEST} characters; "
            "four words that have nothing to do with each other are easy to keep."
        )
    if len(password) > LONGEST:
        raise Misread(
            f"This password is too long. Take one of at most {LONGEST} characters."
        )
    folded = password.casefold()
    hers = any(
        each and each.casefold() in folded and len(folded) < len(each) + SHORTEST
        for each in not_like
    )
    if hers or len(set(folded)) < FEWEST_SIGNS or _is_soon_guessed(password, not_like):
        raise Misread(
            "This password is easy to guess. Take four words that have nothing to do "
            "with each other or with you."
        )


def _is_soon_guessed(password: str, not_like: tuple[str, ...]) -> bool:
    """Common passwords, names, rows of keys and repeats, also with figures behind."""
    # Its lists are large, and only who takes a new password waits for them.
    from zxcvbn import zxcvbn  # noqa: PLC0415

    words = [each for each in (*not_like, *_TRADE) if each]
    found = zxcvbn(password[:_LOOKED_AT], user_inputs=words)
    return bool(found["score"] < _HARD_ENOUGH)
