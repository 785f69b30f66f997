"""`quietline keys check`: whether what is sealed can be opened with what is there."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

from scheduler.cli import environment

if TYPE_CHECKING:
    from scheduler.services.stops.key_check import Checked


def add(acts: Any) -> None:
    """The act."""
    checking = acts.add_parser(
        "check",
        help="open every client's key and say what is under which installation key",
        description=(
            "Reads the key file, opens every data key on the shelf, and sees that each "
            "file has one and each sealed field names one that is there. It changes "
            "nothing. It ends with 0 when all is right, 1 when something cannot be "
            "read, 3 when the key file or the database cannot be used at all."
        ),
    )
    checking.set_defaults(run=run)


def run(_: argparse.Namespace) -> int:
    """Say what was found, what is wrong on standard error."""
    from scheduler.services.stops import key_check
    from scheduler.storage import keys

    installation = environment.installation(pending_ok=True)
    try:
        path = installation.settings.key_file
        key_file = keys.load(path)
        found = key_check.check(installation.house, key_file)
    finally:
        installation.close()
    sys.stdout.write(f"{path}: whole, open to nobody but its owner.\n" + _said(found))
    wrongs = found.wrongs()
    sys.stderr.write("".join(f"{each}\n" for each in wrongs))
    return 1 if wrongs else 0


def _said(found: Checked) -> str:
    lines = [
        f"  {each.id}  made {each.created}  {each.data_keys} data keys"
        + ("  (the current one)\n" if each is found.keys[-1] else "\n")
        for each in found.keys
    ]
    lines.append(f"{found.fields} fields are sealed.\n")
    if len(found.keys) > 1:
        lines.append(
            "A rotation has begun and is not finished: quietline keys rotate, then "
            "quietline keys rotate --finish.\n"
        )
    return "".join(lines)
