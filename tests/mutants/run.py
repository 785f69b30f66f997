"""Change the code the rules lie in, a little at a time, and see tests turn red.

`python -m tests.mutants` mutates a copy of the tree with mutmut (`[tool.mutmut]` in
pyproject.toml says which files and which tests) and writes docs/mutants.md. Exits 0
only if every mutant that survived is listed with its reason, every listed one still
survives, and of each file enough are killed.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.mutants.survivor import Survivor, from_diff, judge, listed
from tests.plant.run import ROOT, copy_of_the_tree, say

PAGE: Final = ROOT / "docs" / "mutants.md"
ENOUGH: Final = 95

# pytest's own for red; the processor time of a mutant that never ends.
KILLED: Final = frozenset({1, 3})
ENDLESS: Final = frozenset({-24, 24, 152})

HEAD: Final = """\
# Mutants

`make mutants` makes one small change at a time in the files below (a comparison turned
round, a number off by one, an argument left out, a statement dropped) and runs the
tests that come that way, on SQLite. A mutant is killed when a test turns red. The rest
is listed with its reason in `tests/mutants/survivors.toml`: one that is not listed, or
is listed and killed, fails the run, and so do fewer than 95 % of a file.

mutmut changes what stands in functions. Constants of a module, defaults of a dataclass
and functions with a decorator are out of its reach: bugs in those are put in by hand
(`make plant`).

"""


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of the mutants of one file. What is neither red nor endless survived,
    be it that no test comes that way."""

    file: str
    exits: Mapping[str, int | None]

    @property
    def endless(self) -> int:
        """How many were stopped."""
        return sum(each in ENDLESS for each in self.exits.values())

    @property
    def survived(self) -> list[str]:
        """By mutmut's names."""
        return [
            name for name, each in self.exits.items() if each not in KILLED | ENDLESS
        ]

    @property
    def share(self) -> float:
        """How many in a hundred were killed."""
        return 100 * (1 - len(self.survived) / max(1, len(self.exits)))


def read(tree: Path) -> list[Tried]:
    """What mutmut wrote down, a file at a time."""
    there = tree / "mutants"
    return [
        Tried(
            str(each.relative_to(there).with_suffix("")),
            json.loads(each.read_text(encoding="utf-8"))["exit_code_by_key"],
        )
        for each in sorted((there / "scheduler").rglob("*.meta"))
    ]


def survivors(tree: Path, tried: Sequence[Tried]) -> Iterator[Survivor]:
    """What the surviving ones change."""
    for each in tried:
        for name in each.survived:
            shown = subprocess.run(
                [sys.executable, "-m", "mutmut", "show", name],
                cwd=tree,
                capture_output=True,
                check=True,
                text=True,
            )
            yield from_diff(each.file, function_of(name), shown.stdout)


def function_of(name: str) -> str:
    """`….x_openings__mutmut_3` or `….xǁHoursǁdenies__mutmut_3` as one writes it."""
    mangled = name.rpartition(".")[2].partition("__mutmut_")[0]
    return mangled.removeprefix("x_").removeprefix("xǁ").replace("ǁ", ".")


def page(tried: Sequence[Tried], may: Mapping[Survivor, str]) -> str:
    """The figures, and who survived why."""
    rows = [
        f"| `{each.file}` | {len(each.exits)} | {len(each.exits) - len(each.survived)} "
        f"| {each.endless} | {len(each.survived)} | {each.share:.1f} % |"
        for each in tried
    ]
    figures = [
        "| File | Mutants | Killed | of these by never ending | Survived | Killed |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
        *rows,
    ]
    reasons: list[str] = []
    for each in tried:
        mine = [(one, why) for one, why in may.items() if one.file == each.file]
        if mine:
            reasons += ["", f"## Survivors in `{each.file}`", ""]
        for one, why in mine:
            becomes = f"`{one.becomes}`" if one.becomes else "nothing"
            reasons.append(f"- `{one.function}`: `{one.was}` → {becomes}. {why}")
    return HEAD + "\n".join([*figures, *reasons]) + "\n"


def main(names: Sequence[str] = ()) -> int:
    """Try all, or those whose name fits a pattern of mutmut's; 0 if all is well."""
    with tempfile.TemporaryDirectory(prefix="quietline-mutants-") as folder:
        tree = copy_of_the_tree(Path(folder))
        within = [sys.executable, "tests/mutants/within.py", "run", *names]
        if code := subprocess.run(within, cwd=tree, check=False).returncode:
            return code
        if names:
            return 0  # mutmut has said what came of them
        tried = read(tree)
        may = listed()
        wrong = judge(survivors(tree, tried), may)
    wrong += [
        f"{each.file}: {each.share:.1f} % are killed, and {ENOUGH} % are enough."
        for each in tried
        if each.share < ENOUGH
    ]
    PAGE.write_text(page(tried, may), encoding="utf-8")
    for each in wrong or ["Every mutant is killed, or listed with its reason."]:
        say(each)
    return 1 if wrong else 0
