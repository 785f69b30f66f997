"""Demos as the command makes them, but with quick passwords and at a chosen instant."""

from __future__ import annotations

import atexit
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Final

from argon2 import PasswordHasher

from config.wiring import Installation, build_app, open_installation
from scheduler.cli.demo import agency, folder, making
from scheduler.domain.people import Role
from scheduler.services.simulation.made_up import MadeUpClock, SeededTokens
from scheduler.services.staff.passwords import Passwords
from tests.web import kept

if TYPE_CHECKING:
    from flask import Flask

    from config.settings import Settings
    from integrations.sms.phone import SimulatedPhone
    from scheduler.cli.demo.stage import Stage

QUICK = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))

TUESDAY: Final = datetime(2026, 12, 8, 19, 40, tzinfo=UTC)
"""14:40 where the agency is."""

PEOPLE: Final[Mapping[Role, tuple[str, str]]] = {
    each.role: (each.sign_in_name, agency.PASSWORD)
    for each in reversed(agency.EVERYBODY)
}
"""The first of each role: Ines is the counsellor."""


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

    @property
    def phone(self) -> SimulatedPhone:
        """All phones in one."""
        assert self.installation.phone is not None
        return self.installation.phone

    def app(self, *, loud: bool = True) -> Flask:
        """Its pages."""
        app = build_app(self.installation)
        app.config["PROPAGATE_EXCEPTIONS"] = loud
        app.jinja_env.bytecode_cache = kept.TEMPLATES
        return app


def made(home: Path, until: datetime, **env: str) -> Demo:
    """Make one. Close its installation afterwards."""
    settings = folder.prepare(folder.settings_of({"QUIETLINE_HOME": str(home), **env}))
    clock = MadeUpClock(making.begins(until))
    installation = open_installation(
        settings, new=True, clock=clock, tokens=SeededTokens(folder.seed(until))
    )
    assert installation.phone is not None
    stage = making.make(installation.house, clock, installation.phone, QUICK, until)
    folder.seal(settings, until, making.caller(stage))
    return Demo(replace(installation, passwords=QUICK), clock, stage)


@cache
def _template() -> tuple[Path, Stage]:
    """The Tuesday's, made once a process."""
    home = Path(mkdtemp(prefix="demo-")) / "a demo"
    atexit.register(shutil.rmtree, home.parent, ignore_errors=True)
    demo = made(home, TUESDAY)
    demo.installation.close()
    return home, demo.stage


def copied(home: Path) -> Demo:
    """The Tuesday's, for somebody who changes it. `stage` only tells its names."""
    template, stage = _template()
    shutil.copytree(template, home)
    clock = MadeUpClock(TUESDAY)
    settings = folder.settings_of({"QUIETLINE_HOME": str(home)})
    # Other chance than while it was made: nothing is given out twice.
    installation = open_installation(settings, clock=clock, tokens=SeededTokens(1))
    return Demo(replace(installation, passwords=QUICK), clock, stage)
