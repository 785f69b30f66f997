"""Demos as the command makes them, but with quick passwords and at a chosen instant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from argon2 import PasswordHasher

from config.settings import Settings
from config.wiring import Installation, open_installation
from scheduler.cli.demo import folder, making
from scheduler.cli.demo.stage import Stage
from scheduler.services.passwords import Passwords
from scheduler.services.simulation.made_up import MadeUpClock, SeededTokens

QUICK = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@dataclass(frozen=True)
class Demo:
    """A demo, standing at the instant it was made for."""

    installation: Installation
    clock: MadeUpClock
    stage: Stage

    @property
    def settings(self) -> Settings:
        """Where it lies."""
        return self.installation.settings


def made(home: Path, until: datetime, **env: str) -> Demo:
    """Make one. Close its installation afterwards."""
    settings = folder.prepare(folder.settings_of({"QUIETLINE_HOME": str(home), **env}))
    clock = MadeUpClock(making.begins(until))
    installation = open_installation(
        settings, new=True, clock=clock, tokens=SeededTokens(folder.seed(until))
    )
    assert installation.phone is not None
    stage = making.make(installation.house, clock, installation.phone, QUICK, until)
    folder.seal(settings, until)
    return Demo(installation, clock, stage)
