"""`quietline keys split` and `join`: the key file on three sheets, two of which do."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scheduler.cli import environment
from scheduler.domain.errors import Misconfigured

if TYPE_CHECKING:
    from config.settings import Settings
    from scheduler.storage.key_shares import Sheet
    from scheduler.storage.keys import KeyFile


def add(acts: Any) -> None:
    """Both acts."""
    splitting = acts.add_parser(
        "split",
        help="print the key file as three sheets, any two of which make it again",
        description=(
            "Prints three pages: send them to a printer (| lp), never to a file. One "
            "sheet alone tells nothing. Give them to three people who keep them apart."
        ),
    )
    splitting.set_defaults(run=run_split)
    joining = acts.add_parser(
        "join",
        help="make the key file again from two sheets that are typed",
        description=(
            "Asks for two sheets, line by line, and says at once where there is a "
            "slip. Writes the key file where the settings name it, never over one, "
            "after it was checked against itself and the database, if there is one."
        ),
    )
    joining.set_defaults(run=run_join)


def run_split(_: argparse.Namespace) -> int:
    """Print the sheets; say on standard error what to do with them."""
    from scheduler.services.stops import key_sheets
    from scheduler.storage import keys

    installation = environment.installation()
    try:
        found = keys.load(installation.settings.key_file)
        sheets = key_sheets.split(installation.house, found, keys.system_entropy)
    finally:
        installation.close()
    sys.stdout.write("\f".join(_page(each, found) for each in sheets))
    sys.stderr.write(
        "Any two of the three make the key file again: quietline keys join. After a "
        "new key (keys rotate) print new ones, and destroy these with the last backup "
        "from before.\n"
    )
    return 0


def _page(sheet: Sheet, keys: KeyFile) -> str:
    return (
        f"QUIETLINE KEY, SHEET {sheet.number} OF 3 (any two are enough)\n\n"
        f"Key {sheet.key_id} of {keys.current.created}, set {sheet.set}.\n"
        "Keep it apart from the other two and from backups, and show it to nobody.\n"
        "To use it: quietline keys join, on the machine that is to serve.\n\n"
        + "".join(f"    {each}\n" for each in sheet.lines())
    )


def run_join(_: argparse.Namespace) -> int:
    """Ask for two sheets; write the key file they make."""
    from scheduler.storage import key_shares, keys

    settings = environment.settings()
    path = settings.key_file
    if path.exists():
        raise Misconfigured(
            f"There is a key file at {path} already, and it is left as it is. "
            "Move it away only if nothing was ever stored with it."
        )
    typed = _typed()
    found = key_shares.join(_sheet("first", typed), _sheet("second", typed))
    _check_against_database(settings, found)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    keys.write(found, path)
    sys.stdout.write(f"Key {found.current.id} is in {path}.\n")
    return 0


def _typed() -> Iterator[str]:
    # A sheet that was scanned may be piped in, headings and all: only its lines count.
    for each in sys.stdin:
        if sys.stdin.isatty() or each.strip()[:3].rstrip(":").isdigit():
            yield each


def _sheet(which: str, typed: Iterator[str]) -> Sheet:
    from scheduler.storage import key_shares

    lines: list[str] = []
    wanted = 1
    while len(lines) < wanted:
        sys.stderr.write(f"The {which} sheet, line {len(lines) + 1}: ")
        sys.stderr.flush()
        line = next(typed, None)
        if line is None:
            raise key_shares.NotJoined("The sheet ends before its last line.")
        try:
            raw = key_shares.read_line(len(lines), line)
            wanted = key_shares.wanted(raw) if not lines else wanted
        except key_shares.NotJoined as slip:
            if not sys.stdin.isatty():
                raise
            sys.stderr.write(f"{slip}\n")
            continue
        lines.append(line)
    return key_shares.read(lines)


def _check_against_database(settings: Settings, found: KeyFile) -> None:
    """Raises Misconfigured when a database is there that is not of this key."""
    from scheduler.storage import keys
    from scheduler.storage.connections import read_url
    from scheduler.storage.engine import open_store

    address = settings.database_url.reveal()
    if not settings.is_postgres and not Path(read_url(address).database or "").exists():
        return
    store = open_store(address, found, keys.system_entropy)
    try:
        if store.shelf.exists():
            store.vault.check()
    finally:
        store.close()
