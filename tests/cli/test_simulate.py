"""`quietline simulate`: a line a file, the JSON, a server it is given, exit codes."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from scheduler.cli import main
from tests.postgres import PostgresServer

SCENARIOS = Path(__file__).parent.parent / "scenarios"
ONE = SCENARIOS / "one_reminder_inside_the_window.toml"
TWO = SCENARIOS / "a_session_fits_whole.toml"


def _told(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert main(["simulate", "--json", *arguments, str(ONE)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert isinstance(told, dict)
    return told


def test_a_line_a_file_and_0_when_all_hold(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", str(ONE), str(TWO)]) == 0
    assert capsys.readouterr().out.splitlines() == [f"{ONE}: ok", f"{TWO}: ok"]


def test_what_differs_is_told_with_what_was_found_and_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "other.toml"
    path.write_text(ONE.read_text().replace('expect = "booked"', _EXPECTED, 1))
    assert main(["simulate", str(path), str(TWO)]) == 1
    first, second = capsys.readouterr().out.splitlines()
    assert "expected a refusal ['gap'], found booked" in first
    assert second == f"{TWO}: ok"


_EXPECTED = 'expect = { refused = ["gap"] }'


def test_one_malformed_file_does_not_keep_the_others_from_being_played(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["simulate", str(tmp_path), str(ONE)]) == 2
    told = capsys.readouterr()
    assert told.out == f"{ONE}: ok\n"
    assert "cannot be read" in told.err


def test_the_json_names_clients_and_sessions_as_the_file_does(
    capsys: pytest.CaptureFixture[str],
) -> None:
    told = _told(capsys)
    assert told["holds"] is True
    assert told["differences"] == []
    assert [each["kind"] for each in told["steps"]] == ["book"]
    assert {each["client"] for each in told["sent"]} == {"K-1042"}
    assert told["decisions"]
    for each in told["decisions"]:
        assert each["client"] == "K-1042"
        assert each["session"] == "s1"
        assert each["reasons"]


def test_the_same_seed_tells_the_same_and_another_seed_other_minutes(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert _told(capsys, "--seed", "4") == _told(capsys, "--seed", "4")
    minutes = {_told(capsys, "--seed", str(n))["sent"][0]["at"] for n in range(5)}
    assert len(minutes) > 1


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("foo", "not one Quietline can use"),
        ("sqlite:///x", "no PostgreSQL server"),
        ("postgresql://nobody@/none?host=/nowhere/at/all", "cannot be reached"),
    ],
)
def test_a_server_that_is_none_is_a_sentence_and_3(
    address: str, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["simulate", "--postgres", address, str(ONE)]) == 3
    told = capsys.readouterr().err
    assert says in told
    assert len(told.splitlines()) == 1


@pytest.mark.postgres
def test_on_a_server_it_tells_the_same_and_leaves_nothing_there(
    postgres_server: PostgresServer, capsys: pytest.CaptureFixture[str]
) -> None:
    here = _told(capsys)
    there = _told(capsys, "--postgres", postgres_server.url())
    assert there == here
    engine = create_engine(postgres_server.url())
    with engine.connect() as conn:
        names = conn.scalars(text("SELECT datname FROM pg_database")).all()
    engine.dispose()
    assert [name for name in names if "scratch" in name] == []
