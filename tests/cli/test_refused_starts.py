"""Nothing starts that could leak or lose: each misconfiguration ends with 3 and a
sentence that says what puts it right (bar-K4)."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
import waitress
from flask import Flask

from scheduler import worker
from scheduler.domain.errors import Misconfigured
from scheduler.storage import connections, keys
from scheduler.web.app import refuse_unsafe
from tests.cli.conftest import Place, Run, started
from tests.stores import CountedEntropy, key_file

Breaking = Callable[[Place, pytest.MonkeyPatch], None]


def env(**given: str) -> Breaking:
    """As somebody set the environment."""

    def change(place: Place, patch: pytest.MonkeyPatch) -> None:
        for name, value in given.items():
            if name.startswith("QUIETLINE_"):
                place.env[name] = value
            else:
                patch.setenv(name, value)

    return change


def file(change: Callable[[Path], object]) -> Breaking:
    """As somebody did something to the key file."""
    return lambda place, _: change(place.key) and None


def another(path: Path) -> None:
    """The key file of another agency."""
    path.unlink()
    keys.write(key_file(), path)


def doctored(path: Path) -> None:
    """The right ids with another secret: its check value does not fit."""
    text = path.read_text()
    at = text.index("secret = ") + 12
    path.write_text(text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :])


def rotated_without(path: Path) -> None:
    """The key that the database needs was taken out by hand."""
    found = keys.with_new_key(
        keys.load(path), CountedEntropy("n"), keys.load(path).current.created
    )
    keys.replace(keys.only_current(found), path)


def pragma(name: str, value: str) -> Breaking:
    """As on a disk, or with a library, that does not keep to what it was told."""

    def change(_: Place, patch: pytest.MonkeyPatch) -> None:
        expected = connections.SQLITE_PRAGMAS[name]
        patch.setitem(connections.SQLITE_PRAGMAS, name, value)
        patch.setattr(
            "scheduler.storage.engine.SQLITE_PRAGMAS",
            {**connections.SQLITE_PRAGMAS, name: expected},
        )

    return change


def newer(place: Place, _: pytest.MonkeyPatch) -> None:
    with closing(sqlite3.connect(place.database)) as conn, conn:
        conn.execute("UPDATE alembic_version SET version_num = '9999'")


REFUSED: dict[str, tuple[Breaking, str]] = {
    "no key file": (file(Path.unlink), "Put the kept copy there|bring the file back"),
    "an empty key file": (file(lambda p: p.write_bytes(b"")), "too short"),
    "a cut key file": (
        file(lambda p: p.write_bytes(p.read_bytes()[:300])),
        "Put back the copy you kept",
    ),
    "a key file with one letter changed": (file(doctored), "check value does not fit"),
    "a key file that a group may read": (file(lambda p: p.chmod(0o640)), "chmod 600"),
    "a key file that all may read": (file(lambda p: p.chmod(0o604)), "chmod 600"),
    "another agency's key file": (file(another), "not the one this database was made"),
    "a key taken out too early": (
        file(rotated_without),
        "not the one this database was made",
    ),
    "no clients' keys": (lambda place, _: place.shelf.unlink(), "are missing"),
    "no key for sessions": (
        lambda place, _: (place.home / "session.key").unlink(),
        "no key for sessions",
    ),
    "a short key for sessions": (env(QUIETLINE_SECRET_KEY="s3cr3t"), "shorter than 32"),
    "a key for sessions out of an example": (
        env(QUIETLINE_SECRET_KEY="please-change-me-before-you-go-live-0123456789"),
        "a placeholder that others know",
    ),
    "Flask's debugger": (env(FLASK_DEBUG="1"), "with DEBUG = True"),
    "pages over HTTP": (
        env(QUIETLINE_PUBLIC_URL="http://quietline.example"),
        "is not HTTPS",
    ),
    "a demo for other machines": (
        env(QUIETLINE_ENV="demo", QUIETLINE_HOST="0.0.0.0"),
        "served to other machines",
    ),
    "a sender that reaches nobody": (env(QUIETLINE_SENDER="phone"), "reach nobody"),
    "a phone page where people are served": (
        env(QUIETLINE_PHONE_PAGE="true", QUIETLINE_SENDER="phone"),
        "The phone page is on",
    ),
    "a setting that is none": (env(QUIETLINE_DEBUG="1"), "QUIETLINE_DEBUG"),
    "commits that a power cut takes back": (
        pragma("synchronous", "1"),
        "SQLite runs with synchronous = 1",
    ),
    "deleted rows left in the file": (
        pragma("secure_delete", "0"),
        "SQLite runs with secure_delete = 0",
    ),
    "rows that may refer to nothing": (
        pragma("foreign_keys", "0"),
        "SQLite runs with foreign_keys = 0",
    ),
    "a database elsewhere that need not show who it is": (
        env(QUIETLINE_DATABASE_URL="postgresql://serve@db.example/agency"),
        "sslmode=verify-full",
    ),
    "a database in memory": (env(QUIETLINE_DATABASE_URL="sqlite://"), "no address of"),
    "a newer database": (newer, "newer Quietline"),
}


class ServedError(Exception):
    """It would have begun to serve."""


@pytest.fixture
def refused(
    place: Place, run: Run, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], str]:
    """What `quietline run` says of an installation that is wrong in one way."""

    def serve(*_: object, **__: object) -> None:
        raise ServedError

    monkeypatch.setattr(waitress, "create_server", serve)
    monkeypatch.setattr(worker, "start", serve)

    def one(what: str) -> str:
        REFUSED[what][0](place, monkeypatch)
        said = run(place, "run")
        assert (said.code, said.out) == (3, "")
        return said.err

    return one


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DEBUG", True),
        ("TESTING", True),
        ("LOGIN_DISABLED", True),
        ("WTF_CSRF_ENABLED", False),
        ("WTF_CSRF_CHECK_DEFAULT", False),
        ("PROPAGATE_EXCEPTIONS", True),
        ("TRAP_HTTP_EXCEPTIONS", True),
        ("TRAP_BAD_REQUEST_ERRORS", True),
        ("EXPLAIN_TEMPLATE_LOADING", True),
    ],
)
def test_pages_are_not_served_with_what_a_developer_switches_on(
    name: str, value: bool
) -> None:
    app = Flask("pages")
    app.config.update(PROPAGATE_EXCEPTIONS=False)
    refuse_unsafe(app)
    app.config[name] = value
    with pytest.raises(Misconfigured, match=f"with {name} = {value}"):
        refuse_unsafe(app)


@pytest.mark.parametrize("what", REFUSED)
def test_it_does_not_start_with(what: str, refused: Callable[[str], str]) -> None:
    said = refused(what)
    wanted = REFUSED[what][1].split("|")
    assert any(each in said for each in wanted), said
    assert "Traceback" not in said
    assert said.rstrip().endswith((".", "?"))


def test_with_nothing_wrong_it_would_have_begun_to_serve(
    refused: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(REFUSED, "nothing", (env(), ""))
    with pytest.raises(ServedError):
        refused("nothing")


def test_as_a_process_of_its_own_it_ends_with_3_as_well(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLASK_DEBUG", "1")
    ended = started(place, "run")
    assert ended.returncode == 3
    assert "Take away what sets it, such as FLASK_DEBUG" in ended.stderr
