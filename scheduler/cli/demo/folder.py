"""Where a demo lies, whether it is today's, and making it anew.

Only what a demo made is ever removed: a folder that holds an agency without the mark of
a demo is refused.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from scheduler.cli import keys
from scheduler.cli.demo.agency import ZONE
from scheduler.domain.errors import Misconfigured
from scheduler.domain.zones import local_date
from scheduler.storage import migrations

if TYPE_CHECKING:
    from config.settings import Secret, Settings

MARK: Final = "demo.json"
FOLDER: Final = ".demo"
# Counted up when what a demo holds has changed, so that an older one is made anew.
EDITION: Final = 2
_LEFT_BEHIND: Final = ("", "-wal", "-shm", "-journal")


def settings_of(env: Mapping[str, str]) -> Settings:
    """The settings of a demo: its own folder, the simulated phone. Raises
    Misconfigured for an environment that says it is something else."""
    from config.settings import SettingsError, load

    given = env.get("QUIETLINE_ENV", "demo")
    if given != "demo":
        raise Misconfigured(
            f"QUIETLINE_ENV is “{given}”, and this makes a demo with made-up people. "
            "Take it out, or start what is there with “quietline run”."
        )
    home = env.get("QUIETLINE_HOME") or str(Path.cwd() / FOLDER)
    try:
        read = load({**env, "QUIETLINE_ENV": "demo", "QUIETLINE_HOME": home})
    except SettingsError as wrong:
        raise Misconfigured(str(wrong)) from None
    return read


def is_current(settings: Settings, now: datetime) -> bool:
    """Whether a whole demo of today is there."""
    mark = _mark(settings)
    return (
        mark is not None
        and mark.get("day") == _day(now).isoformat()
        and mark.get("edition") == EDITION
        and mark.get("tables") == _tables()
        and mark.get("database") == _database(settings)
        and settings.key_file.is_file()
    )


def prepare(settings: Settings) -> Settings:
    """Clear an earlier demo away and make new keys; the settings with them in force.

    Raises Misconfigured where there is an agency that no demo has made.
    """
    home = settings.home
    if _mark(settings) is None and _something_there(settings):
        raise Misconfigured(
            f"There is an agency in {home} that is no demo. Name another folder in "
            "QUIETLINE_HOME."
        )
    if settings.is_postgres and _mark(settings) is not None:
        raise Misconfigured(
            "A demo in PostgreSQL is made once, because a demo empties no database. "
            "Name an empty one in QUIETLINE_DATABASE_URL, and another QUIETLINE_HOME."
        )
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    _write(settings, {"edition": 0})
    for each in _made(settings):
        each.unlink(missing_ok=True)
    session_key = home / "session.key"
    keys.make(settings.key_file, session_key)
    if settings.secret_key is not None:
        return settings
    return replace(settings, secret_key=_secret(session_key))


def _secret(session_key: Path) -> Secret:
    from config.settings import Secret

    return Secret(session_key.read_text(encoding="utf-8").strip())


def seal(settings: Settings, now: datetime, caller: tuple[str, str]) -> None:
    """It is whole: from now on it is started as it is, until the day is over.

    `caller` is the file code and the word of somebody to practise with.
    """
    _write(
        settings,
        {
            "day": _day(now).isoformat(),
            "edition": EDITION,
            "tables": _tables(),
            "database": _database(settings),
            "caller": list(caller),
        },
    )


def caller(settings: Settings) -> tuple[str, ...]:
    """The file code and the word of somebody to practise with."""
    found = (_mark(settings) or {}).get("caller", ())
    return tuple(map(str, found)) if isinstance(found, list) else ()


def seed(now: datetime) -> int:
    """Different each day, the same all day."""
    return _day(now).toordinal()


def _day(now: datetime) -> date:
    return local_date(now, ZONE)


def _tables() -> str:
    """What the migrations make by now: a demo of other tables is made anew."""
    folder = Path(migrations.__file__).parent / "versions"
    digest = hashlib.sha256()
    for each in sorted(folder.glob("*.sql")):
        digest.update(each.read_bytes())
    return digest.hexdigest()


def _database(settings: Settings) -> str:
    return "postgresql" if settings.is_postgres else "sqlite"


def _mark(settings: Settings) -> dict[str, object] | None:
    try:
        found = json.loads((settings.home / MARK).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def _write(settings: Settings, mark: Mapping[str, object]) -> None:
    (settings.home / MARK).write_text(json.dumps(mark) + "\n", encoding="utf-8")


def _something_there(settings: Settings) -> bool:
    return any(each.exists() for each in _made(settings))


def _made(settings: Settings) -> list[Path]:
    home = settings.home
    databases = (home / "quietline.sqlite", home / "quietline-keys.sqlite")
    return [
        *(Path(f"{each}{tail}") for each in databases for tail in _LEFT_BEHIND),
        home / "installation.key",
        home / "session.key",
        home / "phone.jsonl",
        home / "STOP",
    ]
