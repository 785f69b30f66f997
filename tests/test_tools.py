"""What the tests stand on holds: databases, sockets, numbers of trials."""

import os
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
import sqlalchemy
from hypothesis import settings

from tests import needs, profiles
from tests.contracts import ROOT
from tests.postgres import PostgresServer, program


def modes(path: Path) -> dict[Path, int]:
    return {each: stat.S_IMODE(each.stat().st_mode) for each in path.parents}


def test_a_fresh_database_is_empty_and_can_be_written(database_url: str) -> None:
    engine = sqlalchemy.create_engine(database_url)
    assert sqlalchemy.inspect(engine).get_table_names() == []
    with engine.begin() as connection:
        connection.execute(sqlalchemy.text("CREATE TABLE kept (at INTEGER)"))
    engine.dispose()


@pytest.mark.postgres
def test_each_database_is_a_new_one(fresh_postgres_url: Callable[..., str]) -> None:
    assert fresh_postgres_url() != fresh_postgres_url()


@pytest.mark.postgres
def test_a_template_is_built_once_and_copied_as_often_as_wanted(
    postgres_server: PostgresServer, fresh_postgres_url: Callable[..., str]
) -> None:
    built = []

    def build(url: str) -> None:
        built.append(url)
        engine = sqlalchemy.create_engine(url)
        with engine.begin() as connection:
            connection.execute(sqlalchemy.text("CREATE TABLE kept (at INTEGER)"))
        engine.dispose()

    for _ in range(2):
        template = postgres_server.template("test_tools", build)
        engine = sqlalchemy.create_engine(fresh_postgres_url(template))
        assert sqlalchemy.inspect(engine).get_table_names() == ["kept"]
        engine.dispose()
    assert len(built) == 1


@pytest.mark.postgres
def test_the_server_keeps_what_it_commits(postgres_url: str) -> None:
    with psycopg.connect(postgres_url.replace("+psycopg", "")) as connection:
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            assert connection.execute(f"SHOW {name}").fetchone() == ("on",)


@pytest.mark.postgres
def test_starting_a_server_changes_no_mode_above_it_and_leaves_nothing(
    postgres_server: PostgresServer,
) -> None:
    home = program()
    assert home is not None
    above = modes(postgres_server.folder) | modes(home / "bin")
    server = PostgresServer(home)
    assert modes(server.folder) | modes(home / "bin") == above
    server.close()
    assert not server.folder.exists()


@pytest.mark.postgres
def test_a_program_that_only_we_can_reach_is_copied(
    postgres_server: PostgresServer, tmp_path: Path
) -> None:
    home = program()
    assert home is not None
    tmp_path.chmod(0o700)
    (tmp_path / "site").symlink_to(home.parent.parent)
    server = PostgresServer(tmp_path / "site" / home.parent.name / home.name)
    assert server.url(server.create()).endswith(str(server.folder))
    server.close()
    assert not server.folder.exists()


@pytest.mark.postgres
def test_a_server_goes_when_its_tests_are_killed(
    postgres_server: PostgresServer,
) -> None:
    code = (
        "import os, signal; from tests.postgres import PostgresServer, program;"
        "print(PostgresServer(program()).folder, flush=True);"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    killed = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        check=False,
        text=True,
    )
    folder = Path(killed.stdout.strip())
    assert folder.name.startswith("quietline-pg-")
    until = time.monotonic() + 20
    while folder.exists():
        assert time.monotonic() < until, "The server is still there."
        time.sleep(0.05)


def test_no_test_can_reach_the_network() -> None:
    with (
        pytest.warns(UserWarning, match=r"tried to use socket\.socket"),
        pytest.raises(RuntimeError, match=r"tried to use socket\.socket"),
    ):
        socket.socket(socket.AF_INET)
    with (
        pytest.warns(UserWarning, match="getaddrinfo"),
        pytest.raises(RuntimeError, match="getaddrinfo"),
    ):
        socket.create_connection(("quietline.example", 443))


@pytest.mark.journey
def test_a_journey_reaches_this_machine_and_no_other() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()
    with (
        pytest.warns(UserWarning, match=r"192\.0\.2\.1"),
        pytest.raises(RuntimeError, match=r"192\.0\.2\.1"),
    ):
        socket.create_connection(("192.0.2.1", 80))


def test_tests_do_not_run_in_the_zone_of_the_machine() -> None:
    assert os.environ["TZ"] == "Pacific/Chatham"


def test_trials_follow_the_profile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(profiles, "profile", "dev")
    assert profiles.trials(10, 10_000) == 10
    monkeypatch.setattr(profiles, "profile", "ci")
    assert profiles.trials(10, 10_000, 50_000) == 10_000
    monkeypatch.setattr(profiles, "profile", "assure")
    assert profiles.trials(10, 10_000) == 10_000
    assert profiles.trials(10, 10_000, 50_000) == 50_000


@pytest.mark.parametrize("name", profiles.PROFILES)
def test_every_profile_waits_and_says_how_to_see_a_failure_again(name: str) -> None:
    profile = settings.get_profile(name)
    assert profile.deadline is None
    assert profile.print_blob
    assert not profile.derandomize


def test_a_missing_need_is_a_skip_here_and_a_failure_in_ci(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="needs a thing"):
        needs.need(None, "a thing")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="needs a thing"):
        needs.need(None, "a thing")
    needs.need("there", "a thing")
