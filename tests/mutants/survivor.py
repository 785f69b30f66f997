"""A mutant that no test turns red for, and the list of those that may."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

LISTED: Final = Path(__file__).with_name("survivors.toml")


@dataclass(frozen=True, slots=True, order=True)
class Survivor:
    """In a function of a file some lines `was`, and with `becomes` nothing is red.

    Lines are stripped and joined, so a new indentation or number makes no new mutant.
    """

    file: str
    function: str
    was: str
    becomes: str


def from_diff(file: str, function: str, diff: str) -> Survivor:
    """What a unified diff of one function changes."""
    lines = [each for each in diff.splitlines() if each[:3] not in ("---", "+++")]

    def having(sign: str) -> str:
        found = [each[1:].strip() for each in lines if each.startswith(sign)]
        return " ".join(each for each in found if each)

    return Survivor(file, function, having("-"), having("+"))


def listed(path: Path = LISTED) -> dict[Survivor, str]:
    """Those that may survive, and why each may."""
    found = tomllib.loads(path.read_text(encoding="utf-8")).get("survivor", [])
    return {
        Survivor(each["file"], each["function"], each["was"], each["becomes"]): each[
            "why"
        ]
        for each in found
    }


def judge(survived: Iterable[Survivor], may: Mapping[Survivor, str]) -> list[str]:
    """What is wrong: a survivor that is not listed, one listed that is killed now."""
    there = set(survived)
    return [
        *(
            f"Survived and not listed: {told(each)}"
            for each in sorted(there - set(may))
        ),
        *(f"Listed and killed now: {told(each)}" for each in sorted(set(may) - there)),
    ]


def told(each: Survivor) -> str:
    """In one line."""
    return f"{each.file} {each.function}: {each.was} → {each.becomes}"
