"""`quietline worker`: a process that lets due texts leave, and serves no pages."""

from __future__ import annotations

import argparse
import logging
import signal
import sys
from threading import Event
from typing import Any

from scheduler.cli import environment


def add(commands: Any) -> None:
    """The command; what it needs is in the environment."""
    parser = commands.add_parser(
        "worker",
        help="let due texts leave, in a process of its own",
        description=(
            "Ticks until it is told to stop. On PostgreSQL any number work side by "
            "side, on as many machines; on SQLite there is one, and a second refuses. "
            "On SIGTERM it claims nothing more and ends when the call that is out has "
            "come back. Pages are served by “gunicorn wsgi:app”, which never sends."
        ),
    )
    parser.set_defaults(run=run)


def run(_: argparse.Namespace) -> int:
    """Work until stopped."""
    from scheduler import worker
    from scheduler.services.watching.dead_man import DeadMan

    logging.basicConfig(format="%(name)s: %(message)s", level=logging.WARNING)
    told = Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: told.set())
    installation = environment.installation()
    try:
        working = worker.start(installation.house)
        watcher = DeadMan(installation.house)
        watcher.start()
        sys.stdout.write("Quietline lets due texts leave.\n")
        sys.stdout.flush()
        told.wait()
        watcher.stop()
        working.stop()
    finally:
        installation.close()
    return 0
