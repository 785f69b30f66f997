"""The ``quietline`` command.

Each command is a module here with `add(commands)` and a function that returns an exit
code: 0 done, 1 it did not come out right, 2 the call or a file is malformed, 3 the
installation is not as it must be. What a command needs is imported when it runs, so
that `--help` is there at once.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from scheduler.cli import (
    audit,
    backup,
    demo,
    doctor,
    drill,
    export,
    init,
    integration,
    keys,
    run,
    sheet,
    simulate,
    switch,
    user,
    worker,
)
from scheduler.domain.errors import Misconfigured, QuietlineError, StorageUnavailable

DONE, NOT_RIGHT, MALFORMED, MISCONFIGURED = range(4)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit code."""
    parser = argparse.ArgumentParser(
        prog="quietline",
        description="The back office for remote counselling sessions.",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for each in (
        init,
        keys,
        user,
        integration,
        run,
        worker,
        demo,
        switch,
        doctor,
        backup,
        drill,
        export,
        sheet,
        audit,
        simulate,
    ):
        each.add(commands)
    chosen = parser.parse_args(arguments)
    try:
        code: int = chosen.run(chosen)
    except (Misconfigured, StorageUnavailable) as wrong:
        sys.stderr.write(f"{wrong}\n")
        return MISCONFIGURED
    except QuietlineError as wrong:
        sys.stderr.write(f"{wrong}\n")
        return NOT_RIGHT
    except KeyboardInterrupt:
        return NOT_RIGHT
    return code
