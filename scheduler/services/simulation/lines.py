"""Where in a TOML text a key stands, for errors that name the line.

The standard reader tells the line of broken syntax only. This finds headers and keys
as people write them; a key it cannot find is placed at the line of its table.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

Path = tuple[str | int, ...]

_HEADER = re.compile(r"^\s*(\[\[|\[)\s*([\w.\-]+)\s*(\]\]|\])")
_KEY = re.compile(r"^\s*([\w\-]+)\s*=")


def key_lines(text: str) -> Mapping[Path, int]:
    """Line numbers from 1 by path, such as `("step", 2, "book")`."""
    found: dict[Path, int] = {(): 1}
    counts: dict[Path, int] = {}
    here: Path = ()
    for number, line in enumerate(text.splitlines(), start=1):
        header = _HEADER.match(line)
        if header is not None:
            here = _path(header.group(2).split("."), header.group(1) == "[[", counts)
            found[here] = number
            continue
        key = _KEY.match(line)
        if key is not None:
            found.setdefault((*here, key.group(1)), number)
    return found


def _path(names: list[str], is_list: bool, counts: dict[Path, int]) -> Path:
    path: Path = ()
    for name in names[:-1]:
        path = (*path, name)
        if path in counts:
            path = (*path, counts[path] - 1)
    path = (*path, names[-1])
    if not is_list:
        return path
    counts[path] = counts.get(path, 0) + 1
    return (*path, counts[path] - 1)


def line_of(lines: Mapping[Path, int], path: Path) -> int:
    """The line of the nearest thing on the path that was found."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)
