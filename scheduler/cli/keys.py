"""`quietline keys`, and its `init`: both key files, made once, never by themselves."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scheduler.cli import environment, key_check, key_rotation, key_shares
from scheduler.domain.errors import Misconfigured, StorageUnavailable

if TYPE_CHECKING:
    from config.settings import Settings

_SECRET_BYTES = 48


def add(commands: Any) -> None:
    """The command and its arguments."""
    parser = commands.add_parser("keys", help="make and look after the keys")
    acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
    making = acts.add_parser(
        "init",
        help="write new key files where the settings name them; never over old ones",
    )
    making.set_defaults(run=run)
    key_rotation.add(acts)
    key_check.add(acts)
    key_shares.add(acts)


def run(_: argparse.Namespace) -> int:
    """Write the keys; say where, and what to do with them."""
    settings = environment.settings()
    refuse_lost(settings)
    make(settings.key_file, settings.home / "session.key")
    sys.stdout.write(
        f"Keys are in {settings.key_file} and {settings.home / 'session.key'}.\n"
        "Copy the first to a place that burns down separately: without it nothing "
        "in the database or a backup can be read again.\n"
    )
    return 0


def refuse_lost(settings: Settings) -> None:
    """New keys open nothing old: none are made beside a database that has lost its own.

    Raises Misconfigured.
    """
    from scheduler.storage import migrate
    from scheduler.storage.connections import main_engine, read_url

    url = read_url(settings.database_url.reveal())
    if settings.key_file.exists():
        return
    if not settings.is_postgres and not Path(url.database or "").is_file():
        return
    engine = main_engine(url)
    try:
        with engine.connect() as conn:
            found = migrate.revision(conn)
    except StorageUnavailable:
        found = None  # keys may be made before the database is started
    finally:
        engine.dispose()
    if found:
        raise Misconfigured(
            f"There is a database already, and its key file {settings.key_file} is "
            "gone. Put the kept copy there: new keys could not open what is stored."
        )


def make(key_file: Path, session_key: Path) -> None:
    """Write both files, readable by their owner only. Raises Misconfigured."""
    from scheduler.clock import SystemClock, SystemTokens
    from scheduler.storage import keys

    key_file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    today = SystemClock().now().date()
    made = keys.make(
        keys.system_entropy, installation=SystemTokens().uuid(), today=today
    )
    keys.write(made, key_file)
    make_session_key(session_key)


def make_session_key(path: Path) -> None:
    """Write a key that signs forms, unless there is one. Raises Misconfigured.

    Nothing stored depends on it: with a new one everybody's open forms end.
    """
    from scheduler.clock import SystemTokens

    if not path.exists():
        _write_secret(path, SystemTokens().token(_SECRET_BYTES))


def _write_secret(path: Path, secret: str) -> None:
    # Whole or not at all: half a key would be refused at every start.
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        unfinished.unlink(missing_ok=True)
        handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(secret + "\n")
        unfinished.replace(path)
    except OSError as wrong:
        raise Misconfigured(
            f"The session key cannot be written to {path}: {wrong.strerror}. "
            "Make room, or choose a folder that you may write to."
        ) from None
    finally:
        unfinished.unlink(missing_ok=True)
