"""`make contract` says why it did nothing, and never counts that as held."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.fake_provider import ROOT


def ran(**env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tests.contract"],
        cwd=ROOT,
        env={**os.environ, **env},
        capture_output=True,
        check=False,
        text=True,
        timeout=120,
    )


def test_without_node_both_parts_say_so(tmp_path: Path) -> None:
    done = ran(PATH=str(tmp_path), TWILIO_CONTRACT=str(tmp_path / "none.json"))
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert [each.partition(":")[0] for each in lines] == ["description", "emulator"]
    assert all("skipped. There is no node" in each for each in lines)


def test_what_npm_cannot_fetch_is_a_reason_and_not_a_result(tmp_path: Path) -> None:
    for name, does in (("node", "exit 0"), ("npm", "echo no way >&2; exit 1")):
        (tmp_path / name).write_text(f"#!/bin/sh\n{does}\n")
        (tmp_path / name).chmod(0o755)
    (tmp_path / "there.json").write_text("{}")
    done = ran(
        PATH=f"{tmp_path}:/usr/bin:/bin",
        TWILIO_CONTRACT=str(tmp_path / "there.json"),
        CONTRACT_FOLDER=str(tmp_path / "folder"),
    )
    assert done.returncode == 0
    assert done.stdout.count("skipped. npm could not fetch") == 2
    assert "described" not in done.stdout


def test_a_description_that_is_not_there_is_named(tmp_path: Path) -> None:
    for name in ("node", "npm"):
        (tmp_path / name).write_text("#!/bin/sh\nexit 1\n")
        (tmp_path / name).chmod(0o755)
    missing = tmp_path / "none.json"
    done = ran(PATH=str(tmp_path), TWILIO_CONTRACT=str(missing))
    assert f"There is no description at {missing}" in done.stdout
