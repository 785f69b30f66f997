"""`quietline stop` and `quietline start`: the switch, from a shell (M10)."""

from __future__ import annotations

import argparse
import getpass
import sys
from pathlib import Path
from typing import Any

from scheduler.cli import environment
from scheduler.cli.asking import answer, password


def add(commands: Any) -> None:
    """Both commands."""
    stopping = commands.add_parser(
        "stop",
        help="stop everything that leaves, at once",
        description=(
            "Puts the stop file in its place and stops the sender. Starting again "
            "takes two people, after the file is removed: on the Settings page, or "
            "with “quietline start”."
        ),
    )
    stopping.set_defaults(run=stop)
    starting = commands.add_parser(
        "start",
        help="start again what was stopped: one of the two people it takes",
        description=(
            "Whoever calls it signs in. The first only asks; a second person, here or "
            "on the Settings page and within half an hour, starts. Nothing that came "
            "due meanwhile leaves."
        ),
    )
    starting.add_argument("--as", dest="who", metavar="NAME", help="your sign-in name")
    starting.add_argument("--password-file", type=Path)
    starting.set_defaults(run=start)


def stop(_: argparse.Namespace) -> int:
    """Stop. The file comes first: it works also when the database does not."""
    from scheduler.services.stops import brakes

    settings = environment.settings()
    settings.stop_file.touch()
    sys.stdout.write(f"Nothing leaves while {settings.stop_file} is there.\n")
    installation = environment.installation()
    try:
        brakes.stop_from_shell(installation.house)
    finally:
        installation.close()
    return 0


def start(chosen: argparse.Namespace) -> int:
    """Be one of the two who start again."""
    from scheduler.services import settings
    from scheduler.services.stops import brakes

    installation = environment.installation()
    house = installation.house
    try:
        actor = _signed_in(installation, chosen)
        if isinstance(actor, str):
            sys.stderr.write(f"{actor}\n")
            return 1
        decision = brakes.resume(house, actor)
        if not decision.yes:
            sys.stderr.write(f"{settings.why_still(house, decision)}\n")
            return 1
    finally:
        installation.close()
    sys.stdout.write(
        "Texts leave again. What came due meanwhile has expired and is listed.\n"
    )
    return 0


def _signed_in(installation: Any, chosen: argparse.Namespace) -> Any:
    """Who it is, or the sentence that says why not; no sign-in stays open."""
    from scheduler.services.house import Actor
    from scheduler.services.staff import sign_in

    house = installation.house
    name = chosen.who or answer("Your sign-in name")
    if chosen.password_file is not None:
        given = password(name, chosen.password_file)
    else:
        given = getpass.getpass(f"Password for {name}: ")
    entered = sign_in.sign_in(
        house, installation.passwords, name, given, "127.0.0.1", house.now()
    )
    if isinstance(entered, sign_in.NotIn):
        return entered.sentence
    sign_in.sign_out(house, entered.sid, house.now())
    member = sign_in.person(house, entered.staff_id)
    if member is None:
        return sign_in.WRONG
    return Actor(member.id, member.role, member.name)
