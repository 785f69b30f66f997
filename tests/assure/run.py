"""Run the tests of a bar and judge what they say they did."""

from __future__ import annotations

import json
import os
import platform
import sqlite3
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from random import SystemRandom
from tempfile import TemporaryDirectory

from tests.assure.bar import Bar, Case, Kept, all_told, judged
from tests.contracts import ROOT


def run(bar: Bar, profile: str) -> Kept:
    """One bar, in processes of its own; what is kept of it."""
    began = time.monotonic()
    seed = SystemRandom().randrange(1 << 31)
    with TemporaryDirectory() as folder:
        counted = Path(folder) / "counted.jsonl"
        said = _pytest(bar, profile, seed, counted)
        lines = counted.read_text().splitlines() if counted.exists() else []
    cases = [_case(each) for each in lines]
    wrongs = judged(bar, cases, profile)
    if said.returncode != 0 and not wrongs:
        wrongs.append(f"pytest ended with {said.returncode}")
    if wrongs:
        sys.stderr.write(said.stdout[-20_000:] + said.stderr[-4_000:])
    return {
        "on": datetime.now(UTC).date().isoformat(),
        "numbers": profile,
        "holds": not wrongs,
        "wrongs": wrongs,
        "cases": len(cases),
        "trials": sum(each.trials for each in cases),
        "seconds": round(time.monotonic() - began),
        "seed": seed,
        "seeds": sorted({s for each in cases for s in _seeds(each)}),
        "hit": all_told(cases, "hit"),
        "states": all_told(cases, "states"),
        "taken": sum(int(t.get("taken", 0)) for each in cases for t in each.told),
        "with": f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}",
    }


def _pytest(
    bar: Bar, profile: str, seed: int, counted: Path
) -> subprocess.CompletedProcess[str]:
    beside = ["-n", "logical", "--maxprocesses=4", "--dist=worksteal"]
    return subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-p", "tests.assure.counting"),
            *(f"--randomly-seed={seed}", f"--hypothesis-seed={seed}"),
            *(beside if bar.spread else ["-n", "0"]),
            *bar.tests,
        ],
        cwd=ROOT,
        env={
            **os.environ,
            "HYPOTHESIS_PROFILE": profile,
            "QUIETLINE_COUNTED": str(counted),
            # What is missing here is a failure: nothing may be left out.
            "CI": "true",
        },
        capture_output=True,
        check=False,
        text=True,
    )


def _case(line: str) -> Case:
    read = json.loads(line)
    return Case(**{**read, "told": tuple(read["told"])})


def _seeds(case: Case) -> Sequence[int]:
    return [int(each["seed"]) for each in case.told if "seed" in each]
