"""`make bench`: every script here in a process of its own, one after the other.

Prints what they print as one JSON list, and writes `docs/performance.md` from it.
`bench/run.py WORD …` runs those whose name has a word, and writes nothing. Exits 1 if a
script broke; a target that is missed is in the table, since how fast this machine is
says nothing about the program.
"""

import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PAGE = HERE.parent / "docs" / "performance.md"
THOUSAND = 1000
NOT_MEASURING = {
    "__init__",
    "agency",
    "feeding",
    "measuring",
    "plans",
    "run",
    "serving",
    "sessions",
}

HEAD = """# Figures

Written by `make bench` ({size} size): every figure is of the run that wrote this page,
on {cores} shared cores with Python {python}. What else the machine does falls on ours
and on the yardstick alike, so **the ratio is what counts**; the rest gives the order of
size. Not measured yet: whatever is not in the table.

| id | work | target | median (min – max) | | yardstick | ratio |
| --- | --- | --- | --- | --- | --- | --- |
"""


def scripts(words: Sequence[str]) -> list[Path]:
    """Those that measure, by name."""
    return [
        each
        for each in sorted(HERE.glob("*.py"))
        if each.stem not in NOT_MEASURING
        and (not words or any(word in each.stem for word in words))
    ]


def run(script: Path) -> dict[str, Any] | None:
    """What it printed; None if it broke, and then why is shown."""
    done = subprocess.run(
        [sys.executable, script], capture_output=True, check=False, text=True
    )
    if done.returncode != 0:
        sys.stderr.write(f"{script.name} broke:\n{done.stderr}")
        return None
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def spread(found: dict[str, float]) -> str:
    """`median (min – max)`, without figures nobody needs."""
    form = ",.0f" if found["median"] >= THOUSAND else ",.4g"
    median, least, most = (f"{found[each]:{form}}" for each in ("median", "min", "max"))
    return f"{median} ({least} – {most})"


def lines(figure: dict[str, Any]) -> Iterable[str]:
    """A figure and what it is made of."""
    sign = "≥" if figure["more_is_better"] else "≤"
    yield (
        f"| {figure['id']} | {figure['what']} "
        f"| {sign} {figure['target']:,g} {figure['unit']} "
        f"| **{spread(figure['ours'])}** "
        f"| {'reached' if figure['reached'] else '**missed**'} "
        f"| {figure['yardstick']}: {spread(figure['theirs'])} "
        f"| {figure['ratio']:g} |"
    )
    for name, part in figure["parts"].items():
        yield f"| | {name} | | {spread(part)} | | | |"


def page(figures: Iterable[dict[str, Any]]) -> str:
    """The whole page."""
    head = HEAD.format(
        size="full" if os.environ.get("SIZE") == "full" else "small",
        cores=os.cpu_count(),
        python=platform.python_version(),
    )
    return head + "\n".join(line for each in figures for line in lines(each)) + "\n"


def main(words: Sequence[str]) -> int:
    """Run them; 0 if none broke."""
    found = [run(each) for each in scripts(words)]
    figures = [each for each in found if each is not None]
    print(json.dumps(figures, indent=2, ensure_ascii=False))
    if len(figures) < len(found) or not figures:
        return 1
    if not words:
        PAGE.write_text(page(figures), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
