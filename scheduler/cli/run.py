"""`quietline run`: pages and ticks in one process, for one machine."""

from __future__ import annotations

import argparse
import logging
import sys
from typing import TYPE_CHECKING, Any

from scheduler.cli import environment
from scheduler.domain.errors import Misconfigured

if TYPE_CHECKING:
    from config.wiring import Installation

THREADS = 8


def add(commands: Any) -> None:
    """The command; what it needs is in the environment."""
    parser = commands.add_parser(
        "run",
        help="serve the pages and let due texts leave, in one process",
        description="Settings are read from the environment; see the README.",
    )
    parser.set_defaults(run=run)


def run(_: argparse.Namespace) -> int:
    """Serve until stopped."""
    serve(environment.installation())
    return 0


def serve(installation: Installation) -> None:
    """Ticks and waitress in this process, until interrupted."""
    import waitress

    from config.wiring import build_app
    from scheduler import worker
    from scheduler.services.watching.dead_man import DeadMan
    from scheduler.web import server_log
    from scheduler.web.app import stay

    # No access log: a path could name a file, and addresses are nobody's business.
    logging.basicConfig(format="%(name)s: %(message)s", level=logging.WARNING)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    server_log.quiet()
    settings = installation.settings
    try:
        server = waitress.create_server(
            build_app(installation),
            host=settings.host,
            port=settings.port,
            threads=THREADS,
            ident=None,
            # `visitor` decides whose word for an address is taken.
            clear_untrusted_proxy_headers=False,
        )
    except OSError as wrong:
        raise Misconfigured(
            f"The pages cannot be served on {settings.host} port {settings.port}: "
            f"{wrong.strerror}. Stop what is there, or set QUIETLINE_PORT to another."
        ) from None
    working = worker.start(installation.house)
    watcher = DeadMan(installation.house)
    watcher.start()
    stay()
    sys.stdout.write(f"Quietline is on {settings.public_url}\n")
    sys.stdout.flush()
    try:
        server.run()
    finally:
        watcher.stop()
        working.stop()
        installation.close()
