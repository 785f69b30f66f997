"""On SQLite one process sends at a time. It holds a lock on a file beside the database,
which the system lets go of however the process ends."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from scheduler.domain.errors import Misconfigured


class OneWorker:
    """The lock. Held from when it is made until `release`.

    Raises Misconfigured while another process holds it.
    """

    def __init__(self, database: Path) -> None:
        path = database.with_name(f"{database.stem}-worker.lock")
        self._file = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._file)
            raise Misconfigured(
                "A worker already sends from this database, and on SQLite there is "
                "only one: it is part of “quietline run” too. Stop that one first, or "
                "move to PostgreSQL, where any number work side by side."
            ) from None

    def release(self) -> None:
        """Let another process send."""
        os.close(self._file)
