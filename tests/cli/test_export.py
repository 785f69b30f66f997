"""`quietline export`, as somebody types it."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyotp
import pytest

from config import settings
from config.wiring import open_installation
from scheduler.services.in_and_out.export import REFUSED
from scheduler.services.staff import second_factors
from scheduler.services.staff.sign_in import Accounts, SignedIn
from tests.cli.conftest import PASSWORD, Place, Run, password_file


@pytest.fixture
def app(place: Place, tmp_path: Path, run: Run) -> pyotp.TOTP:
    return an_app(place, tmp_path, run, "carl", "custodian")


def an_app(place: Place, folder: Path, run: Run, name: str, role: str) -> pyotp.TOTP:
    """What makes the codes of somebody who was just taken on."""
    kept = ("--password-file", password_file(folder))
    assert run(place, "user", "add", name, "--role", role, *kept).code == 0
    installation = open_installation(settings.load(place.env))
    house = installation.house
    now = house.now() - timedelta(seconds=30)
    doors = Accounts(house, installation.passwords)
    signed = doors.sign_in(name, PASSWORD, "127.0.0.1", now)
    assert isinstance(signed, SignedIn)
    offered = second_factors.offer(house, signed.sid, signed.staff_id)
    made = pyotp.TOTP(offered.secret)
    second_factors.set_up(house, signed.sid, made.at(now), "127.0.0.1", now)
    installation.close()
    return made


@pytest.mark.parametrize("right", [True, False])
def test_a_custodian_takes_everything_and_sees_the_passphrase_once(
    place: Place,
    tmp_path: Path,
    run: Run,
    app: pyotp.TOTP,
    monkeypatch: pytest.MonkeyPatch,
    right: bool,
) -> None:
    code = app.at(datetime.now(UTC)) if right else "000000"
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{code}\n"))
    target = tmp_path / "everything.gpg"
    kept = ("--password-file", password_file(tmp_path))
    said = run(place, "export", target, "--as", "carl", *kept)
    if not right:
        assert (said.code, said.err) == (1, f"{REFUSED}\n")
        assert not target.exists()
        return
    assert (said.code, said.err) == (0, "")
    assert "gpg --decrypt everything.gpg" in said.out
    [passphrase] = [
        line.strip() for line in said.out.splitlines() if line.count("-") == 7
    ]
    assert len(passphrase.replace("-", "")) == 32
    assert passphrase.encode() not in target.read_bytes()
