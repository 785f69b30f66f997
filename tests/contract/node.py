"""Programs from npm, fetched into a folder of their own, and started on loopback."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

PRISM: Final = "@stoplight/prism-cli@5.16.0"
EMULATE: Final = "emulate@0.12.2"
# The emulator asks for more than some systems have; this brings a Node of its own.
NEWER_NODE: Final = "node@22.23.3"
_START_SECONDS: Final = 90.0


class Missing(Exception):
    """Something that is not ours is not here. Says what."""


@dataclass
class Found:
    """What a part has seen, and what was wrong in it."""

    lines: list[str] = field(default_factory=list)
    wrongs: list[str] = field(default_factory=list)

    def expect(self, what: str, got: object, wanted: object) -> None:
        """Note it; a difference is wrong."""
        if got != wanted:
            self.wrongs.append(f"{what}: {got!r} where {wanted!r} was expected")


class Node:
    """npm, and where it puts things."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        for each in ("node", "npm"):
            if shutil.which(each) is None:
                raise Missing(f"There is no {each} (apt-get install nodejs npm).")

    def fetch(self, *packages: str) -> Path:
        """The folder of the packages' modules. Raises Missing when npm cannot."""
        modules = self._folder / "node_modules"
        wanted = [each for each in packages if not (modules / _name(each)).exists()]
        if wanted:
            done = subprocess.run(
                ["npm", "install", "--no-audit", "--no-fund", "--no-save", *wanted],
                cwd=self._folder,
                env={**os.environ, "npm_config_update_notifier": "false"},
                capture_output=True,
                check=False,
                text=True,
                timeout=600,
            )
            if done.returncode:
                last = done.stderr.strip().splitlines()[-1:]
                raise Missing(f"npm could not fetch {', '.join(wanted)}: {last}")
        return modules

    @contextmanager
    def running(self, program: list[str], port: int) -> Iterator[None]:
        """A program while it answers on a port of loopback. Raises Missing."""
        log = self._folder / "last.log"
        with log.open("w") as said:
            process = subprocess.Popen(
                program, cwd=self._folder, stdout=said, stderr=said
            )
        try:
            _wait(process, port, log)
            yield
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(10)


def _name(package: str) -> str:
    return package[: package.rindex("@")]


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    ends = time.monotonic() + _START_SECONDS
    while time.monotonic() < ends:
        if process.poll() is not None:
            last = log.read_text(errors="replace").strip().splitlines()[-1:]
            raise Missing(f"It ended at once: {last}")
        with socket.socket() as knock:
            if knock.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise Missing(f"It did not answer within {_START_SECONDS:.0f} s.")


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
