"""`python -m tests.assure [BAR …]`: see the package."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from tests.assure import document
from tests.assure.bar import LONGER
from tests.assure.bars import BARS
from tests.assure.run import run


def main(words: Sequence[str] | None = None) -> int:
    """Run the bars that are named, or all; 0 if all of them hold."""
    parser = argparse.ArgumentParser(prog="make assure")
    parser.add_argument("bars", nargs="*", metavar="BAR", help="such as D2; else all")
    parser.add_argument(
        "--numbers",
        choices=("ci", LONGER),
        default=LONGER,
        help="ci: those of a full run of the suite; assure: those of a long run",
    )
    parser.add_argument("--write", action="store_true", help="only write the document")
    chosen = parser.parse_args(words)
    named = [each.removeprefix("bar-").upper() for each in chosen.bars] or list(BARS)
    unknown = [each for each in named if each not in BARS]
    if unknown:
        parser.error(f"There is no {', '.join(unknown)}. There are {', '.join(BARS)}.")
    failed = []
    for name in [] if chosen.write else named:
        kept = run(BARS[name], chosen.numbers)
        document.keep(name, kept)
        sys.stdout.write(f"bar-{name}: {document.in_a_line(BARS[name], kept)}\n")
        sys.stdout.write("".join(f"    {each}\n" for each in kept["wrongs"]))
        sys.stdout.flush()
        failed += [] if kept["holds"] else [name]
    document.write()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
