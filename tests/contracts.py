"""Plants forbidden imports in a copy of the packages and asks which contracts break.

The asking is done in a process of its own: import-linter finds a package where Python
would import it from, and here Python has the real ones already.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
PACKAGES: Final = ("config", "integrations", "scheduler")


@dataclass(frozen=True)
class Plant:
    """One line added to a file (made if it is not there) that `contract` forbids."""

    contract: str
    file: str
    line: str

    def __str__(self) -> str:
        return f"{self.contract}: {self.file}: {self.line}"


def copy_packages(to: Path) -> None:
    """The three packages and the contracts, without anything else."""
    for package in PACKAGES:
        shutil.copytree(
            ROOT / package,
            to / package,
            ignore=shutil.ignore_patterns("__pycache__", "templates", "static"),
        )
    shutil.copy(ROOT / "pyproject.toml", to)


def broken_by(plants: Sequence[Plant], copy: Path) -> list[bool]:
    """For each plant, whether its contract breaks when it alone is planted."""
    answer = subprocess.run(
        [sys.executable, Path(__file__)],
        input=json.dumps([asdict(plant) for plant in plants]),
        cwd=copy,
        env={**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        check=False,
        text=True,
        timeout=120,
    )
    assert answer.returncode == 0, answer.stderr
    broken: list[bool] = json.loads(answer.stdout)
    return broken


def holds(contract: str = "", root: Path = ROOT) -> bool:
    """Whether one contract, or every one, holds for the packages Python finds."""
    from importlinter.cli import lint_imports  # noqa: PLC0415  (sets itself up)

    with redirect_stdout(sys.stderr):
        # Exit status, of which 0 means kept. In debug mode a mistake of ours in the
        # contracts is raised: it would otherwise look like a broken contract.
        status = lint_imports(
            config_filename=str(root / "pyproject.toml"),
            limit_to_contracts=(contract,) if contract else (),
            no_cache=True,
            is_debug_mode=True,
            no_logo=True,
        )
    return status == 0


def _breaks(plant: Plant, copy: Path) -> bool:
    file = copy / plant.file
    before = file.read_text() if file.exists() else None
    made = [folder for folder in file.parents if not folder.exists()]
    file.parent.mkdir(parents=True, exist_ok=True)
    for folder in made:
        (folder / "__init__.py").touch()
    file.write_text(f"{before or ''}\n{plant.line}\n")
    try:
        return not holds(plant.contract, copy)
    finally:
        if before is None:
            file.unlink()
        else:
            file.write_text(before)
        for folder in made:
            shutil.rmtree(folder)


if __name__ == "__main__":
    here = Path.cwd()
    wanted = [Plant(**each) for each in json.load(sys.stdin)]
    if not holds(root=here):
        sys.exit("A contract is broken before anything was planted.")
    print(json.dumps([_breaks(plant, here) for plant in wanted]))  # noqa: T201
