"""Questions on the terminal. A password is never an argument: shells keep those."""

from __future__ import annotations

import getpass
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from scheduler.domain.errors import Misread

if TYPE_CHECKING:
    from scheduler.services.staff.proof import Proof


def answer(question: str, usual: str = "") -> str:
    """What somebody types; Enter takes the usual answer."""
    shown = f" [{usual}]" if usual else ""
    sys.stdout.write(f"{question}{shown}: ")
    sys.stdout.flush()
    line = sys.stdin.readline()
    if not line:
        raise Misread("There is nobody to answer. Give the answers as arguments.")
    return line.strip() or usual


def password(who: str, file: Path | None) -> str:
    """From the first line of a file, or typed twice."""
    if file is not None:
        try:
            return file.read_text(encoding="utf-8").splitlines()[0]
        except (OSError, IndexError):
            raise Misread(f"No password can be read from {file}.") from None
    first = getpass.getpass(f"Password for {who}: ")
    if getpass.getpass("The same again: ") != first:
        raise Misread("The two are not the same. Start again.")
    return first


def proof(name: str, file: Path | None) -> Proof:
    """A password, from a file or typed once, and the code of a second factor."""
    from scheduler.services.staff.proof import Proof

    known = password(name, file) if file else getpass.getpass(f"Password of {name}: ")
    return Proof(name, known, answer("Code of the second factor"))
