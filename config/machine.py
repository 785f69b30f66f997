"""Which machine this is, and where its data lies: what a copy of the data would say
differently (bar-W11).

The machine's own id and the address of the database, without who signs in to it. A
clone of a whole machine says the same: docs/operations names that limit.
"""

from __future__ import annotations

import platform
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from config.settings import Settings

MACHINE_ID: Final = Path("/etc/machine-id")


def machine_text(settings: Settings, machine_id: Path = MACHINE_ID) -> str:
    """One line for this machine and this place of the data, for a keyed digest."""
    try:
        own = machine_id.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        own = ""
    return f"{own or platform.node()} {_where(settings)}"


def _where(settings: Settings) -> str:
    address = settings.database_url.reveal()
    if not settings.is_postgres:
        file = Path(address.partition(":///")[2].partition("?")[0])
        return str(file.resolve())
    parts = urlsplit(address)
    return f"{parts.hostname or ''}:{parts.port or ''}{parts.path}?{parts.query}"
