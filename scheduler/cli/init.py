"""`quietline init`: found an agency, with keys and its first two accounts."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from scheduler.cli import environment, keys
from scheduler.cli.asking import answer, password
from scheduler.domain.people import Role


def add(commands: Any) -> None:
    """The command and its arguments."""
    parser = commands.add_parser(
        "init",
        help="found an agency: name, zone, keys, first two accounts",
        description=(
            "Makes the database, the key files if there are none, the agency, and two "
            "accounts: an administrator, and a second person, because starting texts "
            "again after a stop takes two. What is not given is asked."
        ),
    )
    parser.add_argument("--name", help="of the agency; no text may ever contain it")
    parser.add_argument("--zone", help="such as America/Toronto")
    parser.add_argument(
        "--lint-name",
        action="append",
        default=[],
        help="another name no text may contain: a programme, a house (repeat)",
    )
    parser.add_argument("--twelve-hour", action="store_true", help="show 2:00 pm")
    parser.add_argument("--administrator", help="sign-in name of the first account")
    parser.add_argument("--administrator-password-file", type=Path)
    parser.add_argument("--second", help="sign-in name of the second account")
    parser.add_argument("--second-password-file", type=Path)
    parser.add_argument(
        "--second-role",
        choices=[each.value for each in Role],
        default=Role.SUPERVISOR.value,
    )
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Found the agency."""
    from scheduler.services.staff import accounts
    from scheduler.services.stops import brakes, interlocks

    settings = environment.settings()
    keys.refuse_lost(settings)
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not settings.key_file.exists():
        keys.make(settings.key_file, settings.home / "session.key")
        sys.stdout.write(
            f"New keys are in {settings.key_file}. Keep a copy somewhere else.\n"
        )
    elif settings.secret_key is None:
        keys.make_session_key(settings.home / "session.key")
    installation = environment.installation(new=True)
    try:
        agency = accounts.NewAgency(
            name=chosen.name or answer("Name of the agency"),
            zone=chosen.zone or answer("Its time zone", "America/Toronto"),
            lint_names=tuple(chosen.lint_name),
            twelve_hour=chosen.twelve_hour,
        )
        first = _member(
            chosen.administrator,
            Role.ADMINISTRATOR,
            agency.zone,
            chosen.administrator_password_file,
        )
        second = _member(
            chosen.second,
            Role(chosen.second_role),
            agency.zone,
            chosen.second_password_file,
        )
        accounts.init_agency(
            installation.house, installation.passwords, agency, [first, second]
        )
        brakes.check_clock(installation.house)
        interlocks.let_in_here(installation.house)
    finally:
        installation.close()
    sys.stdout.write("The agency is there. Start it with: quietline run\n")
    return 0


def _member(given: str | None, role: Role, zone: str, file: Path | None) -> Any:
    from scheduler.services.staff.accounts import NewMember

    name = given or answer(f"Sign-in name of the {role.value}")
    return NewMember(
        sign_in_name=name,
        name=name.capitalize(),
        role=role,
        zone=zone,
        password=password(name, file),
    )
