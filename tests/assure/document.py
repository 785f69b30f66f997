"""docs/assurance.md, written from docs/assurance.json and from the bars, by nobody's
hand: promise, tests, trials, result, and what is not proved."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Final

from tests.assure.bar import LONGER, Bar, Kept
from tests.assure.bars import BARS, CHAPTERS
from tests.contracts import ROOT

PAGE: Final = ROOT / "docs" / "assurance.md"
KEPT: Final = ROOT / "docs" / "assurance.json"

_HEAD: Final = """# Assurance

Written by `make assure`, not by hand. Each line is of the last run of that bar: a
number stands here only if that run measured it, and a bar that was not run says so.
What a test says it came upon (a kill point, a state) was really there; a bar that
missed one of those that it lists fails, and so does one that left a case out.

`make assure ARGS="D2 D5"` runs two bars and keeps what is known of the others. The
runs are on made-up people, a made-up provider, and the machine of whoever ran them.

What no test here proves: how late a carrier delivers, what is on her phone or on the
bill, what the provider keeps for itself, and what people tell. The
[threat model](threat-model.md) says so adversary by adversary.
"""


def kept() -> dict[str, Kept]:
    """What the last run of each bar kept."""
    found: dict[str, Kept] = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    return found


def keep(name: str, new: Kept) -> None:
    """Keep what this run measured, instead of the one before."""
    every = {**kept(), name: new}
    ordered = {each: every[each] for each in BARS if each in every}
    KEPT.write_text(json.dumps(ordered, indent=1, ensure_ascii=False) + "\n")


def write(page: Path = PAGE) -> None:
    """The page anew."""
    page.write_text(text(kept()))


def text(runs: dict[str, Kept]) -> str:
    """The page, of these runs."""
    return "\n".join([_HEAD, *_table(runs), *_chapters(runs)]) + "\n"


def in_a_line(bar: Bar, run: Kept) -> str:
    """How it ended and how much it tried."""
    return f"{_verdict(run)}; {_tried(bar, run)}, {run['seconds']:,} s"


def _verdict(run: Kept | None) -> str:
    if run is None:
        return "not run yet"
    return "holds" if run["holds"] else "**does not hold**"


def _tried(bar: Bar, run: Kept) -> str:
    cases = f"{run['cases']:,} case{'s' if run['cases'] != 1 else ''}"
    if not run["trials"] or not bar.wanted:
        return cases
    return f"{run['trials']:,} {bar.unit}"


def _day(run: Kept) -> str:
    day = date.fromisoformat(run["on"])
    return f"{day.day} {day:%B %Y}"


def _table(runs: dict[str, Kept]) -> Iterator[str]:
    yield "| bar | tried | result | run on |"
    yield "| --- | --- | --- | --- |"
    for bar in BARS.values():
        run = runs.get(bar.id)
        tried = _tried(bar, run) if run else ""
        day = _day(run) if run else ""
        link = f"[{bar.id}](#bar-{bar.id.lower()})"
        yield f"| {link} | {tried} | {_verdict(run)} | {day} |"
    yield ""


def _chapters(runs: dict[str, Kept]) -> Iterator[str]:
    for title, bars in CHAPTERS:
        yield f"## {title}\n"
        for bar in bars:
            yield from _bar(bar, runs.get(bar.id))


def _bar(bar: Bar, run: Kept | None) -> Iterator[str]:
    yield f"### bar-{bar.id}\n"
    yield f"{bar.promise}\n"
    if run is None:
        yield "- **Result:** not run yet."
    else:
        yield f"- **Result:** {_verdict(run)}."
        yield from (f"  {each[:200]}" for each in run["wrongs"])
        yield f"- **Tried:** {_tried(bar, run)}{_wanted(bar, run)}, on {_day(run)} in"
        yield f"  {run['seconds']:,} s; {run['with']}; {_seeds(run)}."
        yield from _counted("Came upon", run["hit"])
        yield from _counted("In the end", run["states"])
    yield f"- **Shown by:** {_links(bar)}."
    yield f"- **Not proved:** {bar.not_proved}\n"


def _wanted(bar: Bar, run: Kept) -> str:
    if not bar.wanted:
        return ""
    longer = f"; {bar.longer:,} in a long run" if bar.longer else ""
    note = "" if run["numbers"] == LONGER or not bar.longer else ", which this was not"
    return f" (wanted: {bar.wanted:,}{longer}{note})"


def _seeds(run: Kept) -> str:
    own = run["seeds"]
    return f"seed {run['seed']}" + (
        f", of the tests {', '.join(map(str, own[:6]))}" if own else ""
    )


def _counted(title: str, found: dict[str, int]) -> Iterator[str]:
    if found:
        told = "; ".join(f"{name} {times:,}" for name, times in sorted(found.items()))
        yield f"- **{title}:** {told}."


def _links(bar: Bar) -> str:
    files = dict.fromkeys(each.partition("::")[0] for each in bar.tests)
    return ", ".join(f"[{each.rpartition('/')[2]}](../{each})" for each in files)
