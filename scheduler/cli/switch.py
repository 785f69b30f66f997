"""`quietline stop`: stop everything that leaves, at once, from a shell (M10)."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from scheduler.cli import environment


def add(commands: Any) -> None:
    """The command."""
    parser = commands.add_parser(
        "stop",
        help="stop everything that leaves, at once",
        description=(
            "Puts the stop file in its place and stops the sender. Starting again is "
            "done on the Settings page, by two people, after the file is removed."
        ),
    )
    parser.set_defaults(run=run)


def run(_: argparse.Namespace) -> int:
    """Stop. The file comes first: it works also when the database does not."""
    from scheduler.services import brakes

    settings = environment.settings()
    settings.stop_file.touch()
    sys.stdout.write(f"Nothing leaves while {settings.stop_file} is there.\n")
    installation = environment.installation()
    try:
        brakes.stop_from_shell(installation.house)
    finally:
        installation.close()
    return 0
