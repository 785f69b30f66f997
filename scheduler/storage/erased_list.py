"""The list of who was erased, outside the reach of every backup: a restore reads it.

A backup of last night knows nothing of an erasure of this morning, and neither does the
copy of the keys beside it. So the list is a file of its own, of numbers and instants;
each line stands on its receipt as well. It says nothing of anybody.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

from scheduler.storage.sealed_file import NotUsable
from scheduler.storage.types import instant_from_text, instant_text
from scheduler.storage.vault import Vault

NAME: Final = "erased.list"

_PURPOSE: Final = "erased list"
_DIGITS: Final = 32


def line(vault: Vault, owner: str, at: datetime) -> str:
    """One line of the list: whom, when, and a digest by which ours is known."""
    return f"{owner} {instant_text(at)} {_digest(vault, owner, at)}"


def read(vault: Vault, path: Path) -> dict[str, datetime]:
    """Who is on the list, and since when; nobody where there is none.

    Raises NotUsable for a line that is not ours: whoever could add one could have
    somebody erased.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError):
        raise NotUsable(
            f"The list of erased files {path} cannot be read. Put it right, or name "
            "another copy."
        ) from None
    return dict(
        _read_line(vault, path, number, each)
        for number, each in enumerate(text.splitlines(), 1)
        if each.strip() and not each.startswith("#")
    )


def _read_line(
    vault: Vault, path: Path, number: int, text: str
) -> tuple[str, datetime]:
    try:
        owner, at_text, digest = text.split()
        at = instant_from_text(at_text)
    except ValueError:
        owner, at, digest = "", None, ""
    if at is None or digest != _digest(vault, owner, at):
        raise NotUsable(
            f"Line {number} of {path} was not written by this installation. Copy it "
            "again from the receipt, or take the line out."
        )
    return owner, at


def _digest(vault: Vault, owner: str, at: datetime) -> str:
    return vault.index(_PURPOSE, f"{owner} {instant_text(at)}").hex()[:_DIGITS]


def write(vault: Vault, path: Path, gone: Mapping[str, datetime]) -> None:
    """Write the list anew, whole or not at all, for its owner only. Raises OSError."""
    said = [
        "# Files that were erased. A restore erases them again, so keep this list\n",
        "# where no backup is. It names nobody.\n",
    ]
    said += [f"{line(vault, owner, at)}\n" for owner, at in sorted(gone.items())]
    unfinished = path.with_name(f".{path.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.writelines(said)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
