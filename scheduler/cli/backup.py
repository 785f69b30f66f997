"""`quietline backup`, `restore` and `migrate`: what is done to the whole database.

A backup is two files, both sealed with the key file, which is in neither: the rows, to
be kept as long as the agency likes, and the clients' keys, of which each backup
replaces the copy before (docs/decisions/0002).
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scheduler.cli import environment
from scheduler.domain.errors import StorageUnavailable

if TYPE_CHECKING:
    from datetime import datetime

    from scheduler.services.house import House
    from scheduler.services.stops.recovery import InDoubt
    from scheduler.storage.keys import KeyFile

KEYS_NAME = "clients.keys"


def add(commands: Any) -> None:
    """The three commands and their arguments."""
    making = commands.add_parser(
        "backup",
        help="write an encrypted backup to a new file",
        description=(
            "Writes every row to FILE, which must not be there yet, and the clients' "
            "keys to the file beside it, in the place of the copy before. Work goes on "
            "meanwhile. Both need the key file, which is in neither: keep it apart. "
            "Then it is restored to a scratch place, and every table compared."
        ),
    )
    _two_files(making)
    making.set_defaults(run=run_backup)
    restoring = commands.add_parser(
        "restore",
        help="fill an empty place from a backup; it comes up stopped",
        description=(
            "Fills the database the settings name, which must be empty, from FILE and "
            "the newest copy of the clients' keys: all of it or nothing. Nothing "
            "leaves afterwards until two people start it again."
        ),
    )
    _two_files(restoring)
    restoring.add_argument(
        "--erased",
        metavar="FILE",
        type=Path,
        help="the list of erased files; usually erased.list in the data folder",
    )
    restoring.set_defaults(run=run_restore)
    migrating = commands.add_parser(
        "migrate",
        help="bring the database up to date after an update",
        description="Takes every step that is pending, all or none. Back up before.",
    )
    migrating.set_defaults(run=run_migrate)


def _two_files(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=Path, help="the rows")
    parser.add_argument(
        "--keys",
        metavar="FILE",
        type=Path,
        help=f"the clients' keys; usually {KEYS_NAME} beside the rows",
    )


def _keys_path(chosen: argparse.Namespace) -> Path:
    keys: Path = chosen.keys or chosen.file.parent / KEYS_NAME
    return keys


def run_backup(chosen: argparse.Namespace) -> int:
    """Write both files; say what is in them."""
    from scheduler.services.stops import backups
    from scheduler.storage import keys

    kept = _keys_path(chosen)
    if chosen.file.absolute() == kept.absolute():
        sys.stderr.write("Rows and keys are two files. Give two names.\n")
        return 2
    installation = environment.installation()
    key_file = keys.load(installation.settings.key_file)
    try:
        made, tried = backups.make(
            installation.house,
            chosen.file,
            kept,
            key_file,
            installation.settings.home,
        )
    except StorageUnavailable as wrong:
        if not chosen.file.exists():
            raise
        sys.stderr.write(
            f"Both files are whole, but nothing is written down of it. {wrong}\n"
        )
        return 1
    finally:
        installation.close()
    if tried.trouble:
        sys.stderr.write(
            f"Do not count on {chosen.file}: it was written and read back. "
            f"{tried.trouble}\n"
        )
        return 1
    sys.stdout.write(
        f"Backed up {sum(made.rows.values())} rows to {chosen.file}, and the clients' "
        f"keys to {kept}.\nRead back in a scratch place: every table came back as it "
        "was.\nKeep only the newest copy of the keys, and a copy of "
        f"{installation.settings.key_file} somewhere else.\n"
    )
    return 0


def run_restore(chosen: argparse.Namespace) -> int:
    """Fill the empty place; say what may have been sent since."""
    from scheduler.services.stops import backups, recovery
    from scheduler.storage.sealed_file import NotUsable

    house, key_file = _empty_house()
    try:
        erased = chosen.erased
        if erased is not None and not erased.is_file():
            raise NotUsable(f"There is no list at {erased}. Check its name.")
        made = recovery.restore(
            house, chosen.file, _keys_path(chosen), key_file, erased
        )
        doubts = recovery.in_doubt(house)
        when = _shown(house, made.at)
        sys.stdout.write(
            f"Restored {made.rows.get('client', 0)} files and "
            f"{made.rows.get('session', 0)} sessions as they were {when}.\n"
            "It is stopped: no text leaves and everybody is signed out. Starting "
            "again takes two people, on the Settings page.\n"
            "What was booked, changed or agreed since then is not here. Enter it "
            "again, and ask who was texted about it.\n"
        )
        sys.stdout.write(_may_have_left(house, doubts))
        sys.stdout.write(
            "If this was a drill, write it down where people are served:\n"
            f"quietline drill done {backups.drill_word(house, made.at)} --minutes 20\n"
        )
    finally:
        house.store.close()
    return 0


def _may_have_left(house: House, doubts: tuple[InDoubt, ...]) -> str:
    if not doubts:
        return "Of what was planned by then, nothing was due to leave since.\n"
    lines = [
        f"  {each.code}  {each.kind}  {_shown(house, each.since)}\n" for each in doubts
    ]
    return (
        f"May have left since then ({len(doubts)}); the machine does not send these "
        "again, and Attention asks about each:\n" + "".join(lines)
    )


def _shown(house: House, at: datetime) -> str:
    from scheduler.domain.zones import zone
    from scheduler.storage import agency

    with house.store.reading() as tx:
        name = agency.settings(tx).zone
    return f"{at.astimezone(zone(name)):%a %Y-%m-%d %H:%M} ({name})"


def _empty_house() -> tuple[House, KeyFile]:
    """The parts a restore works with. The key file must be there; nothing else need."""
    from config import wordlists
    from config.wiring import refuse_problems
    from scheduler.cli.keys import make_session_key
    from scheduler.clock import SystemClock, SystemTokens
    from scheduler.services.house import House
    from scheduler.storage import erased_list, keys
    from scheduler.storage.engine import open_store

    settings = environment.settings()
    key_file = keys.load(settings.key_file)
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    if settings.secret_key is None:
        make_session_key(settings.home / "session.key")
        settings = environment.settings()
    refuse_problems(settings)
    words = wordlists.load()
    address = settings.database_url.reveal()
    house = House(
        store=open_store(address, key_file, keys.system_entropy),
        clock=SystemClock(),
        tokens=SystemTokens(),
        words=words.lists,
        replies=words.replies,
        stop_file=settings.stop_file,
        erased_list=settings.home / erased_list.NAME,
    )
    return house, key_file


def run_migrate(_: argparse.Namespace) -> int:
    """Take the steps that are pending."""
    from scheduler.storage import migrate

    installation = environment.installation(pending_ok=True)
    try:
        engine = installation.house.store.engine
        steps = migrate.pending(engine)
        migrate.upgrade(engine)
    finally:
        installation.close()
    taken = ", ".join(steps)
    sys.stdout.write(
        f"Steps taken: {taken}.\n" if taken else "The database is up to date.\n"
    )
    return 0
