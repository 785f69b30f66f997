"""What about this installation must not be, or had better not be.

Settings can each be right and wrong together. An error means: do not start.
"""

from __future__ import annotations

import ipaddress
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from importlib.util import find_spec
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, urlsplit

from config import alert_checks, outside_settings, twilio_checks
from config.settings import Environment, Sender, Settings

KEY_BYTES: Final = 32
_FEWEST_LETTERS: Final = 10
# What stands in examples where a key should be.
_PLACEHOLDERS: Final = ("change", "secret", "example", "password", "insecure")
_FOR_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


class Level(Enum):
    """`ERROR` stops the start; `WARNING` is shown and the start goes on."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is not as it should be, and what puts it right."""

    level: Level
    sentence: str
    remedy: str


def problems(settings: Settings) -> list[Problem]:
    """Everything wrong with `settings` as they meet this machine, errors first."""
    found = [
        *_senders(settings),
        *(_error(*each) for each in twilio_checks.errors(settings)),
        *(_error(*each) for each in outside_settings.errors(settings)),
        *(_warning(*each) for each in twilio_checks.warnings(settings)),
        *(_error(*each) for each in alert_checks.errors(settings)),
        *(_warning(*each) for each in alert_checks.warnings(settings)),
        *_addresses(settings),
        *_folders(settings),
        *_key_file(settings.key_file),
        *_secret_key(settings),
        *_database(settings),
        *_backups(settings),
    ]
    return sorted(found, key=lambda each: each.level is not Level.ERROR)


def _error(sentence: str, remedy: str) -> Problem:
    return Problem(Level.ERROR, sentence, remedy)


def _warning(sentence: str, remedy: str) -> Problem:
    return Problem(Level.WARNING, sentence, remedy)


def _senders(settings: Settings) -> Iterator[Problem]:
    production = settings.environment is Environment.PRODUCTION
    if settings.phone_page and settings.sender is not Sender.PHONE:
        yield _error(
            f"The phone page is on while texts go to “{settings.sender.value}”.",
            "Set QUIETLINE_PHONE_PAGE=false, or QUIETLINE_SENDER=phone for a demo.",
        )
    if settings.phone_page and production:
        yield _error(
            "The phone page is on where real people are served.",
            "Set QUIETLINE_PHONE_PAGE=false, or QUIETLINE_ENV=demo for a demo.",
        )
    if settings.sender is Sender.PHONE and production:
        yield _error(
            "Texts would go to the simulated phone and reach nobody.",
            "Set QUIETLINE_SENDER=none, or QUIETLINE_ENV=demo for a demo.",
        )
    if settings.sender is Sender.NONE and production:
        yield _warning(
            "No sender is set, so no text leaves by machine.",
            "Assisted reminders go on by hand. Set QUIETLINE_SENDER once there is one.",
        )
    if settings.stop_file.exists():
        yield _warning(
            f"Sending is stopped, because {settings.stop_file} exists.",
            "Take the file away once two people agree to start again.",
        )


def _addresses(settings: Settings) -> Iterator[Problem]:
    production = settings.environment is Environment.PRODUCTION
    if not production and not _stays_here(settings.host):
        yield _error(
            f"A {settings.environment.value} would be served to other machines,"
            " and its sign-ins are known to everybody.",
            "Set QUIETLINE_HOST=127.0.0.1.",
        )
    if settings.over_https and production and not settings.proxies:
        yield _warning(
            "No server in front is named, so all visitors look like one: twenty wrong "
            "passwords from anywhere would close the sign-in for everybody.",
            "Set QUIETLINE_PROXY to the address of the server that speaks HTTPS.",
        )
    if settings.over_https or not production:
        return
    if _stays_here(urlsplit(settings.public_url).hostname or ""):
        yield _warning(
            "The pages are reached without HTTPS, from this machine only.",
            "For other machines set QUIETLINE_PUBLIC_URL to an https:// address.",
        )
    else:
        yield _error(
            f"The public address {settings.public_url} is not HTTPS.",
            "Set QUIETLINE_PUBLIC_URL to an https:// address.",
        )


def _stays_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _folders(settings: Settings) -> Iterator[Problem]:
    home = settings.home
    if not home.is_dir():
        yield _error(f"The data folder {home} is not there.", "Run quietline init.")
        return
    if not os.access(home, os.R_OK | os.W_OK | os.X_OK):
        yield _error(
            f"The data folder {home} cannot be written by this account.",
            "Give the folder to the account that runs Quietline.",
        )
    if _open_to_others(home):
        yield _warning(
            f"The data folder {home} is open to other accounts of this machine.",
            f"Run chmod 700 '{home}'.",
        )


def _key_file(file: Path) -> Iterator[Problem]:
    try:
        state = file.stat()
    except OSError:
        yield _error(
            f"The key file {file} is not there, or this account may not look.",
            "Run quietline keys init for a new agency, or bring the file back:"
            " without it nothing stored can be read.",
        )
        return
    if not stat.S_ISREG(state.st_mode):
        yield _error(f"{file} is no file.", "Name the key file in QUIETLINE_KEY_FILE.")
        return
    if state.st_mode & _FOR_OTHERS:
        yield _error(
            f"The key file {file} is open to other accounts of this machine.",
            f"Run chmod 600 '{file}'.",
        )
    if not os.access(file, os.R_OK):
        yield _error(
            f"The key file {file} cannot be read by this account.",
            "Give the file to the account that runs Quietline.",
        )
    if state.st_size < KEY_BYTES:
        yield _error(
            f"The key file {file} is too short to hold a key.",
            "Bring the whole file back, or run quietline keys init for a new agency.",
        )


def _secret_key(settings: Settings) -> Iterator[Problem]:
    if settings.secret_key is None:
        yield _error(
            "There is no key for sessions.",
            "Run quietline init, or set QUIETLINE_SECRET_KEY_FILE.",
        )
    elif len(settings.secret_key.reveal().encode()) < KEY_BYTES:
        yield _error(
            f"The key for sessions is shorter than {KEY_BYTES} characters.",
            "Run quietline init, or put a longer one there.",
        )
    elif _known_to_everybody(settings.secret_key.reveal()):
        yield _error(
            "The key for sessions is a placeholder that others know.",
            "Take it out and run quietline init, which makes one.",
        )


def _known_to_everybody(secret: str) -> bool:
    # 32 random letters hold fewer than ten different ones once in a million million.
    small = secret.casefold()
    return len(set(secret)) < _FEWEST_LETTERS or any(w in small for w in _PLACEHOLDERS)


def _database(settings: Settings) -> Iterator[Problem]:
    if not settings.is_postgres:
        return
    if find_spec("psycopg") is None:
        yield _error(
            "The database is PostgreSQL, and its driver is not installed.",
            "Install quietline with its “postgres” extra.",
        )
    if settings.environment is Environment.PRODUCTION and _in_clear(settings):
        yield _error(
            "The way to the database leads to another machine, and whoever is on it "
            "could read along or answer instead.",
            "Add ?sslmode=verify-full and sslrootcert=… to the address in "
            "QUIETLINE_DATABASE_URL.",
        )


def _in_clear(settings: Settings) -> bool:
    """Whether the address leads to another machine and does not insist on who it is.

    A folder is a socket of this machine. Where the address names nobody, the driver
    goes by PGHOST; a service is somewhere else until it says otherwise.
    """
    address = urlsplit(settings.database_url.reveal())
    asked = parse_qs(address.query)
    inside = address.netloc.rpartition("@")[2].split(",")
    named = [urlsplit(f"//{each}").hostname or "" for each in inside]
    for key in ("host", "hostaddr"):
        named += ",".join(asked.get(key, ())).split(",")
    if not any(named):
        named = [os.environ.get(each, "") for each in ("PGHOST", "PGHOSTADDR")]
    away = any(each and each[0] != "/" and not _stays_here(each) for each in named)
    return (away or "service" in asked) and asked.get("sslmode") != ["verify-full"]


def _backups(settings: Settings) -> Iterator[Problem]:
    folder = settings.backups.folder
    if folder is None:
        if settings.environment is Environment.PRODUCTION:
            yield _warning(
                "No folder is set for backups, so the worker makes none.",
                "Set QUIETLINE_BACKUP_FOLDER, or have “quietline backup” run each day.",
            )
        return
    # A start does not wait for a disk that is away: texts and pages do without it.
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        yield _warning(
            f"The folder for backups {folder} is not there, or cannot be written.",
            "Make it, or give it to the account that runs Quietline.",
        )
    elif _open_to_others(folder):
        yield _warning(
            f"The folder for backups {folder} is open to other accounts.",
            f"Run chmod 700 '{folder}'.",
        )


def _open_to_others(path: Path) -> bool:
    return bool(path.stat().st_mode & _FOR_OTHERS)
