"""`quietline demo`: a made-up agency, different each day, on the simulated phone."""

from __future__ import annotations

import argparse
import os
import socket
import sys
from typing import TYPE_CHECKING, Any

from scheduler.domain.errors import Misconfigured

if TYPE_CHECKING:
    from datetime import datetime

    from config.settings import Settings
    from config.wiring import Installation


_A_CALLER = "Somebody who calls: file {}, and the word she says is “{}”."


def add(commands: Any) -> None:
    """The command and its arguments."""
    parser = commands.add_parser(
        "demo",
        help="make a made-up agency and serve it on this machine",
        description=(
            "Makes a demo agency in its own folder (.demo, or QUIETLINE_HOME) with "
            "made-up people and a simulated phone. One that is there is started as it "
            "is; one of an earlier day is made anew."
        ),
    )
    parser.add_argument("--serve", action="store_true", help="serve it")
    parser.add_argument("--fresh", action="store_true", help="make it anew")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Make it if it has to be made, and serve it if asked to."""
    from scheduler.clock import SystemClock

    now = SystemClock().now()
    installation = ready(os.environ, now, fresh=chosen.fresh)
    try:
        sys.stdout.write(_welcome(installation.settings))
        sys.stdout.flush()
        if chosen.serve:
            _serve(installation)
    finally:
        installation.close()
    return 0


def ready(env: Any, now: datetime, *, fresh: bool = False) -> Installation:
    """A demo of today, made if there is none. Raises Misconfigured."""
    from config.wiring import open_installation
    from scheduler.cli.demo import folder

    settings = folder.settings_of(env)
    if fresh or not folder.is_current(settings, now):
        sys.stdout.write("Making a demo agency. This takes some seconds.\n")
        sys.stdout.flush()
        settings = folder.prepare(settings)
        folder.seal(settings, now, make_in(settings, now))
    return open_installation(settings)


def make_in(settings: Settings, now: datetime) -> tuple[str, str]:
    """Two weeks of a made-up agency, up to now, in a fresh installation; the file code
    and the word of somebody to practise with."""
    from argon2 import PasswordHasher

    from config.wiring import open_installation
    from scheduler.cli.demo import folder, making
    from scheduler.services.simulation.made_up import MadeUpClock, SeededTokens
    from scheduler.services.staff.passwords import Passwords

    clock = MadeUpClock(making.begins(now))
    tokens = SeededTokens(folder.seed(now))
    installation = open_installation(settings, new=True, clock=clock, tokens=tokens)
    if installation.phone is None:
        raise Misconfigured("A demo needs the simulated phone: QUIETLINE_SENDER=phone.")
    try:
        # Everybody's is the same and is printed: hashing it well would take seconds.
        quick = Passwords(PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1))
        stage = making.make(installation.house, clock, installation.phone, quick, now)
    finally:
        installation.close()
    return making.caller(stage)


def _welcome(settings: Settings) -> str:
    from scheduler.cli.demo import agency, folder

    caller = folder.caller(settings)
    lines = [
        f"{agency.NAME} (made up) is in {settings.home}",
        f"Everybody's password: {agency.PASSWORD}",
        *(
            f"  {', '.join(names):<52} {role}"
            for role, names in agency.by_role().items()
        ),
        *([_A_CALLER.format(*caller)] if caller else ()),
    ]
    return "\n".join(lines) + "\n"


def _serve(installation: Installation) -> None:
    from scheduler.cli.run import serve

    settings = installation.settings
    try:
        with socket.create_server((settings.host, settings.port)):
            pass
    except OSError as taken:
        raise Misconfigured(
            f"Port {settings.port} on {settings.host} cannot be used: {taken.strerror}."
            " Stop what is there, or name another port in QUIETLINE_PORT."
        ) from None
    serve(installation)
