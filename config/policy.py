"""The policy an agency begins with."""

from __future__ import annotations

import tomllib
from importlib.resources import files

from scheduler.domain.policy import Policy, read_policy


def shipped_policy() -> Policy:
    """The defaults of `config/policy.toml`. Raises Misread, naming the key."""
    text = files("config").joinpath("policy.toml").read_text(encoding="utf-8")
    return read_policy(tomllib.loads(text))
