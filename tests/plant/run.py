"""Put the bugs in, one at a time, and see a named test turn red for each.

`python -m tests.plant [WORD …]` runs all, or those whose description has a word. The
tree is copied to a temporary folder, once for each core; the checkout is not touched.
Prints a table; exits 0 only if every bug was noticed.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Final

from tests.plant.plant import Plant
from tests.plant.plants import PLANTS

ROOT: Final = Path(__file__).parents[2]
COPIED: Final = ("config", "integrations", "scheduler", "tests", "pyproject.toml")
LEFT_OUT: Final = shutil.ignore_patterns("__pycache__", ".*_cache", ".hypothesis")
# Seconds for one test, on a machine with much else to do.
ENOUGH: Final = 300

# pytest's own: all passed, some failed.
PASSED: Final = 0
FAILED: Final = 1


@dataclass(frozen=True, slots=True)
class Found:
    """What came of one bug."""

    plant: Plant
    noticed: bool
    said: str


def stale(plant: Plant, root: Path = ROOT) -> str | None:
    """Why a plant no longer fits the tree, or None."""
    times = (root / plant.file).read_text(encoding="utf-8").count(plant.old)
    if times != 1:
        return f"its text stands {times} times in {plant.file}"
    file, _, name = plant.test.partition("::")
    name = name.partition("[")[0]
    if f"def {name}(" not in (root / file).read_text(encoding="utf-8"):
        return f"there is no {plant.test}"
    return None


def copy_of_the_tree(folder: Path) -> Path:
    """A copy to put bugs into."""
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=LEFT_OUT)
        else:
            shutil.copy(source, folder / name)
    return folder


def run_tests(
    tree: Path, tests: Sequence[str], enough: int = ENOUGH
) -> subprocess.CompletedProcess[str]:
    """Run tests inside a copy, whose packages come before those installed."""
    return subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-x", "--no-header"),
            *("-p", "no:cacheprovider", "-p", "no:randomly", *tests),
        ],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        check=False,
        text=True,
        timeout=enough,
    )


def all_of_them(
    trees: Sequence[Path], tests: Sequence[str]
) -> list[subprocess.CompletedProcess[str]]:
    """Every test once, a share of them in each copy at the same time."""
    shares = [tests[number :: len(trees)] for number in range(len(trees))]
    # Without a name pytest would run everything there is.
    given = [each for each in shares if each]
    with ThreadPoolExecutor(len(trees)) as workers:
        patient = [3 * ENOUGH] * len(given)
        return list(workers.map(run_tests, trees, given, patient))


@contextmanager
def planted(tree: Path, plant: Plant) -> Iterator[None]:
    """The bug is in the copy, and out of it again."""
    file = tree / plant.file
    before = file.read_text(encoding="utf-8")
    file.write_text(before.replace(plant.old, plant.new), encoding="utf-8")
    try:
        yield
    finally:
        file.write_text(before, encoding="utf-8")


def try_one(tree: Path, plant: Plant) -> Found:
    """Whether the named test turns red, and for a failure rather than an error."""
    why = stale(plant, tree)
    if why:
        return Found(plant, noticed=False, said=why)
    with planted(tree, plant):
        try:
            done = run_tests(tree, [plant.test])
        except subprocess.TimeoutExpired:
            return Found(plant, noticed=False, said=f"not over after {ENOUGH} s")
    last = done.stdout.strip().splitlines()[-1:] or [done.stderr.strip()[-80:]]
    return Found(plant, noticed=done.returncode == FAILED, said=last[0].strip("= "))


def try_all(plants: Sequence[Plant], trees: Sequence[Path]) -> Iterator[Found]:
    """All of them, one a copy at a time, in their order."""
    free: SimpleQueue[Path] = SimpleQueue()
    for tree in trees:
        free.put(tree)

    def try_in_a_copy(plant: Plant) -> Found:
        tree = free.get()
        try:
            return try_one(tree, plant)
        finally:
            free.put(tree)

    with ThreadPoolExecutor(len(trees)) as workers:
        yield from workers.map(try_in_a_copy, plants)


def say(line: str) -> None:
    """One line at once, also into a file."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main(words: Sequence[str] = ()) -> int:
    """Try the plants whose description has a word, or all; 0 if all were noticed."""
    chosen = [
        each for each in PLANTS if not words or any(word in each.what for word in words)
    ]
    with tempfile.TemporaryDirectory(prefix="quietline-plant-") as folder:
        trees = []
        for number in range(os.cpu_count() or 1):
            (Path(folder) / str(number)).mkdir()
            trees.append(copy_of_the_tree(Path(folder) / str(number)))
        for healthy in all_of_them(trees, sorted({each.test for each in chosen})):
            if healthy.returncode != PASSED:
                say(healthy.stdout)
                say("The tests that should notice are not green without a bug.")
                return 2
        missed = 0
        for found in try_all(chosen, trees):
            missed += not found.noticed
            mark = "red  " if found.noticed else "MISSED"
            say(f"{mark:6} {found.plant.what:58} {found.said}")
    say(f"{len(chosen) - missed} of {len(chosen)} bugs turned a named test red.")
    return 1 if missed or not chosen else 0
