"""`quietline export`: everything that is kept, for leaving the product."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from scheduler.cli import asking, environment


def add(commands: Any) -> None:
    """The command and its arguments."""
    parser = commands.add_parser(
        "export",
        help="write everything to one encrypted file, for leaving the product",
        description=(
            "Writes every record, opened, to FILE, which must not be there yet. It is "
            "encrypted with a passphrase that is made now and shown this once; `gpg` "
            "opens it. Takes a custodian's password and second factor. How to read "
            "it: docs/operations/leaving.md."
        ),
    )
    parser.add_argument("file", metavar="FILE", type=Path)
    parser.add_argument(
        "--as", dest="name", metavar="NAME", required=True, help="the custodian"
    )
    parser.add_argument("--password-file", type=Path)
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Ask for the proof; write the file; show the passphrase."""
    from scheduler.services.in_and_out import export
    from scheduler.services.staff.sign_in import Accounts
    from scheduler.storage import keys

    installation = environment.installation()
    try:
        proof = asking.proof(chosen.name, chosen.password_file)
        taken = export.take(
            installation.house,
            Accounts(installation.house, installation.passwords),
            chosen.file,
            proof,
            keys.system_entropy,
        )
    finally:
        installation.close()
    kinds = sum(1 for each in taken.held.counts.values() if each)
    sys.stdout.write(
        f"\nWrote {sum(taken.held.counts.values())} records of {kinds} kinds to "
        f"{chosen.file}. Its passphrase, shown this once:\n\n    {taken.passphrase}\n\n"
        "Write it down, and send it by another way than the file. The file opens with\n"
        f"    gpg --decrypt {chosen.file.name} > everything.tar.gz\n"
        "    tar -xzf everything.tar.gz\n"
        "What is in it stands open to whoever holds both. README.txt inside says how "
        "to read it.\n"
    )
    return 0
