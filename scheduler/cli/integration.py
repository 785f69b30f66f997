"""`quietline integration`: programs that book by the JSON door."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from scheduler.cli import environment


def add(commands: Any) -> None:
    """The command and its arguments."""
    parser = commands.add_parser("integration", help="programs that book as people do")
    acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
    adding = acts.add_parser(
        "add",
        help="give a program a token",
        description=(
            "The token is printed this once. The program books as intake does, or, "
            "with --for, as one counsellor who sees her own files and roster."
        ),
    )
    adding.add_argument("name", metavar="NAME")
    adding.add_argument("--for", dest="acts_for", metavar="COUNSELLOR")
    acts.add_parser("list", help="which there are, and when each last asked")
    revoking = acts.add_parser("revoke", help="take a program's token back, at once")
    revoking.add_argument("name", metavar="NAME")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Add, list or revoke."""
    from scheduler.services.staff import integrations

    installation = environment.installation()
    house = installation.house
    try:
        if chosen.act == "add":
            made = integrations.make(house, chosen.name, None, acts_for=chosen.acts_for)
            sys.stdout.write(f"{made.token}\n")
            sys.stderr.write("Keep this token where only that program reads it.\n")
        elif chosen.act == "revoke":
            integrations.revoke(house, chosen.name, None)
            sys.stdout.write(f"The token of “{chosen.name}” counts no more.\n")
        else:
            for each in integrations.listed(house):
                sys.stdout.write(f"{_line(each)}\n")
    finally:
        installation.close()
    return 0


def _line(each: Any) -> str:
    if each.revoked_at is not None:
        return f"{each.name}: taken back {each.revoked_at:%Y-%m-%d}"
    used = f"{each.used_at:%Y-%m-%d %H:%M} UTC" if each.used_at else "never"
    return f"{each.name}: {each.role.value}, asked last {used}"
