"""`quietline user`: give somebody an account; take a lost second factor away."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from scheduler.cli import environment
from scheduler.cli.asking import password
from scheduler.domain.people import Role


def add(commands: Any) -> None:
    """The command and its arguments."""
    parser = commands.add_parser("user", help="accounts of staff")
    acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
    adding = acts.add_parser("add", help="give somebody an account")
    adding.add_argument("sign_in_name", metavar="NAME")
    adding.add_argument("--shown", help="the name colleagues see; else as NAME")
    adding.add_argument("--role", required=True, choices=[each.value for each in Role])
    adding.add_argument("--zone", help="her clock; else the agency's")
    adding.add_argument("--password-file", type=Path)
    acts.add_parser("list", help="who has an account")
    lost = acts.add_parser(
        "lost-second", help="take a second factor away that somebody has lost"
    )
    lost.add_argument("sign_in_name", metavar="NAME")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Add, list, or take a second factor away."""
    from scheduler.services.staff import accounts
    from scheduler.storage import agency

    installation = environment.installation()
    house = installation.house
    try:
        if chosen.act == "list":
            for each in accounts.staff(house):
                state = "" if each.active else " (shut)"
                sys.stdout.write(f"{each.sign_in_name}: {each.role.value}{state}\n")
            return 0
        if chosen.act == "lost-second":
            found = accounts.find_user(house, chosen.sign_in_name)
            accounts.forget_second_factor(house, found.id, None)
            sys.stdout.write(
                f"{chosen.sign_in_name} is signed out everywhere, and sets up another "
                "second factor at the next sign-in.\n"
            )
            return 0
        with house.store.reading() as tx:
            zone = chosen.zone or agency.settings(tx).zone
        new = accounts.NewMember(
            sign_in_name=chosen.sign_in_name,
            name=chosen.shown or chosen.sign_in_name.capitalize(),
            role=Role(chosen.role),
            zone=zone,
            password=password(chosen.sign_in_name, chosen.password_file),
        )
        accounts.add_user(house, installation.passwords, new, None)
    finally:
        installation.close()
    sys.stdout.write(f"{chosen.sign_in_name} may sign in as {chosen.role}.\n")
    return 0
