"""`quietline keys`: rotate, as a process that is killed while others work (bar-K3),
check, split and join."""

from __future__ import annotations

import io
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest

from config import settings
from config.wiring import open_installation
from scheduler.storage import key_shares, keys
from scheduler.storage.vault import Vault, client_owner
from tests.cli.conftest import Place, Run
from tests.contracts import ROOT
from tests.profiles import Tells, trials

WORDS: Final = "The plants could do with some water"
FIELD: Final = ("client", "person")
A_NEW_FILE: Final = 0.05
# So that the one that rotates has the processor too.
BETWEEN: Final = 0.002
MIXED: Final = ("a new file", "a file read")
HALF: Final = "killed half-way"
ANYWHERE: Final = "killed elsewhere"
NOW: Final = datetime.now(UTC)


class Working:
    """A process that serves people while keys change under it: it has known the key
    file since before, admits new files and reads old ones, also as just started."""

    def __init__(self, place: Place, files: int, chance: random.Random) -> None:
        self.chance = chance
        self.installation = open_installation(settings.load(place.env))
        self.store = self.installation.house.store
        self.path = place.key
        self.began_with = keys.load(place.key)
        self.sealed: list[bytes] = []
        self.did: Counter[str] = Counter()
        for _ in range(files):
            self.admit()

    def admit(self) -> None:
        number = len(self.sealed) + 1
        owner = client_owner(number)
        self.store.vault.admit(owner, NOW)
        self.sealed.append(self.store.vault.seal(owner, *FIELD, number, WORDS))

    def read(self) -> None:
        vault = Vault(self.began_with, self.store.shelf, keys.system_entropy, self.path)
        number = self.chance.randint(1, len(self.sealed))
        owner = client_owner(number)
        assert vault.open(owner, *FIELD, number, self.sealed[number - 1]) == WORDS

    def one(self) -> None:
        time.sleep(BETWEEN)
        if self.chance.random() < A_NEW_FILE:
            self.admit()
            self.did["a new file"] += 1
        else:
            self.read()
            self.did["a file read"] += 1

    def until(self, process: subprocess.Popen[str], kill_at: str | None) -> str:
        """Work on until it ends by itself, or is killed where `kill_at` says."""
        anywhere = time.monotonic() + self.chance.uniform(0.2, 2)
        while process.poll() is None:
            self.one()
            half = kill_at == HALF and len(self.store.shelf.counted()) > 1
            if half or (kill_at == ANYWHERE and time.monotonic() > anywhere):
                process.send_signal(signal.SIGKILL)
                break
        said, _ = process.communicate(timeout=60)
        if process.returncode == -signal.SIGKILL:
            half = len(self.store.shelf.counted()) > 1
            self.did[HALF if half else ANYWHERE] += 1
        else:
            assert process.returncode == 0, said
        return said


def rotating(place: Place, *more: str) -> subprocess.Popen[str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("QUIETLINE_")}
    return subprocess.Popen(
        [sys.executable, "-m", "scheduler.cli", "keys", "rotate", *more],
        cwd=ROOT,
        env={**kept, **place.env},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.mark.longer
def test_killed_anywhere_it_goes_on_and_nobody_who_works_notices(
    place: Place, tells: Tells
) -> None:
    seed = random.randrange(2**32)
    working = Working(place, trials(200, 400, 1_000), random.Random(seed))
    wanted = trials(300, 1_000, 10_000)
    rounds = 0
    while sum(working.did[each] for each in MIXED) < wanted:
        rounds += 1
        before = keys.load(place.key).current.id
        for kill_at in (HALF, ANYWHERE):
            working.until(rotating(place), kill_at)
        said = working.until(rotating(place), None)
        new = keys.load(place.key).current.id
        assert f"none is left under {before}" in said
        working.until(rotating(place, "--finish"), None)
        assert [each.id for each in keys.load(place.key).keys] == [new]
        assert new != before
        assert working.store.shelf.counted() == {new: len(working.sealed) + 1}
    tried = sum(working.did[each] for each in MIXED)
    tells(trials=tried, seed=seed, hit={**working.did, "rotations": rounds})
    assert working.did[HALF]
    working.installation.close()


def test_the_old_key_does_not_go_before_its_time(place: Place, run: Run) -> None:
    said = run(place, "keys", "rotate", "--finish")
    assert (said.code, said.out) == (1, "")
    assert "nothing to finish" in said.err


def test_check_says_what_is_under_which_key_and_ends_with_0(
    place: Place, run: Run
) -> None:
    old = keys.load(place.key).current.id
    said = run(place, "keys", "check")
    assert (said.code, said.err) == (0, "")
    assert f"{old}  made" in said.out
    assert "1 data keys  (the current one)" in said.out
    run(place, "keys", "rotate")
    assert "A rotation has begun and is not finished" in run(place, "keys", "check").out


def test_check_ends_with_1_when_something_cannot_be_read(
    place: Place, run: Run
) -> None:
    working = Working(place, 1, random.Random(1))
    working.installation.close()
    with closing(sqlite3.connect(place.shelf)) as conn, conn:
        conn.execute("UPDATE data_key SET wrapped = zeroblob(69) WHERE owner > 'c'")
    said = run(place, "keys", "check")
    assert said.code == 1
    assert "No key opens the data key of client:1" in said.err


def test_check_ends_with_3_when_the_key_file_is_open_to_others(
    place: Place, run: Run
) -> None:
    place.key.chmod(0o644)
    said = run(place, "keys", "check")
    assert (said.code, said.out) == (3, "")
    assert "chmod 600" in said.err


def test_a_backup_from_before_comes_back_with_the_file_that_has_both_keys(
    place: Place, empty: Place, tmp_path: Path, run: Run
) -> None:
    assert run(place, "backup", tmp_path / "monday.rows").code == 0
    assert run(place, "keys", "rotate").code == 0
    both = shutil.copy(place.key, tmp_path / "both.key")
    assert run(place, "keys", "rotate", "--finish").code == 0
    assert run(place, "backup", tmp_path / "tuesday.rows").code == 0
    shutil.copy(place.key, empty.key)
    refused = run(empty, "restore", tmp_path / "monday.rows")
    assert refused.code == 1
    assert "sealed with another key file" in refused.err
    shutil.copy(both, empty.key)
    restored = run(empty, "restore", tmp_path / "monday.rows")
    assert (restored.code, restored.err) == (0, "")


# --- On paper ----------------------------------------------------------------


def sheets_of(printed: str) -> list[list[str]]:
    """Three pages, each as its lines."""
    return [
        [each for each in page.splitlines() if each.strip()[:2].isdigit()]
        for page in printed.split("\f")
    ]


def test_two_printed_sheets_make_the_key_file_on_another_machine(
    place: Place, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = run(place, "keys", "split")
    assert said.code == 0
    sheets = sheets_of(said.out)
    before = place.key.read_bytes()
    assert keys.load(place.key).current.id in said.out
    place.key.unlink()
    typed = "\n".join((*sheets[2], *sheets[0])) + "\n"
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    joined = run(place, "keys", "join")
    assert joined.code == 0, joined.err
    assert place.key.read_bytes() == before
    assert place.key.stat().st_mode & 0o077 == 0
    assert run(place, "keys", "check").code == 0


def test_join_says_which_line_has_a_slip_and_writes_nothing(
    place: Place, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, _ = sheets_of(run(place, "keys", "split").out)
    second[3] = second[3][:-1] + ("X" if second[3][-1] != "X" else "Y")
    place.key.unlink()
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n".join((*first, *second))))
    said = run(place, "keys", "join")
    assert said.code == 1
    assert "There is a slip in line 4" in said.err
    assert not place.key.exists()


def test_join_leaves_a_key_file_that_is_there_alone(place: Place, run: Run) -> None:
    said = run(place, "keys", "join")
    assert said.code == 3
    assert "left as it is" in said.err


def test_join_refuses_sheets_of_another_installation_than_the_database(
    place: Place, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = keys.make(keys.system_entropy, installation="other", today=NOW.date())
    one, two, _ = key_shares.split(other, keys.system_entropy)
    place.key.unlink()
    typed = "\n".join((*one.lines(), *two.lines()))
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    said = run(place, "keys", "join")
    assert said.code == 3
    assert "not the one this database was made with" in said.err
    assert not place.key.exists()
