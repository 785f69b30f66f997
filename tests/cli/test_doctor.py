"""`quietline doctor`: every finding with what puts it right, for people and programs;
and the switch from a shell."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from typing import Any

import pytest

from config import settings
from config.wiring import open_installation
from scheduler import clock
from scheduler.cli import doctor as command
from scheduler.cli import machine
from scheduler.services import doctor
from scheduler.services.doctor import State
from scheduler.services.house import House
from scheduler.services.messages import delivery
from scheduler.services.stops import brakes, interlocks
from tests.cli.conftest import Place, Run, at, password_file


def examined(run: Run, place: Place) -> tuple[int, dict[str, dict[str, str]]]:
    said = run(place, "doctor", "--json")
    found = json.loads(said.out)
    assert set(found) == {"worst", "findings"}
    worst_last = sorted(found["findings"], key=lambda each: each["state"] == "wrong")
    return said.code, {each["name"]: each for each in worst_last}


def ticked(place: Place) -> None:
    house = opened(place)
    delivery.tick(house)
    house.store.close()


def let_in(place: Place) -> None:
    """The fixture is a copy of a folder, which is another place."""
    house = opened(place)
    interlocks.let_in_here(house)
    house.store.close()


def opened(place: Place) -> House:
    return open_installation(settings.load(place.env)).house


def test_a_new_agency_hears_what_is_still_to_be_done_and_nothing_is_wrong_but_that(
    run: Run, place: Place, tmp_path: Path
) -> None:
    let_in(place)
    code, found = examined(run, place)
    assert code == 3
    wrong = [name for name, each in found.items() if each["state"] == "wrong"]
    assert wrong == ["worker", "backups"]
    assert "NOT running: it looked round never." in found["worker"]["sentence"]
    ticked(place)
    assert run(place, "backup", tmp_path / "one.rows").code == 0
    code, found = examined(run, place)
    assert code == 1
    assert {name for name, each in found.items() if each["state"] == "right"} >= {
        *("database", "durability", "keys", "migrations", "zones", "worker"),
        *("switch", "machine", "disk", "backups"),
    }
    assert found["sender"]["state"] == "look"
    assert "synchronous = 2" in found["durability"]["sentence"]


def test_every_finding_that_is_not_right_has_its_remedy_beside_it(
    run: Run, place: Place
) -> None:
    (place.home / "STOP").touch()
    said = run(place, "doctor")
    lines = said.out.splitlines()
    for number, line in enumerate(lines[:-1]):
        if line.startswith(("! ", "? ")):
            assert lines[number + 1].startswith("    → "), line
    assert "Texts are stopped. The stop file is there." in said.out
    assert lines[-1].endswith("to put right.")
    assert "!" not in said.out.replace("! ", "")


@pytest.mark.parametrize(
    ("breaking", "name", "sentence"),
    [
        (lambda place: place.key.chmod(0o644), "settings", "open to other accounts"),
        (lambda place: place.database.unlink(), "installation", "cannot be opened"),
        (lambda place: place.shelf.unlink(), "installation", "cannot be opened"),
    ],
    ids=["an open key", "no database", "no shelf"],
)
def test_what_keeps_it_from_starting_is_a_finding_and_no_error(
    breaking: Any, name: str, sentence: str, run: Run, place: Place
) -> None:
    breaking(place)
    code, found = examined(run, place)
    assert (code, found[name]["state"]) == (3, "wrong")
    assert sentence in found[name]["sentence"]
    assert found[name]["remedy"]


def test_settings_that_cannot_be_read_are_named_one_by_one(
    run: Run, place: Place
) -> None:
    broken = at(place.home, QUIETLINE_PORT="many", QUIETLINE_SENDR="phone")
    said = run(broken, "doctor", "--json")
    assert said.code == 3
    sentences = [each["sentence"] for each in json.loads(said.out)["findings"]]
    assert len(sentences) == 2


def test_a_copy_of_the_data_says_that_it_is_in_another_place(
    run: Run, place: Place, tmp_path: Path
) -> None:
    shutil.copytree(place.home, tmp_path / "copy")
    copy = at(tmp_path / "copy")
    _, found = examined(run, copy)
    assert found["machine"]["state"] == "wrong"
    assert "not known" in found["machine"]["sentence"]
    ticked(copy)
    _, found = examined(run, copy)
    assert "This machine, or the place of its data" in found["switch"]["sentence"]


@pytest.mark.parametrize(
    ("free", "state"), [(2 << 30, "right"), (1 << 29, "look"), (1 << 20, "wrong")]
)
def test_little_room_is_said_before_there_is_none(
    free: int, state: str, run: Run, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free))
    _, found = examined(run, place)
    assert found["disk"]["state"] == state


def named(found: Iterator[doctor.Finding]) -> dict[str, doctor.Finding]:
    return {each.name: each for each in found}


def test_files_that_others_may_read_or_own_are_named(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = settings.load(place.env)
    assert named(machine._files(given))["files"].state is State.RIGHT
    place.home.chmod(0o755)
    place.database.chmod(0o644)
    seen = named(machine._files(given))["files"]
    assert (seen.state, "quietline.sqlite" in seen.sentence) == (State.WRONG, True)
    assert "installation.key" not in seen.sentence
    monkeypatch.setattr(os, "geteuid", lambda: 4711)
    seen = named(machine._files(given))["owner"]
    assert (seen.state, "chown" in seen.remedy) == (State.WRONG, True)
    assert seen.sentence.endswith("more.")


def test_an_account_of_its_own_is_right_and_root_is_more_than_it_needs(
    place: Place,
) -> None:
    given = settings.load(place.env)
    expected = State.LOOK if os.geteuid() == 0 else State.RIGHT
    assert named(machine._files(given))["owner"].state is expected


@pytest.mark.parametrize(
    ("kept", "state"),
    [
        (None, State.LOOK),
        (clock.KeptRight(by_server=False, off_by_at_most=0.1), State.LOOK),
        (clock.KeptRight(by_server=True, off_by_at_most=5.1), State.WRONG),
        (clock.KeptRight(by_server=True, off_by_at_most=5.0), State.RIGHT),
    ],
)
def test_a_clock_that_nobody_keeps_right_is_said(
    kept: clock.KeptRight | None, state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "kept_right", lambda: kept)
    [seen] = machine._clock()
    assert seen.state is state


def test_the_kernel_is_asked_for_its_clock() -> None:
    kept = clock.kept_right()
    assert kept is not None
    assert kept.off_by_at_most >= 0


def test_packages_other_than_those_of_the_lock_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [seen] = machine._packages()
    assert seen.state is State.RIGHT
    lock = tmp_path / "requirements-run.lock"
    lock.write_text("flask==0.1 \\\n    --hash=sha256:00\nno-such-package==1.0\n")
    monkeypatch.setattr(machine, "_LOCK", lock)
    [seen] = machine._packages()
    assert seen.state is State.LOOK
    assert seen.sentence.startswith("1 are not the releases that were tried: flask ")
    lock.unlink()
    assert list(machine._packages()) == []


def test_what_is_to_be_put_right_stands_first(run: Run, place: Place) -> None:
    lines = run(place, "doctor").out.splitlines()
    marks = [each[0] for each in lines[:-1] if not each.startswith("    ")]
    assert marks == sorted(marks, key="!? ".index)
    assert marks[0] == "!"


def test_nothing_is_changed_by_looking(run: Run, place: Place) -> None:
    house = opened(place)
    with house.store.reading() as tx:
        before = tx.conn.exec_driver_sql("SELECT * FROM sender_state").all()
        trail = tx.conn.exec_driver_sql("SELECT count(*) FROM audit").scalar()
    house.store.close()
    run(place, "doctor")
    house = opened(place)
    with house.store.reading() as tx:
        assert tx.conn.exec_driver_sql("SELECT * FROM sender_state").all() == before
        assert tx.conn.exec_driver_sql("SELECT count(*) FROM audit").scalar() == trail
    house.store.close()


def test_the_worst_decides() -> None:
    fine, odd = doctor.right("a", "A."), doctor.look("b", "B.", "C.")
    assert doctor.worst([]) is State.RIGHT
    assert doctor.worst([fine, odd]) is State.LOOK
    assert doctor.worst([odd, doctor.wrong("d", "D.", "E."), fine]) is State.WRONG


class _Door(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.send_response(int(self.path.rpartition("/")[2]))
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def door() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _Door)
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.allow_hosts(["127.0.0.1"])
def test_the_public_address_is_asked_with_something_it_must_refuse(door: str) -> None:
    assert command._posted(f"{door}/403") == 403
    assert command._posted(f"{door}/502") == 502
    assert command._posted("http://127.0.0.1:9/403") == 0


def test_stop_and_start_from_a_shell_take_two_people(
    run: Run, place: Place, tmp_path: Path
) -> None:
    password = password_file(tmp_path)
    start = ("start", "--password-file", password, "--as")
    assert run(place, "stop").code == 0
    refused = run(place, *start, "maia")
    assert refused.code == 1
    assert "Take the file away once that is agreed." in refused.err
    (place.home / "STOP").unlink()
    for _ in range(2):
        first = run(place, *start, "maia")
        assert first.code == 1
        assert "until a second person starts it too" in first.err
    password.write_text("not the password\n")
    assert "do not go together" in run(place, *start, "ruth").err
    password_file(tmp_path)
    second = run(place, *start, "ruth")
    assert (second.code, second.err) == (0, "")
    house = opened(place)
    with house.store.reading() as tx:
        assert not brakes.stopped(tx, house)
        left = "SELECT count(*) FROM staff_session WHERE ended_at IS NULL"
        assert tx.conn.exec_driver_sql(left).scalar() == 0
    house.store.close()
