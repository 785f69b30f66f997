"""Backups that were read back: by hand, by the worker's clock, and their record.

A file that nobody has read back is a hope. So each is restored to a scratch place as
soon as it is written, and what came of it is in the database, where `quietline doctor`
and the list before texts leave for real look (bar-O5).
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from scheduler.domain import backups as rules
from scheduler.domain.backups import Age, By, Result
from scheduler.domain.errors import Misread, QuietlineError
from scheduler.services.house import Backups, House
from scheduler.services.stops import recovery
from scheduler.services.traces import audit
from scheduler.services.watching import attention
from scheduler.storage import agency, backup_check, keys
from scheduler.storage import backups as kept
from scheduler.storage.backup import Made
from scheduler.storage.backups import Drill, Tried
from scheduler.storage.engine import Tx
from scheduler.storage.keys import Entropy, KeyFile

KEYS_NAME: Final = "clients.keys"
MATTER: Final = "backup_failed"
_LOCK: Final = ".quietline-backup"
_PROOF: Final = 10
_SHOWN_AS_HOURS: Final = 72


@dataclass(frozen=True, slots=True)
class Standing:
    """The newest backup that was read back and is right, the last drill, and now."""

    now: datetime
    verified: Tried | None
    last: Tried | None
    drill: Drill | None

    @property
    def age(self) -> Age:
        """How old the newest verified backup is."""
        return rules.age(self.verified.made_at if self.verified else None, self.now)

    @property
    def drill_holds(self) -> bool:
        """Whether a backup was brought back elsewhere this quarter."""
        return rules.drill_holds(self.drill.done_at if self.drill else None, self.now)


def standing(tx: Tx, now: datetime) -> Standing:
    """How backups stand."""
    return Standing(
        now, kept.newest(tx, Result.VERIFIED), kept.newest(tx), kept.last_drill(tx)
    )


def backup_said(found: Standing) -> str:
    """How old the newest verified backup is, in a sentence."""
    if found.verified is None:
        return "No backup was ever made and read back."
    hours = round((found.now - found.verified.made_at).total_seconds() / 3600)
    old = f"{hours} h" if hours <= _SHOWN_AS_HOURS else f"{hours // 24} days"
    said = f"The newest verified backup is {old} old."
    last = found.last
    if last is not None and last.result is not Result.VERIFIED:
        said += f" The last try was not right: {last.trouble}"
    return said


def drill_said(found: Standing) -> str:
    """When a backup was last brought back elsewhere, in a sentence."""
    if found.drill is None:
        return "No drill is written down."
    done = found.drill
    return f"The last drill was on {done.done_at:%Y-%m-%d} and took {done.minutes} min."


# --- Making --------------------------------------------------------------------------


def make(
    house: House,
    rows: Path,
    kept_keys: Path,
    key_file: KeyFile,
    scratch: Path,
    by: By = By.HAND,
    entropy: Entropy = keys.system_entropy,
) -> tuple[Made, Tried]:
    """Write a backup, read it back, and write down what came of it. Raises NotUsable
    when there is no file; one that reads back otherwise stays, with its trouble."""
    made = recovery.back_up(house, rows, kept_keys, key_file, entropy)
    trouble = backup_check.differences(
        rows, kept_keys, key_file, made, scratch, entropy
    )
    tried = Tried(
        made.at,
        house.now(),
        rows.name,
        by,
        sum(made.rows.values()),
        Result.DIFFERS if trouble else Result.VERIFIED,
        trouble,
    )
    write_down(house, tried)
    return made, tried


def write_down(house: House, tried: Tried) -> None:
    """Keep what came of one; the matter is on the list until one is verified."""
    now = house.now()
    with house.store.begin() as tx:
        kept.add(tx, tried)
        audit.record(
            tx, now, None, "read back", "backup", "1", reason=tried.result.value
        )
        if tried.result is Result.VERIFIED:
            attention.settle(tx, now, by=None, choice="closed", matter=MATTER)
        elif tried.by is By.SCHEDULE:
            _raise(tx, house, now)


def _raise(tx: Tx, house: House, now: datetime) -> None:
    attention.raise_item(tx, house, MATTER, MATTER, now, due_at=now + rules.OLD)


# --- By the worker's clock -----------------------------------------------------------


def tend(house: House) -> None:
    """Make one if its hour has come, and let old ones go; without a folder only say
    when the newest is too old. Two workers that share a folder make one."""
    now = house.now()
    given, found = house.backups, _standing(house)
    if given is None or given.folder is None:
        _say_too_old(house, found)
    elif _due(house, given, found):
        with _alone(given.folder) as ours:
            if ours and _due(house, given, _standing(house)):
                _scheduled(house, given, given.folder, now)


def _standing(house: House) -> Standing:
    with house.store.reading() as tx:
        return standing(tx, house.now())


def _say_too_old(house: House, found: Standing) -> None:
    # One that was never backed up is being set up; `doctor` says so.
    if found.verified is None or found.age is not Age.TOO_OLD:
        return
    with house.store.begin() as tx:
        _raise(tx, house, found.now)


def _due(house: House, given: Backups, found: Standing) -> bool:
    with house.store.reading() as tx:
        zone = agency.settings(tx).zone
    last = found.last
    failed = last is not None and last.result is not Result.VERIFIED
    return rules.is_due(
        found.now,
        zone,
        given.hour,
        verified=found.verified.made_at if found.verified else None,
        tried=last.checked_at if last and failed else None,
    )


def _scheduled(house: House, given: Backups, folder: Path, now: datetime) -> None:
    rows = folder / rules.file_name(now)
    try:
        # Read anew each time: keys may have been changed since this process began.
        key_file = keys.load(given.key_file)
        _, tried = make(
            house, rows, folder / KEYS_NAME, key_file, given.scratch, By.SCHEDULE
        )
    except QuietlineError as wrong:
        failed = Tried(
            now, house.now(), rows.name, By.SCHEDULE, 0, Result.FAILED, str(wrong)
        )
        write_down(house, failed)
        return
    if tried.result is Result.VERIFIED:
        names = [each.name for each in folder.iterdir()]
        for name in rules.may_go(names, now, given.days):
            (folder / name).unlink(missing_ok=True)


@contextmanager
def _alone(folder: Path) -> Iterator[bool]:
    """Whether nobody else makes one there now."""
    with ExitStack() as held:
        try:
            lock = held.enter_context((folder / _LOCK).open("w"))
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        except OSError:
            # A folder that is away: the try itself says so, and is written down.
            pass
        yield True


# --- The drill -----------------------------------------------------------------------


def drill_word(house: House, made_at: datetime) -> str:
    """What a restored place says, for `drill_done` where people are served."""
    return rules.drill_word(made_at, _proof(house, made_at))


def drill_done(house: House, word: str, minutes: int) -> Drill:
    """A backup of this installation was brought back elsewhere, in so many minutes.

    Raises Misread for a word that no restored place of ours says, or that was told
    before: one drill is one restore.
    """
    said = rules.drill_said(word)
    if said is None or said[1] != _proof(house, said[0]):
        raise Misread(
            "No restored place of this installation says that word. Copy it from the "
            "last line that “quietline restore” printed."
        )
    if minutes < 1:
        raise Misread("Say in whole minutes how long it took, at least 1.")
    now = house.now()
    done = Drill(rules.drill_word(*said), said[0], now, minutes)
    with house.store.begin() as tx:
        if not kept.add_drill(tx, done):
            raise Misread(
                "That drill is written down already. Restore once more for another."
            )
        audit.record(tx, now, None, "drilled", "backup", "1")
    return done


def _proof(house: House, made_at: datetime) -> str:
    # To the second, as the word says it.
    text = rules.drill_word(made_at, "")
    return house.store.vault.index("drill", text).hex()[:_PROOF]
