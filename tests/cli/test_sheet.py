"""`quietline import`, as somebody types it."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyotp
import pytest

from config import settings
from config.wiring import open_installation
from scheduler.storage import people
from tests.cli.conftest import Place, Run, Said, password_file
from tests.cli.test_export import an_app
from tests.services.test_imports import LINE, sheet


@pytest.fixture
def app(place: Place, tmp_path: Path, run: Run) -> pyotp.TOTP:
    return an_app(place, tmp_path, run, "sue", "supervisor")


def bring(
    place: Place,
    tmp_path: Path,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    code: str,
    *more: str,
) -> Said:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{code}\n"))
    kept = ("--as", "sue", "--password-file", password_file(tmp_path))
    return run(place, "import", tmp_path / "sheet.csv", *more, *kept)


def files(place: Place) -> int:
    installation = open_installation(settings.load(place.env))
    with installation.house.store.reading() as tx:
        found = len(people.open_files(tx))
    installation.close()
    return found


def plan_until(days: int) -> str:
    return (datetime.now(UTC).date() + timedelta(days=days)).isoformat()


@pytest.mark.parametrize("dry", [True, False])
def test_a_right_sheet_is_brought_in_unless_it_is_a_dry_run(
    place: Place,
    tmp_path: Path,
    run: Run,
    app: pyotp.TOTP,
    monkeypatch: pytest.MonkeyPatch,
    dry: bool,
) -> None:
    line = {**LINE, "code": "C1", "valid_until": plan_until(20)}
    (tmp_path / "sheet.csv").write_bytes(sheet(line))
    code = app.at(datetime.now(UTC))
    more = ("--dry-run",) if dry else ()
    said = bring(place, tmp_path, run, monkeypatch, code, *more)
    assert (said.code, said.err) == (0, "")
    assert ("All of it is right: 1 lines" in said.out) == dry
    assert ("Brought in 1 files" in said.out) == (not dry)
    assert files(place) == (0 if dry else 1)


def test_what_is_wrong_is_told_by_line_and_column(
    place: Place,
    tmp_path: Path,
    run: Run,
    app: pyotp.TOTP,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "sheet.csv").write_bytes(sheet({"zone": "Atlantis"}))
    said = bring(place, tmp_path, run, monkeypatch, app.at(datetime.now(UTC)))
    assert said.code == 1
    assert "line 2: zone: There is no time zone" in said.out
    assert files(place) == 0


def test_without_the_right_code_nothing_is_looked_at(
    place: Place,
    tmp_path: Path,
    run: Run,
    app: pyotp.TOTP,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "sheet.csv").write_bytes(sheet({"code": "C1"}))
    said = bring(place, tmp_path, run, monkeypatch, "000000")
    assert said.code == 1
    assert "supervisor’s name, password and code" in said.err
    assert files(place) == 0
