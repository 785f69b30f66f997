"""The key file as a running process knows it: read again when it has changed.

Keys are rotated while the product runs (docs/decisions/0060). A process looks at the
file again when it meets a key it does not know, and before it wraps anything new, so
that nothing is put under a key that is about to go.
"""

from __future__ import annotations

from pathlib import Path
from threading import Lock

from scheduler.domain.errors import Misconfigured
from scheduler.storage import keys
from scheduler.storage.keys import InstallationKey, KeyFile

_Mark = tuple[int, int, int]


class KeyRing:
    """The keys of a file. Without a path they stay as they were given. Safe to share
    between threads."""

    def __init__(self, known: KeyFile, path: Path | None = None) -> None:
        self._known = known
        self._path = path
        self._mark: _Mark | None = None
        self._lock = Lock()

    @property
    def known(self) -> KeyFile:
        """What was read last. The installation and the index key never change."""
        return self._known

    def newest(self) -> KeyFile:
        """What the file says now. Raises Misconfigured when it cannot be used, or is
        another installation's."""
        with self._lock:
            self._look()
            return self._known

    def key(self, key_id: str) -> InstallationKey | None:
        """The key with that id, if the file has it by now. Raises Misconfigured."""
        return self._known.key(key_id) or self.newest().key(key_id)

    def _look(self) -> None:
        if self._path is None:
            return
        mark = _mark(self._path)
        if mark is not None and mark == self._mark:
            return
        found = keys.load(self._path)
        if (found.installation, found.index_secret) != (
            self._known.installation,
            self._known.index_secret,
        ):
            raise Misconfigured(
                f"The key file {self._path} is another installation's than the one "
                "this program began with. Put the right one in its place."
            )
        self._known, self._mark = found, mark


def _mark(path: Path) -> _Mark | None:
    try:
        found = path.stat()
    except OSError:
        return None  # reading it says what is wrong
    return found.st_ino, found.st_mtime_ns, found.st_size
