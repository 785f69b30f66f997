"""Which zone data answers here, and what the host's own would answer (T2).

Only the packaged data is used. The host's is looked at to tell a stale host from a
fresh package: in its logs and other programs people may see other hours than ours.
"""

from __future__ import annotations

import sysconfig
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from scheduler.domain.zones import KNOWN_ANSWERS

_MAGIC = b"TZif"
_OURS = files("tzdata").joinpath("zoneinfo")


@dataclass(frozen=True, slots=True)
class ZoneData:
    """`packaged` and `host` are versions such as 2026f; an empty one is not known.

    `differing` names the zones of the check for which the host has another rule.
    """

    packaged: str
    host: str
    host_has_any: bool
    differing: tuple[str, ...]

    @property
    def host_is_stale(self) -> bool:
        """Whether the host's own zone files would give other hours."""
        return bool(self.differing)


def host_folders() -> tuple[Path, ...]:
    """Where this machine keeps zone files of its own."""
    named = str(sysconfig.get_config_var("TZPATH") or "")
    return tuple(Path(each) for each in named.split(":") if each)


def zone_data(folders: Iterable[Path]) -> ZoneData:
    """The packaged data beside what lies in these folders; the first one counts."""
    there = [each for each in folders if each.is_dir()]
    names = sorted({each.zone for each in KNOWN_ANSWERS})
    return ZoneData(
        packaged=_version(_OURS),
        host=next((v for each in there if (v := _version(each))), ""),
        host_has_any=any(_host_rule(there, each) for each in names),
        differing=tuple(
            each for each in names if _host_rule(there, each) not in {"", _ours(each)}
        ),
    )


def _version(folder: Traversable) -> str:
    head = _read(folder.joinpath("tzdata.zi"))[:40].split(b"\n")[0]
    if not head.startswith(b"# version "):
        return ""
    return head.removeprefix(b"# version ").decode("ascii", "replace")


def _host_rule(folders: list[Path], zone: str) -> str:
    return next((_rule(found) for each in folders if (found := _read(each / zone))), "")


def _ours(zone: str) -> str:
    return _rule(_read(_OURS.joinpath(zone)))


def _rule(compiled: bytes) -> str:
    """The last line of a zone's file: the rule for all years to come."""
    if not compiled.startswith(_MAGIC):
        return "unreadable"
    return compiled.rstrip(b"\n").rpartition(b"\n")[2].decode("ascii", "replace")


def _read(path: Traversable) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
