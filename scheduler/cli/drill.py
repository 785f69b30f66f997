"""`quietline drill`: that a backup was brought back elsewhere is written down."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from scheduler.cli import environment


def add(commands: Any) -> None:
    """The command and its arguments."""
    parser = commands.add_parser(
        "drill",
        help="write down that a backup was brought back in another place",
        description="How to do one stands in docs/operations/drill.md.",
    )
    acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
    done = acts.add_parser(
        "done",
        help="write a drill down where people are served",
        description=(
            "WORD is in the last line that “quietline restore” printed in the other "
            "place: only a backup of this installation, brought back, gives it."
        ),
    )
    done.add_argument("word", metavar="WORD")
    done.add_argument(
        "--minutes", type=int, required=True, help="from the first step to the last"
    )
    done.set_defaults(run=run_done)


def run_done(chosen: argparse.Namespace) -> int:
    """Write it down."""
    from scheduler.services.stops import backups

    installation = environment.installation()
    try:
        done = backups.drill_done(installation.house, chosen.word, chosen.minutes)
    finally:
        installation.close()
    sys.stdout.write(
        f"Written down: a drill of {done.minutes} min, with the backup of "
        f"{done.backup_made_at:%Y-%m-%d %H:%M} UTC.\n"
    )
    return 0
