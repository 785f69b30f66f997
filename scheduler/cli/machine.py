"""What `quietline doctor` sees of the machine itself: room, files, clock, packages."""

from __future__ import annotations

import os
import re
import shutil
import stat
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Final

import scheduler
from scheduler import clock
from scheduler.services.doctor.finding import Finding, look, right, wrong

if TYPE_CHECKING:
    from config.settings import Settings

_LITTLE: Final = 1 << 30
_TOO_LITTLE: Final = 200 << 20
_FOR_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
# Further from the right time than this, windows are not what people agreed to.
_APART_SECONDS: Final = 5.0
_LOCK: Final = Path(scheduler.__file__).parents[1] / "requirements-run.lock"
_LOCKED: Final = re.compile(r"^([a-z0-9._-]+)(?:\[[^]]*\])?==([^ ;]+)", re.MULTILINE)
_NAMED: Final = 3


def findings(settings: Settings) -> Iterator[Finding]:
    """Everything that needs no database."""
    yield from _disk(settings)
    yield from _files(settings)
    yield from _clock()
    yield from _packages()


def _disk(settings: Settings) -> Iterator[Finding]:
    places = {"disk": settings.home}
    if settings.backups.folder is not None:
        places["disk of backups"] = settings.backups.folder
    for name, place in places.items():
        try:
            free = shutil.disk_usage(place).free
        except OSError:
            continue  # the settings have said that it is not there
        said = f"{free >> 20} MB are free in {place}."
        if free < _TOO_LITTLE:
            remedy = "Make room: a full disk refuses every change."
            yield wrong(name, said, remedy)
        elif free < _LITTLE:
            yield look(name, said, "Make room before it is full.")
        else:
            yield right(name, said)


def _files(settings: Settings) -> Iterator[Finding]:
    """Whose the files of the data folder are, and who else may read them."""
    home = settings.home
    mine, found = os.geteuid(), sorted(home.iterdir())
    others = [each for each in found if each.lstat().st_uid != mine]
    if home.stat().st_uid != mine or others:
        yield wrong(
            "owner",
            f"Not everything in {home} belongs to the account that asks"
            + (f": {_some(others)}." if others else "."),
            "Ask as the account that runs Quietline. If you do: "
            f"chown -R it '{home}', as root.",
        )
    elif mine == 0:
        yield look(
            "owner",
            "Quietline runs as root, which may do far more than it has to.",
            "Give it an account of its own; docs/operations has the units.",
        )
    else:
        yield right("owner", f"{home} belongs to the account that runs this.")
    open_ones = [
        each
        for each in found
        if not each.is_symlink() and each.stat().st_mode & _FOR_OTHERS
    ]
    if open_ones and home.stat().st_mode & _FOR_OTHERS:
        yield wrong(
            "files",
            f"Others on this machine may read {_some(open_ones)}.",
            f"Run chmod -R go= '{home}'.",
        )
    else:
        yield right("files", "Nobody else on this machine may read them.")


def _some(paths: list[Path]) -> str:
    named = ", ".join(each.name for each in paths[:_NAMED])
    more = len(paths) - _NAMED
    return f"{named} and {more} more" if more > 0 else named


def _clock() -> Iterator[Finding]:
    kept = clock.kept_right()
    if kept is None:
        yield look(
            "this clock",
            "The system does not say whether a time server keeps it right.",
            "Look with “timedatectl”, and compare with another clock.",
        )
    elif not kept.by_server:
        yield look(
            "this clock",
            "No time server keeps it right, so it drifts.",
            "Run “timedatectl set-ntp true”, or whatever keeps time on this machine.",
        )
    elif kept.off_by_at_most > _APART_SECONDS:
        yield wrong(
            "this clock",
            f"It may be {kept.off_by_at_most:.0f} s from the right time.",
            "Let the machine reach its time server.",
        )
    else:
        yield right("this clock", "A time server keeps it right.")


def _packages() -> Iterator[Finding]:
    """Whether what is installed is what was tried: only where the lock lies beside."""
    if not _LOCK.is_file():
        return
    text = _LOCK.read_text(encoding="utf-8")
    odd = [
        f"{name} {here} for {locked}"
        for name, locked in _LOCKED.findall(text)
        if (here := _installed(name)) and here != locked
    ]
    if odd:
        yield look(
            "packages",
            f"{len(odd)} are not the releases that were tried: {'; '.join(odd[:3])}.",
            "Set up again from the lock: “make clean”, then “make run”.",
        )
    else:
        yield right("packages", "Those of the lock.")


def _installed(name: str) -> str:
    # What another system needs is locked too, and is not here.
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
