"""The installation a command works on, from the environment."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from scheduler.domain.errors import Misconfigured

if TYPE_CHECKING:
    from config.settings import Settings
    from config.wiring import Installation


def settings() -> Settings:
    """The settings in force. Raises Misconfigured with every mistake at once."""
    from config.settings import SettingsError, load

    try:
        return load(os.environ)
    except SettingsError as wrong:
        raise Misconfigured(str(wrong)) from None


def installation(*, new: bool = False, pending_ok: bool = False) -> Installation:
    """The installation in force; `pending_ok` also before it is brought up to date."""
    from config.wiring import open_installation

    return open_installation(settings(), new=new, pending_ok=pending_ok)
