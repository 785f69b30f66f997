"""`quietline keys rotate`: a new installation key while the product runs."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from scheduler.cli import environment


def add(acts: Any) -> None:
    """The act and its arguments."""
    rotating = acts.add_parser(
        "rotate",
        help="put a new installation key in the place of the old one, while running",
        description=(
            "Writes a new key into the key file beside the old one and wraps every "
            "data key anew. Killed half-way, it goes on when it is called again. Then "
            "copy the key file, which has both keys, and call it with --finish."
        ),
    )
    rotating.add_argument(
        "--finish",
        action="store_true",
        help="take the old key out of the key file, once nothing is left under it",
    )
    rotating.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Take the step; say what is to be done next."""
    from scheduler.services.stops import key_rotation
    from scheduler.storage import keys

    installation = environment.installation()
    house, path = installation.house, installation.settings.key_file
    try:
        if chosen.finish:
            gone = key_rotation.finish(house, path)
            sys.stdout.write(
                f"Key {', '.join(gone.old)} is no longer in {path}; everything is "
                f"under {gone.new}.\n"
                "Backups from before the rotation open only with a copy of the key "
                "file that has both keys: keep that copy as long as you keep them. "
                "Make a backup now, and a copy of the key file as it is.\n"
            )
            return 0
        begun = key_rotation.begin(house, path, keys.system_entropy)
        sys.stdout.write(
            f"The new key is {begun.new}.\n"
            if begun.anew
            else f"An earlier rotation to {begun.new} goes on.\n"
        )
        moved = sum(key_rotation.rewrap(house))
    finally:
        installation.close()
    sys.stdout.write(
        f"{moved} data keys were wrapped anew; none is left under "
        f"{', '.join(begun.old)}.\n"
        f"Copy {path} now: it has both keys, and backups from before need the old "
        "one. Where other machines have a copy, put it there as well. Then: quietline "
        "keys rotate --finish\n"
    )
    return 0
